"""A month of every kind of site with all edits and all noises at once: every edit is reported, and nothing else is.

The month runs once for each kind of site; by hand, longer and with every mistake in a line: ``python -m tests.month``.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from .month import SITES, Month, Verdict, told

Run = Callable[[str], Verdict]
SEEDS = {"wordpress": 2, "pdf": 2, "page": 2}  # the months that have shown most; of the other kinds the first
of_every_site = pytest.mark.parametrize("kind", SITES)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Run:
    @cache
    def run(kind: str) -> Verdict:
        folder: Path = tmp_path_factory.mktemp(kind)
        month = Month(kind, folder, releases=7, pace=2, seed=SEEDS.get(kind, 1))
        verdict = month.run()
        print(told(month, verdict))
        return verdict

    return run


@of_every_site
def test_every_edit_is_found(month: Run, kind: str) -> None:
    verdict = month(kind)
    assert sum(verdict.due.values()) >= 20
    assert not verdict.missed


@of_every_site
def test_nothing_else_is_reported(month: Run, kind: str) -> None:
    assert not month(kind).false


@of_every_site
def test_what_strikes_the_whole_site_is_told_once_at_most(month: Run, kind: str) -> None:
    assert not month(kind).excess


@of_every_site
def test_no_release_is_lost_or_taken_for_two(month: Run, kind: str) -> None:
    verdict = month(kind)
    assert (verdict.lost, verdict.doubled) == ([], [])


@of_every_site
def test_the_bounds_of_a_change_hold_the_moment_it_was_made(month: Run, kind: str) -> None:
    assert not month(kind).dishonest


@of_every_site
def test_nine_of_ten_edits_are_called_what_they_are(month: Run, kind: str) -> None:
    verdict = month(kind)
    assert len(verdict.unclassed) <= 0.1 * sum(verdict.found.values())


@of_every_site
def test_nine_of_ten_edits_are_known_to_be_declared_or_not(month: Run, kind: str) -> None:
    verdict = month(kind)
    assert len(verdict.misdeclared) <= 0.1 * sum(verdict.found.values())
