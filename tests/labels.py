"""Do the classes told of real edits agree with the labels of the corpus, and with what a person sees?

By hand, over whole sets: ``python -m tests.labels govuk debian usgov drought``; ``--show name`` lists where label and class ``name``
disagree, each with its changed words. The labels were made by a machine; ``pages/labels.tsv`` holds what a person said of a sample.
"""

import argparse
import os
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from service.classes import classify
from service.classes.spots import spots
from service.diff import diff
from service.extract import extract, page_blocks
from service.models import Diff, Reading, Source
from service.template import learn

from .pairs import Pair, load
from .reading import snapshot

SETS = ("govuk", "debian", "usgov", "drought")
NAMES = {"punct_case_ws": "typographic"}
KINDS = ("title", "number", "date", "name", "typo", "wording", "typographic")
HAND_KINDS = ("number", "date", "name", "typo")
_SIBLINGS = 32
_HAND = Path(__file__).parent / "pages" / "labels.tsv"


@dataclass(frozen=True)
class Labelled:
    """A real edit as read before and after; ``labels`` in our words, those of the title as ``title:number``."""

    id: str
    before: Reading
    after: Reading
    labels: frozenset[str]

    def told(self) -> frozenset[str]:
        """Return the classes of the edit, those of its title as ``title:number``."""
        found = diff(self.before, self.after)
        title, body = ([hunk for hunk in found.hunks if hunk.field == part] for part in ("title", "body"))
        in_title = classify(Diff(tuple(title)), self.before, self.after).classes
        in_body = classify(Diff(tuple(body)), self.before, self.after).classes
        return frozenset(in_body) | {name if name == "title" else f"title:{name}" for name in in_title}

    def places(self) -> Iterator[str]:
        """Yield the changed words of each place, with the words around them."""
        for hunk in diff(self.before, self.after).hunks:
            if hunk.field in ("title", "body"):
                for spot in spots(hunk):
                    yield f"{hunk.field}: …{spot.new_before[-30:]}[-{spot.old}-]{{+{spot.new}+}}{spot.new_after[:20]}…"


def read_pairs(pairs: Sequence[Pair], ids: Container[str] | None = None) -> list[Labelled]:
    """Return the content edits among pairs of one site (or those of some ``ids``), read with the template that their older pages teach."""
    source = Source("pairs", "https://news.example/")
    step = max(1, len(pairs) // _SIBLINGS)
    template = learn([page_blocks(snapshot(pair.before), source) for pair in pairs[::step][:_SIBLINGS]])
    return [
        Labelled(
            pair.id,
            extract(snapshot(pair.before), source, template),
            extract(snapshot(pair.after), source, template),
            frozenset(_named(label) for label in pair.labels),
        )
        for pair in pairs
        if pair.expected == "content_edit" and (ids is None or pair.id in ids)
    ]


def _named(label: str) -> str:
    """Return a label of the corpus in our words: ``edit:number`` and ``lead:number`` are a number in the body."""
    place, _, name = label.rpartition(":")
    name = NAMES.get(name, name)
    return f"title:{name}" if place == "title" else name


def by_hand() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Return what a person said of edits, by id: the places looked at, the classes seen; ``name?``: people would disagree."""
    said: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for line in _HAND.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            id, place, classes = line.split("\t")
            seen = {f"title:{name}" if place == "title" else name for name in classes.split() if name != "-"}
            places, known = said.get(id, (frozenset(), frozenset()))
            said[id] = (places | {place}, known | seen)
    return said


def agreement(edits: Iterable[Labelled]) -> Iterator[tuple[str, int, int, int]]:
    """Yield for each label: its name, how often it is there and told, how often it is there, how often it is told without."""
    told, there, without = Counter[str](), Counter[str](), Counter[str]()
    for edit in edits:
        classes = edit.told()
        there.update(edit.labels)
        told.update(edit.labels & classes)
        without.update(classes - edit.labels)
    for name in (*KINDS, *(f"title:{kind}" for kind in KINDS[1:])):
        if there[name]:
            yield name, told[name], there[name], without[name]


@dataclass
class Tally:
    """How often one class was seen by a person and told (``right``); the ids where only seen (``missed``) or told (``extra``)."""

    right: int = 0
    missed: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Return the share of right ones among all seen or told."""
        return self.right / max(1, self.right + len(self.missed) + len(self.extra))


def hand_agreement(edits: Iterable[Labelled], *, machine: bool = False) -> dict[str, Tally]:
    """Compare what is told (or the corpus' own labels: ``machine``) with what a person saw; by class, debatable cases left out."""
    said = by_hand()
    tallies: dict[str, Tally] = defaultdict(Tally)
    for edit in edits:
        places, seen = said.get(edit.id, (frozenset(), frozenset()))
        told = edit.labels if machine else edit.told()
        for place, name in product(sorted(places), HAND_KINDS):
            kind = f"title:{name}" if place == "title" else name
            if f"{kind}?" not in seen:
                _count(tallies[kind], edit.id, kind in seen, kind in told)
    return tallies


def _count(tally: Tally, id: str, seen: bool, told: bool) -> None:
    tally.right += seen and told
    tally.missed += [id] if seen and not told else []
    tally.extra += [id] if told and not seen else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", choices=SETS)
    parser.add_argument("--hand", action="store_true", help="only the edits that a person looked at")
    parser.add_argument("--show", default="", help="list the edits where this class and its label disagree")
    asked = parser.parse_args()
    corpus = Path(os.environ.get("PRESSWATCH_CORPUS", Path(__file__).parent.parent.parent / "shared" / "corpus"))
    ids = by_hand() if asked.hand else None
    edits = [edit for name in asked.sets for edit in read_pairs(load(name, corpus), ids)]
    report(edits, asked.show)


def report(edits: Sequence[Labelled], show: str) -> None:
    print("label             told of there        told without the label")
    for name, told, there, without in agreement(edits):
        print(f"{name:18}{told:4} of {there:4} = {told / there:4.0%}  {without:4}")
    print("\nas a person sees a sample  right missed extra; the labels of the corpus")
    by_machine = hand_agreement(edits, machine=True)
    for name, tally in sorted(hand_agreement(edits).items()):
        theirs = by_machine[name]
        print(f"{name:18}{tally.right:4}{len(tally.missed):5}{len(tally.extra):5} = {tally.share:4.0%}; {theirs.share:4.0%}", end=" ")
        print("missed", *tally.missed, "extra", *tally.extra)
    for edit in edits if show else ():
        classes = edit.told()
        if (show in classes) != (show in edit.labels):
            sides = "told" if show in classes else "labelled"
            print(f"\n{edit.id}: {show} is {sides} alone; told {' '.join(sorted(classes))}; labels {' '.join(sorted(edit.labels))}")
            print(*(f"    {place}" for place in list(edit.places())[:12]), sep="\n")


if __name__ == "__main__":
    main()
