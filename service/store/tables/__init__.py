"""The rows. Nobody outside this room ever sees one: values of ``models`` go in and come out.

The classes give the tables their shape; statements are written on the ``Table`` objects here, in sets, not row by row.
"""

from collections.abc import Iterator

from sqlalchemy import Table

from ..rows import Row
from .copies import AskingRow, SubmissionRow, WebCopyRow
from .ledger import CheckpointRow, LedgerRow, StampRow
from .likeness import LikenessRow, SketchKeyRow, SketchRow
from .mementos import MementoRow
from .notices import NoticeRow, TargetRow
from .releases import AddressRow, ChangeRow, DictionaryRow, ItemRow, ObservationRow, TallyRow, TextRow, VersionRow
from .search import PassageRow, UnindexedRow
from .sources import HostRow, IncidentRow, OrderRow, PassRow, SourceRow

metadata = Row.metadata


def _tables(*rows: type[Row]) -> Iterator[Table]:
    return (metadata.tables[str(row.__tablename__)] for row in rows)


host, source, incident, pass_, order = _tables(HostRow, SourceRow, IncidentRow, PassRow, OrderRow)
text_, dictionary, item, address = _tables(TextRow, DictionaryRow, ItemRow, AddressRow)
version, observation, change, tally = _tables(VersionRow, ObservationRow, ChangeRow, TallyRow)
sketch, sketch_key, likeness = _tables(SketchRow, SketchKeyRow, LikenessRow)
passage_, unindexed = _tables(PassageRow, UnindexedRow)
target, notice = _tables(TargetRow, NoticeRow)
asking, submission, web_copy = _tables(AskingRow, SubmissionRow, WebCopyRow)
(memento,) = _tables(MementoRow)
ledger, checkpoint, stamp = _tables(LedgerRow, CheckpointRow, StampRow)
