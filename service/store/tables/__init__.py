"""The rows. Nobody outside this room ever sees one: values of ``models`` go in and come out.

The classes give the tables their shape; statements are written on the ``Table`` objects here, in sets, not row by row.
"""

from sqlalchemy import Table

from ..rows import Row
from .likeness import LikenessRow, SketchKeyRow, SketchRow
from .releases import AddressRow, ChangeRow, ItemRow, ObservationRow, TextRow, VersionRow
from .sources import HostRow, IncidentRow, OrderRow, PassRow, SourceRow

metadata = Row.metadata


def _table(row: type[Row]) -> Table:
    return metadata.tables[str(row.__tablename__)]


host, source, incident, pass_, order = map(_table, (HostRow, SourceRow, IncidentRow, PassRow, OrderRow))
text_, item, address = map(_table, (TextRow, ItemRow, AddressRow))
version, observation, change = map(_table, (VersionRow, ObservationRow, ChangeRow))
sketch, sketch_key, likeness = map(_table, (SketchRow, SketchKeyRow, LikenessRow))
