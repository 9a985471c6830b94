"""Mementos of others, imported: a list of somebody else's captures, or a WARC file of somebody else's crawl, read as our own pages are.

    list or file -> captures of the release -> fetched politely, as they were captured -> read -> kept with an entry in the ledger

What comes of it is a third party's word. It is no version, no change and no notice, and no look at a release ever meets it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from .archive import Archive
from .archive.foreign import answer_of, walk
from .archive.records import Record
from .captures import bad_capture
from .errors import Unreadable, UsageError
from .extract import extract
from .fetch import Fetcher, unpacked
from .fingerprint import fingerprint
from .models import Answer, Clock, Failed, Listed, MementosBrought, Missing, NewMemento, Release, Snapshot, Source
from .store import Store
from .timemaps import listed, original_of, raw_form
from .urls import is_web, key_or_none

_PLAY = "https://web.archive.org/web/"
_MOST_LIST = 20_000_000  # bytes of a list
_LONGEST_NAME = 200  # letters of who made a file


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be imported: a list's address, its file or a WARC file; of which release (None: of whichever it says); how many at most.

    ``keeper`` is who captured it, where that is not told by the address or the file.
    """

    place: str
    release: str | None = None
    keeper: str = ""
    most: int = 50


@dataclass(frozen=True, slots=True)
class Importer:
    """What an import works with."""

    store: Store
    fetcher: Fetcher
    archive: Archive | None
    sources: tuple[Source, ...]
    clock: Clock
    limit: int
    on_progress: Callable[[int, int], None] = lambda done, of: None

    def bring(self, wanted: Wanted) -> MementosBrought:
        """Import what is wanted. Raises ``UsageError`` or ``Unreadable`` where nothing of it can be."""
        if is_web(wanted.place):
            return self._by_list(wanted, self._list_at(wanted.place))
        path = Path(wanted.place)
        try:
            with path.open("rb") as file:
                head = file.read(5)
                rest = b"" if _is_warc(head) else file.read(_MOST_LIST)
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error
        if _is_warc(head):
            return self._by_file(wanted, path)
        return self._by_list(wanted, listed((head + rest).decode("utf-8", "replace"), play=_PLAY))

    def _list_at(self, url: str) -> tuple[Listed, ...]:
        answer = self.fetcher.get(url, limit=_MOST_LIST)
        if not isinstance(answer, Snapshot):
            raise Unreadable(f"{url}: {_words(answer)}")
        parts = urlsplit(answer.final_url)
        play = f"{parts.scheme}://{parts.netloc}/web/"
        return listed(answer.body.decode("utf-8", "replace"), answer.final_url, play)

    def _by_list(self, wanted: Wanted, named: tuple[Listed, ...]) -> MementosBrought:
        release = self._release(wanted.release or named[0].original)
        own = [one for one in named if wanted.release is not None or self._is_of(release, one.original)]
        known = self.store.mementos.known(release.item_url)
        new = [one for one in own if one.url not in known]
        chosen = _spread(new, wanted.most)
        brought = MementosBrought(known=len(own) - len(new), left=len(new) - len(chosen))
        for done, one in enumerate(chosen):
            self.on_progress(done, len(chosen))
            brought = self._taken(brought, release, one.url, partial(self._fetched, release, one, wanted))
        self.on_progress(len(chosen), len(chosen))
        return brought

    def _fetched(self, release: Release, one: Listed, wanted: Wanted) -> NewMemento:
        answer = self.fetcher.get(raw_form(one.url), limit=self.limit)
        if not isinstance(answer, Snapshot):
            raise Unreadable(_words(answer))
        reached = original_of(answer.final_url)
        if reached is not None and not self._is_of(release, reached):
            raise Unreadable(f"leads to a capture of something else: {reached}")
        moment = _http_moment(answer.header("Memento-Datetime")) or one.captured_at
        page = replace(answer, url=one.original, final_url=one.original, fetched_at=moment)
        read = self._read(release, page, one.url, wanted.keeper or urlsplit(one.url).hostname or "")
        return read if self.archive is None else replace(read, snapshot=self.archive.keep([answer])[0])

    def _is_of(self, release: Release, url: str) -> bool:
        found = self.store.release(url)
        return found is not None and found.item_url == release.item_url

    def _by_file(self, wanted: Wanted, path: Path) -> MementosBrought:
        brought, keeper = MementosBrought(), wanted.keeper
        try:
            with path.open("rb") as file:
                for record in walk(file, 2 * self.limit):
                    if record.field("WARC-Type") == "warcinfo" and not wanted.keeper:
                        keeper = _operator(record) or keeper
                    brought = self._with(brought, record, wanted, path.name, keeper or path.name)
        except Unreadable as error:
            return replace(brought, failures=(*brought.failures, f"{path}: {error}"))
        return brought

    def _with(self, brought: MementosBrought, record: Record, wanted: Wanted, file: str, keeper: str) -> MementosBrought:
        """Return what was brought with what a record holds, where that is of a release."""
        release = self._of(record, wanted)
        if release is None:
            return brought
        name = f"{file}#{record.field('WARC-Record-ID').strip('<>')}"
        if brought.kept >= wanted.most and name not in self.store.mementos.known(release.item_url):
            return replace(brought, left=brought.left + 1)
        brought = self._taken(brought, release, name, partial(self._from, release, record, name, keeper))
        self.on_progress(brought.kept, 0)
        return brought

    def _of(self, record: Record, wanted: Wanted) -> Release | None:
        """Return the release that a response is of; None for one that is of none, or of another than is wanted."""
        url = record.field("WARC-Target-URI").strip("<>")
        if record.field("WARC-Type") != "response" or not is_web(url):
            return None
        if wanted.release is not None and key_or_none(wanted.release) != key_or_none(url):
            return None
        return self.store.release(url)

    def _from(self, release: Release, record: Record, name: str, keeper: str) -> NewMemento:
        answer = answer_of(record)
        if answer.status != 200:
            raise Unreadable(f"the answer captured has status {answer.status}")
        url, moment = record.field("WARC-Target-URI").strip("<>"), _warc_moment(record.field("WARC-Date"))
        coding = next((value for header, value in answer.headers if header.lower() == "content-encoding"), "")
        try:
            body = unpacked(answer.body, coding, self.limit)
        except ValueError as error:
            raise Unreadable(str(error)) from error
        page = Snapshot(url, url, answer.status, answer.headers, body, moment)
        return self._read(release, page, name, keeper)

    def _read(self, release: Release, page: Snapshot, url: str, keeper: str) -> NewMemento:
        """Return a capture as it reads by today's rules and what is known of its source's pages today; no browser builds it."""
        source = next((one for one in self.sources if one.id == release.source), Source(release.source, release.item_url))
        reading = extract(page, replace(source, render=None), self.store.template(release.source))
        if why := bad_capture(reading):
            raise Unreadable(f"what was captured is {why}")
        if not reading.blocks:
            raise Unreadable("what was captured has no text")
        return NewMemento(url, page.url, keeper, page.fetched_at, page.digest, reading, fingerprint(reading))

    def _taken(self, brought: MementosBrought, release: Release, name: str, read: Callable[[], NewMemento]) -> MementosBrought:
        """Return what was brought with one more, kept at once: what was done before a kill stays done."""
        if name in self.store.mementos.known(release.item_url):
            return replace(brought, known=brought.known + 1)
        try:
            kept = self.store.mementos.keep(release.item_url, [read()], self.clock.now())
        except Unreadable as error:
            return replace(brought, failures=(*brought.failures, f"{name}: {error}"))
        return replace(brought, kept=brought.kept + kept)

    def _release(self, url: str) -> Release:
        release = self.store.release(url)
        if release is None:
            raise UsageError(f"no release is tracked at {url}. To see which are: presswatch items; to name it: --release URL")
        return release


def _is_warc(head: bytes) -> bool:
    return head.startswith((b"WARC/", b"\x1f\x8b"))


def _spread(named: Sequence[Listed], most: int) -> list[Listed]:
    """Return so many of them at most, spread evenly from the first to the last."""
    if len(named) <= most:
        return list(named)
    step = (len(named) - 1) / max(1, most - 1)
    return [named[round(place * step)] for place in range(most)]


def _words(answer: Answer) -> str:
    match answer:
        case Failed():
            return answer.words
        case Missing():
            return f"answers {answer.status}"
    return "no page came"


def _http_moment(text: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(text) if text else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return when.replace(tzinfo=when.tzinfo or UTC) if when is not None else None


def _warc_moment(text: str) -> datetime:
    """Return the moment of a record. Raises ``Unreadable``."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise Unreadable(f"a record without a moment: {text[:40]!r}") from error
    return when.replace(tzinfo=when.tzinfo or UTC)


def _operator(record: Record) -> str:
    """Return who says in a WARC file that he made it (WARC 1.1, section 6.2): the operator, the publisher, the machine."""
    lines = (line.partition(":") for line in record.block.decode("utf-8", "replace").splitlines())
    told = {name.strip().lower(): value.strip() for name, _, value in lines}
    return next((told[name][:_LONGEST_NAME] for name in ("operator", "publisher", "hostname") if told.get(name)), "")
