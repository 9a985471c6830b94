"""What the store can be asked, on either database: nothing here changes anything."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime, timedelta

from service.models import (
    Activity,
    Backlog,
    ChangeFilter,
    ChangeLine,
    Counts,
    ExportFilter,
    Hit,
    Incident,
    ItemLine,
    PassLine,
    Prospect,
    Reading,
    Release,
    SearchFilter,
    SourceLine,
    Statistics,
    Tally,
    Template,
    VersionLine,
)

from . import activity, changes, history, incidents, overview, searching, tallying, translations
from .database import Database
from .statistics import Figuring


class Questions:
    """The database, read. Every call may raise ``StateError``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._figuring = Figuring(database)

    # the change log

    def changes(self, wanted: ChangeFilter) -> tuple[ChangeLine, ...]:
        """Return changes in the order of their ids: the newest ``limit``, or with ``after`` the first ones behind it."""
        return changes.changes(self._database, wanted)

    def change(self, number: int) -> ChangeLine | None:
        """Return one change; None where there is none of this id."""
        return changes.change_line(self._database, number)

    def readings_of(self, number: int) -> tuple[Reading | None, Reading | None]:
        """Return the readings before and after a change; None on a side without a text."""
        return self.readings_of_all([number])[number]

    def readings_of_all(self, numbers: Iterable[int]) -> Mapping[int, tuple[Reading | None, Reading | None]]:
        """Return the same for several changes, by their ids: all of these texts are held at once."""
        return changes.readings_of(self._database, numbers)

    def akin(self, ids: Iterable[int]) -> Mapping[int, Set[int]]:
        """Return, for each of these changes, those of them that befell the same release in another language."""
        with self._database.read() as connection:
            return translations.akin(connection, ids)

    def told_of_others(self, number: int, within: timedelta) -> tuple[ChangeLine, ...]:
        """Return the changes like one, found within so much of it, of the same release in other languages."""
        with self._database.read() as connection:
            return changes.by_ids(connection, translations.told_of_others(connection, number, within))

    def struck(self, number: int, most: int = 100) -> tuple[str, ...]:
        """Return the addresses of the releases whose text took over what the incident of a change brought; none for other changes."""
        with self._database.read() as connection:
            return incidents.struck(connection, number, most)

    # releases

    def release(self, url: str, version: int | None = None, at: datetime | None = None) -> Release | None:
        """Return the release at any address it ever had; None for an unknown one.

        Read is the version of this number, or the one seen at a moment, or the latest that has a text; ``Release.version`` is None where
        there is no such version.
        """
        return history.release(self._database, url, version, at)

    def version_lines(self, url: str) -> tuple[VersionLine, ...]:
        """Return all versions of a release, tombstones too, oldest first, without their readings."""
        return history.version_lines(self._database, url)

    def reading(self, url: str, number: int) -> Reading | None:
        """Return one version of a release; None for a tombstone, and where there is no such version."""
        found = history.release(self._database, url, number, None)
        return found.version.reading if found is not None and found.version is not None else None

    # all of it

    def standing(self, files: Collection[str]) -> tuple[str, ...]:
        """Return the pointers of all versions and mementos to raw pages in these files; goes through all of them once."""
        return history.standing(self._database, files)

    def export(self, wanted: ExportFilter) -> Iterator[bytes]:
        """Yield everything, or what fits, as JSON lines; everything can be imported elsewhere. One state, while others write."""
        from .exporting import export

        return export(self._database, wanted)

    # search

    def search(self, wanted: SearchFilter) -> tuple[Hit, ...]:
        """Return the versions that first said what is searched for, or whose coming removed it; the newest first."""
        return searching.search(self._database, wanted)

    # how it goes

    def items(self, source: str | None = None, limit: int | None = None, before: int | None = None) -> tuple[ItemLine, ...]:
        """Return tracked releases, the latest found first; ``before`` is a cursor: only those found before the one of this id."""
        return overview.items(self._database, source, limit, before)

    def prospects(self, source: str | None = None, limit: int | None = None) -> tuple[tuple[ItemLine, Prospect], ...]:
        """Return the same releases, each with what its next look follows from."""
        return overview.prospects(self._database, source, limit)

    def sources(self) -> tuple[SourceLine, ...]:
        """Return all sources that are or were configured, with their health in words."""
        return overview.sources(self._database)

    def sources_by_trouble(self, words: str, first: int, most: int) -> tuple[SourceLine, ...]:
        """Return up to ``most`` sources behind the ``first``, the worst off first: of those with ``words`` in their name or address."""
        return overview.by_trouble(self._database, words, first, most)

    def names(self) -> tuple[tuple[str, str], ...]:
        """Return the short name of each source and what it is called, to choose from: all that a page with a filter needs of them."""
        return overview.names(self._database)

    def template(self, source: str) -> Template:
        """Return what was learned of the pages of a source; the empty template of one unknown."""
        return overview.template(self._database, source)

    def passes(self, source: str | None = None, limit: int | None = None) -> tuple[PassLine, ...]:
        """Return attempts at a source, or at any, the newest first."""
        return overview.passes(self._database, source, limit)

    def counts(self) -> Counts:
        """Return how much there is; cheap, however much it is."""
        return overview.counts(self._database)

    def source(self, source: str) -> SourceLine | None:
        """Return one source with its health in words; None for one that is not and never was configured."""
        return next(iter(overview.sources(self._database, source)), None)

    def incidents(self, source: str, limit: int) -> tuple[Incident, ...]:
        """Return what befell a source, ended or not, the newest first."""
        with self._database.read() as connection:
            return incidents.newest(connection, source, limit)

    def activity(self, until: datetime, days: int, sources: Sequence[str] | None = None) -> tuple[Activity, ...]:
        """Return what sources, by their ids, brought on each day (UTC) up to that of a moment, in their order; None: all."""
        return activity.activity(self._database, until, days, sources)

    def statistics(self) -> Statistics:
        """Return how much is edited and how long after publication, together and by source.

        A process's first question takes seconds with a million changes, the others count on from there.
        """
        return self._figuring.statistics()

    def tallies(self, source: str | None = None) -> tuple[Tally, ...]:
        """Return how many changes of each sort there are, of a source or of all; as cheap."""
        return tallying.tallies(self._database, source)

    def backlog(self) -> Backlog:
        """Return what waits to be done; as cheap."""
        return overview.backlog(self._database)
