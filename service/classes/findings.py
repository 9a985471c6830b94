"""What each hunk of a diff says: classes, weight, and words for it."""

import re
from dataclasses import dataclass

from service.models import Diff, Hunk, HunkKind, Op, Reading, Significance
from service.text import folded, words

from . import lexicon
from .lore import Lore, lore
from .meaning import is_light, meaning
from .spots import Spot, spots

_ENDS_SENTENCE = re.compile(r"[.!?…。！？][\"')\]]*\s*$")
_SPLIT_SENTENCES = re.compile(r"(?<=[.!?…。！？])[\"')\]]*\s+")
_LOOKED_INTO = 5_000  # findings after which an edited block is no longer looked into
_SENTENCE = 3  # words of a sentence, at least
_BLOCK_CLASSES = {HunkKind.ADDED: "paragraph-added", HunkKind.REMOVED: "paragraph-removed"}
_LIGHT_CLASSES = frozenset({"typo", "typographic", "quotation", "paragraph-moved", "sentence-moved", "link"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say of a change: its classes (none where only the shape of letters changed), its weight, where it is.

    ``old`` and ``new`` are the words; a finding about a whole block or field has its classes alone.
    """

    hunk: Hunk
    classes: frozenset[str]
    significance: Significance
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the whole edit: the language, the sentences that only moved, and what the release teaches of its words."""

    language: str | None
    moved: frozenset[str]
    lore: Lore


def findings(diff: Diff, before: Reading, after: Reading) -> list[Finding]:
    """Return what every hunk says, in their order; beyond ``_LOOKED_INTO`` changed places only that there is other wording."""
    known = _Known(after.language or before.language, _moved_sentences(diff), lore(before, after))
    found: list[Finding] = []
    for hunk in diff.hunks:
        if len(found) > _LOOKED_INTO and hunk.kind is HunkKind.EDITED:
            found.append(Finding(hunk, frozenset({"wording"}), Significance.SUBSTANTIVE, hunk.old, hunk.new))
        elif hunk.field in ("links", "attachments"):
            found += _of_list(hunk)
        elif hunk.field == "published":
            found.append(Finding(hunk, frozenset({"published"}), Significance.SUBSTANTIVE, hunk.old, hunk.new))
        elif hunk.field == "title":
            found += _of_words(hunk, known, frozenset({"title"}))
        else:
            found += _of_block(hunk, known, _quoted(hunk, before, after))
    return found


def _of_list(hunk: Hunk) -> list[Finding]:
    if hunk.field == "links":
        return [Finding(hunk, frozenset({"link"}), Significance.MINOR, hunk.old, hunk.new)]
    described = hunk.kind is HunkKind.EDITED and hunk.old.rsplit("<", 1)[-1] == hunk.new.rsplit("<", 1)[-1]
    return [Finding(hunk, frozenset({"attachment"}), Significance.MINOR if described else Significance.SUBSTANTIVE, hunk.old, hunk.new)]


def _of_block(hunk: Hunk, known: _Known, context: frozenset[str]) -> list[Finding]:
    if hunk.kind in _BLOCK_CLASSES:
        classes = {_BLOCK_CLASSES[hunk.kind]} | (
            {"note"} if hunk.kind is HunkKind.ADDED and lexicon.NOTE.search(_shape(hunk.new)) else set()
        )
        return [Finding(hunk, frozenset(classes), Significance.SUBSTANTIVE)]
    found = _of_words(hunk, known, context)
    if hunk.kind is HunkKind.MOVED:
        found.insert(0, Finding(hunk, frozenset({"paragraph-moved"}), Significance.MINOR))
    return found


def _of_words(hunk: Hunk, known: _Known, context: frozenset[str]) -> list[Finding]:
    changed = spots(hunk)
    if not changed and any(run.op is not Op.SAME for run in hunk.runs):
        parted = hunk.old.count("\n") != hunk.new.count("\n")
        return [Finding(hunk, frozenset({"typographic"}) | context, Significance.MINOR if parted else Significance.COSMETIC)]
    looked = [_of_spot(hunk, spot, known, context) for spot in changed[:_LOOKED_INTO]]
    rest = frozenset({"wording"}) | context
    return looked + [Finding(hunk, rest, Significance.SUBSTANTIVE, spot.old, spot.new) for spot in changed[_LOOKED_INTO:]]


def _of_spot(hunk: Hunk, spot: Spot, known: _Known, context: frozenset[str]) -> Finding:
    sentence = _sentence_class(spot, known.moved) if hunk.field == "body" else ""
    if sentence:
        classes = {sentence} | ({"note"} if lexicon.NOTE.search(_shape(spot.new)) else set())
    else:
        classes = set(meaning(spot, known.language, known.lore, title=_is_headline(hunk))) | context
    return Finding(hunk, frozenset(classes), _weight(classes, spot), spot.old, spot.new)


def _is_headline(hunk: Hunk) -> bool:
    return hunk.field == "title" or hunk.tag in ("h1", "h2", "h3", "h4", "h5", "h6")


def _weight(classes: set[str], spot: Spot) -> Significance:
    heavy = classes - _LIGHT_CLASSES - {"title"}
    if heavy and heavy <= {"wording", "number"}:
        return Significance.MINOR if is_light(spot) else Significance.SUBSTANTIVE
    return Significance.SUBSTANTIVE if heavy - {"attachment"} else Significance.MINOR


def _sentence_class(spot: Spot, moved: frozenset[str]) -> str:
    """Return the class of a spot that is whole sentences that came or went, else an empty string."""
    if bool(spot.old) == bool(spot.new):
        return ""
    text, before = (spot.new, spot.new_before) if spot.new else (spot.old, spot.old_before)
    starts = not before.strip() or _ENDS_SENTENCE.search(before)
    if not starts or not _ENDS_SENTENCE.search(text) or len(words(text)) <= _SENTENCE:
        return ""
    if all(sentence in moved for sentence in _sentences(text)):
        return "sentence-moved"
    return "sentence-added" if spot.new else "sentence-removed"


def _moved_sentences(diff: Diff) -> frozenset[str]:
    """Return the sentences that were taken out of one place and put into another."""
    gone, come = (
        {
            sentence
            for hunk in diff.hunks
            for run in hunk.runs
            if run.op is op and hunk.field == "body"
            for sentence in _sentences(folded(run.text))
        }
        for op in (Op.REMOVED, Op.ADDED)
    )
    return frozenset(gone & come)


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in _SPLIT_SENTENCES.split(text) if sentence.strip()]


def _quoted(hunk: Hunk, before: Reading, after: Reading) -> frozenset[str]:
    """A block inside a ``blockquote`` is a quotation without marks."""
    blocks, place = (after.blocks, hunk.after) if hunk.after is not None else (before.blocks, hunk.before)
    inside = place is not None and place < len(blocks) and "blockquote" in blocks[place].path
    return frozenset({"quotation"}) if inside else frozenset()


def _shape(text: str) -> str:
    return folded(text).lower()
