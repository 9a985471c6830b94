"""Settings in, House out: the only place that builds."""

import os
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from . import glance, lock, logs, settings
from .changelog import ChangeLog
from .clock import SystemClock
from .errors import StateError
from .models import ChangeFilter, ChangeLine, Imported, Message, Outcome, Probe, Settings, Source, SourceReport, TableCopied, Target

if TYPE_CHECKING:
    from .archive import Archive
    from .engine import Engine, Queue
    from .evidence import Evidence
    from .fetch import Fetcher
    from .fetchers import Fetchers
    from .journal import Journal
    from .leases import Leases
    from .looks import Tools
    from .mementos import Wanted
    from .messenger import Messenger
    from .meters import Meters
    from .models import Delivered, MementosBrought
    from .refresh import Told, Wish
    from .rounds import Rounds
    from .store import Store
    from .submitter import Submitter


class House:
    """Everything that presswatch is made of, built when first asked for: a command pays only for what it uses."""

    def __init__(self, settings: Settings, environ: Mapping[str, str], clock: SystemClock) -> None:
        self.settings = settings
        self.clock = clock
        self._environ = environ
        self._closing: list[Callable[[], None]] = []

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        settings.check_names(self.settings, sources := settings.load_sources(self.settings.config_dir, self.settings.schedule))
        return sources

    @cached_property
    def store(self) -> "Store":
        from .store import Store  # lazy: the database library takes most of a second to import

        self.settings.state_dir.mkdir(parents=True, exist_ok=True)
        store = Store.open(self.settings.database_url or str(self._file), self.settings.schedule.lease)
        self._closing.append(store.close)
        if store.is_shared:
            self.clock.follow(store.now)
        if store.is_chained_anew:
            logs.log(logs.Event.LEDGER_BEGUN, entries=store.audit.extent().entries)
        return store

    @cached_property
    def journal(self) -> "Journal":
        from .journal import Journal

        return Journal(self.store, self._changelog)

    @cached_property
    def evidence(self) -> "Evidence":
        from .evidence import Evidence
        from .stamping import MOST

        return Evidence(self.settings.state_dir, self.settings.evidence, self.store, self.clock, self._delivery(MOST))

    @cached_property
    def _changelog(self) -> ChangeLog:
        return ChangeLog(self.settings.state_dir / "changes.jsonl")

    def changes(self, wanted: ChangeFilter) -> tuple[ChangeLine, ...]:
        """Return changes in the order of their ids, as ``Store.changes`` does; the newest at once, out of the change log."""
        mine = not self.settings.database_url
        found = glance.changes(self._file, self._changelog, wanted) if mine else None
        return self.store.changes(wanted) if found is None else found

    def akin(self, lines: Sequence[ChangeLine]) -> Mapping[int, Set[int]]:
        """Return, for each of these changes, those that befell the same release in another language; of most, without the store."""
        ids = [line.id for line in lines]
        mine = not self.settings.database_url and "store" not in self.__dict__
        return {} if mine and not glance.may_be_translated(self._file, ids) else self.store.akin(ids)

    @property
    def _file(self) -> Path:
        return self.settings.state_dir / "presswatch.db"

    @cached_property
    def messenger(self) -> "Messenger":
        """What tells targets of changes."""
        from .messenger import Messenger

        return Messenger(self.store, self.clock, self.send, settings.named(self.settings.notify, self.sources))

    @cached_property
    def submitter(self) -> "Submitter":
        """What asks a web archive for copies."""
        from .savepage import MOST
        from .submitter import Submitter

        return Submitter(self.store, self.clock, self.settings.wayback, self._delivery(MOST))

    def send(self, target: Target, message: Message) -> Outcome:
        """Send a message to a target right now, past the outbox."""
        from .notify import send

        return send(target, message, self._delivery(), self.settings.web.public_url.rstrip("/"))

    def _delivery(self, wanted: int = 0) -> "Callable[..., Delivered]":
        """Return what sends a body to an address, and gives back as much of the answer as is wanted."""
        from .fetch import deliver

        return partial(deliver, settings=self.settings.fetch, clock=self.clock, wanted=wanted)

    @cached_property
    def archive(self) -> "Archive":
        from .archive import Archive

        # no two machines may ever give two pages one name, not even where they fail to share the folder
        archive = Archive(self.settings.state_dir / "snapshots", self.clock, writer=socket.gethostname() if self.is_spread else "")
        self._closing.append(archive.close)
        return archive

    @cached_property
    def rounds(self) -> "Rounds":
        from .rounds import Rounds

        journal = None if self.is_spread else self.journal
        return Rounds(self.store, self.tools, self.leases, journal, self.settings.schedule.batch, self.meters)

    @cached_property
    def meters(self) -> "Meters":
        """What this process counts of its own work."""
        from .meters import Meters

        return Meters()

    @cached_property
    def leases(self) -> "Leases":
        from .leases import Leases, quiet_time

        quiet = quiet_time(self.settings.fetch, self.settings.edits, self.sources)
        leases = Leases(self.store, self.clock, self.settings.schedule.lease, quiet)
        self._closing.append(leases.close)
        return leases

    @property
    def is_spread(self) -> bool:
        """Whether rounds run on workers, maybe of other machines."""
        return self.settings.schedule.engine == "queue"

    @cached_property
    def engine(self) -> "Engine":
        from .engine import Threads

        return self.queue if self.is_spread else Threads()

    @cached_property
    def queue(self) -> "Queue":
        """The queue between schedulers and workers, its tables made. Raises ``UsageError`` without the extra."""
        from . import logs
        from .engine import Queue

        queue = Queue(self.settings.database_url, self.settings.schedule.workers, logs.bug)
        self.store.lend(queue.prepare)
        return queue

    def keep_time(self) -> None:
        """Go by the clock of the database where other machines may work on it too; by that of this machine elsewhere."""
        if self.store.is_shared:
            self.clock.follow(self.store.now)

    def tools(self) -> "Tools":
        """Return what a pass of the calling thread works with: a fetcher of its own, all else shared."""
        from .looks import Tools

        archive = self.archive if self.settings.keep.snapshots else None
        return Tools(self.fetcher, archive, self.store, self.clock, self.settings.edits)

    @property
    def fetcher(self) -> "Fetcher":
        """The calling thread's own pool of connections, polite together with all the others."""
        return self._fetchers.own()

    @cached_property
    def _fetchers(self) -> "Fetchers":
        from .fetchers import Fetchers

        fetchers = Fetchers(self.settings, self.clock)
        self._closing.append(fetchers.close)
        return fetchers

    def refresh(
        self, sources: Sequence[Source], *, urls: Sequence[str] = (), recheck: bool = False, on_progress: "Told" = lambda progress: None
    ) -> tuple[SourceReport, ...]:
        """Refresh sources, and single releases of others, now. A daemon that holds the state is asked to; else it is done right here."""
        from .refresh import refresh_here, refresh_there

        wish = self.wish(sources, urls, recheck)
        if self.is_spread:
            return refresh_there(self.store, self.clock, wish, on_progress, self._has_workers)
        try:
            with lock.StateLock(self.settings.state_dir, lock.REFRESH):
                self.begin()
                reports = refresh_here(self.rounds, wish, self.settings.schedule.workers, on_progress)
                self.evidence.attest()
                return reports
        except StateError:
            if not self._is_held_by_daemon():
                raise
        return refresh_there(self.store, self.clock, wish, on_progress, lambda: lock.holder_of(self.settings.state_dir) is not None)

    def begin(self) -> None:
        """Take over the configured sources, and what a run that died left behind."""
        now = self.clock.now()
        if not self.store.is_shared:
            self.store.clear_leases(now)  # nobody else can be at work: we hold the lock
        self.store.set_back(now)
        self.store.sync_sources(self.sources, now)
        self.messenger.begin()
        self.submitter.begin()
        self.journal.catch_up()

    @property
    def is_served(self) -> bool:
        """Whether somebody is at work on this state who does the refreshes that are ordered."""
        return self._has_workers() if self.is_spread else self._is_held_by_daemon()

    def _is_held_by_daemon(self) -> bool:
        holder = lock.holder_of(self.settings.state_dir)
        return holder is not None and holder[0] == lock.DAEMON

    def _has_workers(self) -> bool:
        found: list[int] = []
        self.store.lend(lambda connection: found.append(self.queue.workers(connection)))
        return found[0] > 0

    def wish(self, sources: Sequence[Source], releases: Sequence[str], recheck: bool) -> "Wish":
        """Return what is to be refreshed, each release with its source. Raises ``UsageError`` for a release that is not tracked."""
        from .refresh import wish

        return wish(self.store, self.sources, sources, releases, recheck)

    def probe(self, url: str, on_step: Callable[[str], None] = lambda words: None, render: str | None = None) -> Probe:
        """Return what would be tracked at an address; stores nothing. Raises ``UsageError`` where nothing can be read."""
        from .probing import probe

        return probe(self.fetcher, Source(id=settings.slug(url), url=url, render=render), on_step)

    def copy_to(self, place: str, on_progress: Callable[[str, int], None] = lambda table, rows: None) -> tuple[TableCopied, ...]:
        """Copy the database into another one, verified, while nobody works on the state; see ``Store.copy_to``."""
        with lock.StateLock(self.settings.state_dir, lock.COPY):
            return self.store.copy_to(place, on_progress)

    def import_lines(self, given: Iterable[bytes], on_progress: Callable[[str, int], None]) -> Imported:
        """Take over what was exported elsewhere, while nobody works on the state; see ``Store.import_lines``."""
        with lock.StateLock(self.settings.state_dir, lock.IMPORT):
            return self.store.import_lines(given, on_progress)

    def import_mementos(self, wanted: "Wanted", on_progress: Callable[[int, int], None]) -> "MementosBrought":
        """Import what others captured, also beside a daemon; see ``mementos``."""
        from .mementos import Importer

        tools, most = self.tools(), self.settings.fetch.max_bytes
        return Importer(self.store, tools.fetcher, tools.archive, self.sources, self.clock, most, on_progress).bring(wanted)

    def reload(self) -> None:
        """Read the configuration again, for what is built from now on: pool and port stay as they are.

        Raises ``ConfigErrors``, and the House is then as it was.
        """
        self.settings, self.sources = settings.load_all(self.settings.config_dir, self._environ, self.settings.state_dir)
        for built in ("messenger", "evidence", "submitter", "rounds"):  # the leases stay: rounds under way hold some
            self.__dict__.pop(built, None)
        self._fetchers.renew(self.settings)

    def close(self) -> None:
        while self._closing:
            self._closing.pop()()


@contextmanager
def open_house(
    *, config_dir: Path | None = None, state_dir: Path | None = None, environ: Mapping[str, str] | None = None
) -> Iterator[House]:
    """Read the settings and give a House for the length of a ``with``. Raises ``ConfigErrors`` with every problem found."""
    environ = os.environ if environ is None else environ
    house = House(settings.load(config_dir, environ, state_dir), environ, SystemClock())
    try:
        yield house
    finally:
        house.close()
