"""A change in one line of words."""

from collections import Counter

from service.models import Hunk, HunkKind, Significance

from .findings import Finding

_LINE = 120
_QUOTE = 36
_WEIGHTS = {Significance.SUBSTANTIVE: 0, Significance.MINOR: 1, Significance.COSMETIC: 2}
_TELLING = ("number", "date", "negation", "modality", "name", "attribution", "typo", "wording", "typographic", "quotation", "attachment")
_WHOLE = {
    "paragraph-added": ("paragraph", "added"),
    "paragraph-removed": ("paragraph", "removed"),
    "paragraph-moved": ("paragraph", "moved"),
}
_SENTENCES = {"sentence-added": ("sentence", "added"), "sentence-removed": ("sentence", "removed"), "sentence-moved": ("sentence", "moved")}


def summary(found: list[Finding]) -> str:
    """Return the change in a line: the weightiest words first, then what came, went and moved as a whole; 120 characters at most."""
    if not found:
        return ""
    if all(finding.significance is Significance.COSMETIC for finding in found):
        return f"typography only, in {_counted(len(found), 'place')}"
    phrases = [_words_phrase(finding) for finding in _spoken(found)]
    counts = _counts_phrase(found)
    kept = phrases[: 2 if counts else 3]
    while len(kept) > 1 and len(_line(kept, len(phrases), counts)) > _LINE:
        kept = kept[:-1]
    return _cut(_line(kept, len(phrases), counts), _LINE)


def _line(kept: list[str], of: int, counts: str) -> str:
    more = [f"and {_counted(of - len(kept), 'more edit')}"] if of > len(kept) else []
    return "; ".join([*kept, *([counts] if counts else []), *more])


def _spoken(found: list[Finding]) -> list[Finding]:
    """Return the findings that are told by their words: the weightiest first, the title before the body."""
    told = [finding for finding in found if finding.significance is not Significance.COSMETIC and not _whole(finding)]
    return sorted(told, key=lambda finding: (_WEIGHTS[finding.significance], finding.hunk.field != "title"))


def _whole(finding: Finding) -> tuple[str, str] | None:
    """Return what a finding counts as, where its words are too many to tell."""
    for name, counted in {**_WHOLE, **_SENTENCES}.items():
        if name in finding.classes:
            return counted
    if finding.hunk.field in ("links", "attachments") and finding.hunk.kind is not HunkKind.EDITED:
        return (finding.hunk.field.removesuffix("s"), finding.hunk.kind.value)
    return None


def _counts_phrase(found: list[Finding]) -> str:
    """Return "2 paragraphs added, 1 removed; 1 link added"."""
    counts = Counter(counted for finding in found if (counted := _whole(finding)))
    noted = ["correction note"] if any("note" in finding.classes for finding in found) else []
    things: dict[str, list[str]] = {}
    for (thing, fate), count in counts.items():
        told = things.setdefault(thing, [])
        told.append(f"{count} {fate}" if told else f"{_counted(count, thing)} {fate}")
    return ", ".join([*noted, *(["; ".join(", ".join(told) for told in things.values())] if things else [])])


def _words_phrase(finding: Finding) -> str:
    field = finding.hunk.field
    if field == "published":
        return f"published: {finding.old or 'no date'} -> {finding.new or 'no date'}"
    if field in ("links", "attachments"):
        return f"{field.removesuffix('s')} changed: {_cut(finding.new.split(' <')[0], _QUOTE)}"
    told = _told(finding.old, finding.new)
    if field == "title":
        return f"title: {told}"
    kind = next((name for name in _TELLING if name in finding.classes), "")
    return f"{told}{f' ({kind})' if kind else ''}, in {_place(finding.hunk)}"


def _told(old: str, new: str) -> str:
    if not old and not new:
        return "paragraph break"  # a split or join
    if not old:
        return f"{_quoted(new)} added"
    if not new:
        return f"{_quoted(old)} removed"
    return f"{_quoted(old)} -> {_quoted(new)}"


def _quoted(text: str) -> str:
    mark = "'" if '"' in text else '"'
    return f"{mark}{_cut(text, _QUOTE)}{mark}"


def _place(hunk: Hunk) -> str:
    place = hunk.after if hunk.after is not None else hunk.before
    return f"paragraph {(place or 0) + 1}"


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
