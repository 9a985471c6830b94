"""Three years of a WordPress newsroom's stamps: they are hints, and no edits.

A part of it here; all by hand: ``python -m tests.stamps``.
"""

from collections import Counter
from pathlib import Path

from .stamps import as_utc, facts, replay

ITEMS = 16  # one in so many


def test_stamps_that_move_alone_and_related_posts_are_no_edits_and_every_edit_is_told(corpus: Path, tmp_path: Path) -> None:
    history = facts(corpus)
    items = sorted({fact.item for fact in history})[::ITEMS]
    done = replay(tmp_path, [fact for fact in history if fact.item in items])
    assert (done.tally.missed, done.tally.false) == ([], [])
    assert done.tally.edits == done.facts["text, stamp moved"] + done.facts["text, no stamp"] >= 10
    assert done.facts["stamp"] > 40 and done.facts["related"]


def test_an_edit_without_a_stamp_is_told_and_each_kind_of_noise_is_not(corpus: Path, tmp_path: Path) -> None:
    history = facts(corpus)
    silent = {fact.item for fact in history if fact.text and not fact.stamped}
    done = replay(tmp_path, [fact for fact in history if fact.item in silent])
    assert (done.tally.missed, done.tally.false) == ([], [])
    assert done.facts["text, no stamp"] == 3


def test_who_takes_local_time_for_utc_is_not_told_to_have_back_dated(corpus: Path, tmp_path: Path) -> None:
    edits = [fact for fact in facts(corpus) if fact.text and fact.stamped]
    often = dict(Counter(fact.item for fact in edits).most_common(5))
    done = replay(tmp_path, [fact for fact in edits if fact.item in often], as_utc)
    assert done.declared == {"declared": sum(often.values())}
    assert (done.tally.missed, done.tally.false) == ([], [])
