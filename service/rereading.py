"""Baselines read anew out of their raw pages, so that a better rule of ours is never told as an edit of theirs."""

from dataclasses import replace

from .archive import Archive
from .errors import Unreadable
from .extract import extract, rule_of
from .fingerprint import fingerprint
from .models import Baseline, Look, Reading, Snapshot, Source, Template
from .text import folded

_UNTAUGHT = ("pdf", "text")  # how files are read


class Rereading:
    """The raw pages of a source's releases, as far as they were kept."""

    def __init__(self, archive: Archive | None, source: Source) -> None:
        self.archive, self.source = archive, source

    def brought_up_to_date(self, look: Look, template: Template) -> Look:
        """Return the look at an unchanged page with its baseline as it reads by today's rule, where that is another than it was made by."""
        base = look.item.baseline
        if base is None or (base.rule or base.reading.rule) == rule_of(self.source):
            return look
        reading = self.reread(base, template)
        if reading is None:
            return look
        read = _against(look, base, reading)
        return replace(read, reading=reading, fingerprint=fingerprint(reading), restated=True)

    def rederived(self, look: Look, template: Template, *, redesigned: bool) -> Look:
        """Return the look with its baseline read anew out of its raw page, by what is known now: like is compared with like.

        What no template has a say in reads as it did. Where today's template fits one of the pages and not the other, both are read as
        pages without siblings.
        """
        base = look.item.baseline
        if base is None or look.reading is None or self._reads_as_it_did(base):
            return look
        then = self.reread(base, template)
        if then is None:
            return look
        if then.method == look.reading.method:
            return _restated(look, base, _as_known(then, base.reading, look.reading))
        is_comparable = base.reading.method == look.reading.method
        return look if is_comparable or redesigned else self._without_siblings(look, base, replace(template, root=""))

    def _reads_as_it_did(self, base: Baseline) -> bool:
        return base.reading.method in _UNTAUGHT and base.reading.rule == rule_of(self.source)

    def _without_siblings(self, look: Look, base: Baseline, alone: Template) -> Look:
        """Return the look with both pages read as pages without siblings, where that tells them apart."""
        if not isinstance(look.answer, Snapshot):
            return look
        then, now = self.reread(base, alone), extract(look.answer, self.source, alone)
        if then is None or then.method != now.method:
            return look
        then = _as_known(then, base.reading, now)
        if fingerprint(then).content == fingerprint(now).content:
            return look
        return _restated(replace(look, reading=now, fingerprint=fingerprint(now)), base, then)

    def reread(self, base: Baseline, template: Template) -> Reading | None:
        """Return what the raw page of a baseline says by today's rule; None where it was not kept, came another way, or cannot be read."""
        if not base.snapshot or self.archive is None:
            return None
        try:
            page = self.archive.fetch(base.snapshot)
            return extract(page, self.source, template) if self._is_as_now(page) else None
        except Unreadable:
            return None

    def _is_as_now(self, page: Snapshot) -> bool:
        """Return whether a raw page came the way that pages of the source come today: built by a browser, or as served."""
        return (page.built is not None) == bool(self.source.render) or "html" not in page.content_type


def _as_known(then: Reading, known: Reading, now: Reading) -> Reading:
    """Return a page reread without its siblings, less what they had told to be no text of the release, where that is gone by now."""
    if (known.method, then.method) != ("template", "generic"):
        return then
    texts = [" ".join(folded(block.text) for block in reading.blocks) for reading in (known, now)]
    return replace(then, blocks=tuple(block for block in then.blocks if any(folded(block.text) in text for text in texts)))


def _against(look: Look, base: Baseline, then: Reading) -> Look:
    """Return the look with another reading of its baseline."""
    return replace(look, item=replace(look.item, baseline=base.restated(then, fingerprint(then))))


def _restated(look: Look, base: Baseline, then: Reading) -> Look:
    """Return the look against its baseline as its raw page reads now."""
    now = fingerprint(then)
    if now == base.fingerprint and then.rule == base.reading.rule:
        return look
    return replace(_against(look, base, then), restated=now.exact != base.fingerprint.exact or look.restated)
