"""Checkpoints: what was signed of the ledger, and what witnessed it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, literal_column, select

from service.ledger import START, entry_from, moment, stamp_digest
from service.models import FileEntry, Proof, SignedNote

from . import chaining
from .database import Database, insert_unless_there, one_at_a_time
from .loading import AnyRow
from .tables import change, checkpoint, ledger, stamp


class Checkpoints:
    """The ledger's end, and its checkpoints. Every call may raise ``StateError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unsigned(self, most: int, limit: int) -> tuple[tuple[int, str], ...]:
        """Return where checkpoints are due, as the number and the chain digest of an entry: the last one, and before it as many as it takes
        for no two to be more than ``most`` entries apart. At most ``limit`` are returned; none where the last entry is signed.
        """
        with self._database.read() as connection:
            end, _ = chaining.head(connection)
            last = _last(connection)
            numbers = [min(number, end) for number in range(last + most, end + most, most)][:limit]
            wanted = select(ledger.c.number, ledger.c.chain).where(ledger.c.number.in_(numbers)).order_by(ledger.c.number)
            return tuple((row.number, row.chain) for row in connection.execute(wanted))

    def write(self, notes: Sequence[SignedNote]) -> None:
        """Keep signed notes, those behind the last one: where several processes sign at once, none comes before one that was copied."""
        with self._database.write(in_turn=True) as connection:
            one_at_a_time(connection)
            last = _last(connection)
            if rows := [{"number": one.number, "note": one.note, "key": one.key} for one in notes if one.number > last]:
                connection.execute(insert(checkpoint), rows)

    def after(self, number: int, limit: int) -> tuple[SignedNote, ...]:
        """Return the checkpoints behind a number, in order."""
        wanted = select(checkpoint).where(checkpoint.c.number > number).order_by(checkpoint.c.number).limit(limit)
        with self._database.read() as connection:
            return tuple(SignedNote(row.number, row.note, row.key) for row in connection.execute(wanted))

    def newest(self) -> SignedNote | None:
        """Return the last checkpoint, with its stamp if it has one."""
        joined = checkpoint.outerjoin(stamp, stamp.c.number == checkpoint.c.number)
        wanted = select(checkpoint, stamp.c.data, stamp.c.digest).select_from(joined).order_by(checkpoint.c.number.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(wanted).first()
        return None if row is None else SignedNote(row.number, row.note, row.key, None, row.data, row.digest)

    def stamped_at(self) -> datetime | None:
        """Return when a checkpoint was last witnessed."""
        with self._database.read() as connection:
            moment: datetime | None = connection.scalar(select(stamp.c.stamped_at).order_by(stamp.c.number.desc()).limit(1))
            return moment

    def write_stamp(self, number: int, url: str, data: bytes, now: datetime) -> None:
        """Keep what an authority answered when it was asked to witness a checkpoint."""
        row = {"number": number, "url": url, "stamped_at": now, "digest": stamp_digest(url, moment(now), data), "data": data}
        with self._database.write() as connection:
            connection.execute(insert_unless_there(connection, stamp), [row])

    def files(self) -> dict[str, int]:
        """Return the files of raw pages that the ledger knows, with how many of their bytes."""
        sizes: dict[str, int] = {}
        wanted = select(ledger.c.said).where(ledger.c.kind == literal_column("'file'")).order_by(ledger.c.number)
        with self._database.read() as connection:
            for said in connection.scalars(wanted):
                entry = entry_from(said.encode())
                assert isinstance(entry, FileEntry)
                sizes[entry.name] = entry.size
        return sizes

    def swear(self, files: Sequence[FileEntry]) -> None:
        """Enter in the ledger what files of raw pages hold."""
        with self._database.write() as connection:
            chaining.append(connection, files)

    def proofs(self, number: int) -> tuple[Proof, ...]:
        """Return what proves a change: its own entry, those of its versions and of its release, in order; none for an unknown one."""
        sides = select(change.c.item_id, change.c.from_version, change.c.to_version).where(change.c.id == number)
        with self._database.read() as connection:
            row = connection.execute(sides).first()
            if row is None:
                return ()
            wanted = {kept for kept in (0, row.from_version, row.to_version) if kept is not None}
            of_item = (ledger.c.item_id == row.item_id) & ledger.c.version.in_(wanted)
            entries = connection.execute(select(ledger).where((ledger.c.change_id == number) | of_item).order_by(ledger.c.number)).all()
            return tuple(_proof(connection, entry) for entry in entries)


def _last(connection: Connection) -> int:
    return connection.scalar(select(func.max(checkpoint.c.number))) or 0


def _proof(connection: Connection, row: AnyRow) -> Proof:
    """Return what leads from an entry to the first checkpoint behind it; where none is, the entry alone."""
    signed = select(checkpoint).where(checkpoint.c.number >= row.number).order_by(checkpoint.c.number).limit(1)
    found = connection.execute(signed).first()
    behind = ledger.c.number.between(row.number + 1, row.number if found is None else found.number)
    return Proof(
        number=row.number,
        entry=chaining.entry_of(connection, row),
        before=connection.scalar(select(ledger.c.chain).where(ledger.c.number == row.number - 1)) or START,
        after=tuple(connection.scalars(select(ledger.c.digest).where(behind).order_by(ledger.c.number))),
        checkpoint="" if found is None else found.note,
        key="" if found is None else found.key,
    )
