"""A baseline that is read anew out of its raw page is held to what was known of it when it was read."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from service.archive import Archive
from service.extract import extract
from service.fingerprint import fingerprint
from service.models import Baseline, Look, Reading, Snapshot, Source, Template, Tracked
from service.rereading import Rereading

from .conftest import HandClock

URL = "https://a.org/news/1"
SOURCE = Source("news", "https://a.org/news/")
TEXT = "The council met in Valdis on Monday and heard {} reports on the state of the bridges over the border rivers."
PROMO = "Subscribe to our newsletter and never miss a statement again, whatever it is about."
NO_LONGER = Template(version=2, root="div.new/div.text")


def page(*texts: str) -> Snapshot:
    body = "".join(f"<p>{text}</p>" for text in texts)
    html = f"<html><head><title>The council met</title></head><body><main><h1>The council met</h1>{body}</main></body></html>"
    return Snapshot(URL, URL, 200, (("Content-Type", "text/html"),), html.encode(), datetime(2026, 1, 1, tzinfo=UTC))


def generic(snapshot: Snapshot) -> Reading:
    return extract(snapshot, SOURCE, NO_LONGER)


def test_what_siblings_told_to_be_no_text_is_not_lost_where_they_can_tell_no_longer(tmp_path: Path) -> None:
    """Its page had a promotion in it, known by its place; then the pages were made anew, and alone it looks like text."""
    texts = [TEXT.format(number) for number in range(4)]
    archive = Archive(tmp_path, HandClock())
    raw = page(texts[0], PROMO, *texts[1:])
    (pointer,) = archive.keep([raw])
    assert PROMO in generic(raw).text
    known = replace(generic(page(*texts)), method="template")
    item = Tracked(URL, "a.org/news/1", id=1, baseline=replace(Baseline.of(1, known, fingerprint(known)), snapshot=pointer))
    for shown in (texts, texts[:-1]):
        now = generic(page(*shown))
        derived = Rereading(archive, SOURCE).rederived(Look(item, page(*shown), now, fingerprint(now)), NO_LONGER, redesigned=False)
        assert derived.item.baseline is not None
        assert derived.item.baseline.reading.text == generic(page(*texts)).text
