"""What a diff says: classes, how much it matters, and one line of words.

``typo`` and ``typographic`` are minor, as are moves, links and words that leave the meaning alone; whatever changes a number, a date, a
name, a negation, what may or must be, or what is said at all is substantive. Nothing visible but the shape of letters is cosmetic.
"""

from dataclasses import dataclass

from service.models import Diff, Reading, Significance

from .findings import Finding, findings
from .summary import summary

CLASSES = (
    "title", "published", "number", "date", "name", "negation", "modality", "quotation", "attribution", "note",
    "paragraph-added", "paragraph-removed", "paragraph-moved", "sentence-added", "sentence-removed", "sentence-moved",
    "wording", "typo", "typographic", "link", "attachment",
)  # fmt: skip

__all__ = ["CLASSES", "Judgement", "classify"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of a change: any number of ``CLASSES`` in their order, its weight, and one line of 120 characters at most."""

    classes: tuple[str, ...]
    significance: Significance
    summary: str


def classify(diff: Diff, before: Reading, after: Reading) -> Judgement:
    """Return what a diff of two readings says; English and Russian are known best, other languages by numbers, dates and letters.

    Classes are told from aligned words by rules of thumb (English and Russian lists of words, capitals for names): they order what a
    person reads and never hide it. An empty diff is cosmetic, without classes.
    """
    found = findings(diff, before, after)
    named = {name for finding in found for name in finding.classes}
    return Judgement(tuple(name for name in CLASSES if name in named), _weightiest(found), summary(found))


def _weightiest(found: list[Finding]) -> Significance:
    weights = {finding.significance for finding in found}
    return next((weight for weight in (Significance.SUBSTANTIVE, Significance.MINOR) if weight in weights), Significance.COSMETIC)
