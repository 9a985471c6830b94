"""Incidents: opened, moved on and ended with the pass that met them; each new one is a line of the change log."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from service.models import ChangeKind, Declared, Incident, IncidentKind, Reason, Significance

from .loading import AnyRow
from .tables import change, incident, item, source, version

_OPEN = select(incident).where(incident.c.source_id == bindparam("source"), incident.c.until.is_(None)).order_by(incident.c.id)
_LONGEST_PASS = timedelta(hours=1)  # an incident is as old as the beginning of the pass that met it last


def open_incidents(connection: Connection, source_id: int) -> tuple[Incident, ...]:
    """Return the incidents of a source that have not ended, the oldest first."""
    return tuple(map(_incident, connection.execute(_OPEN, {"source": source_id})))


def newest(connection: Connection, slug: str, most: int) -> tuple[Incident, ...]:
    """Return what befell a source, the newest first, ended or not."""
    found = select(incident).join(source, source.c.id == incident.c.source_id).where(source.c.slug == slug)
    return tuple(map(_incident, connection.execute(found.order_by(incident.c.id.desc()).limit(most))))


def write_incidents(connection: Connection, source_id: int, met: Iterable[Incident], now: datetime) -> list[int]:
    """Write what a pass made of its source's incidents; return the ids of the changes that tell of new ones."""
    told = []
    for one in met:
        facts = {"seen_at": one.seen_at, "until": one.until, "items": one.items, "features": sorted(one.features)}
        if one.id is not None:
            connection.execute(update(incident).where(incident.c.id == one.id).values(**facts))
        elif not _is_open(connection, source_id, one):
            row = {"source_id": source_id, "kind": one.kind, "signature": one.signature, "since": one.since, "words": one.words}
            connection.execute(insert(incident).values(**row, **facts))
            told.append(connection.execute(insert(change).values(**_line(source_id, one, now)).returning(change.c.id)).scalar_one())
    return told


def struck(connection: Connection, number: int, most: int) -> tuple[str, ...]:
    """Return the addresses of the releases that took over what an incident changed, given the number of the change that tells of it."""
    told = select(change.c.source_id, change.c.not_after).where(change.c.id == number, change.c.kind == ChangeKind.INCIDENT)
    line = connection.execute(told).first()
    if line is None:
        return ()
    of_source = (incident.c.source_id == line.source_id) & (incident.c.since == line.not_after)
    last = connection.execute(select(incident.c.seen_at).where(of_source)).scalar() or line.not_after
    within = (version.c.seen_at >= line.not_after) & (version.c.seen_at <= last + _LONGEST_PASS)
    rebased = (version.c.item_id == item.c.id) & (version.c.reason == Reason.REBASE) & within
    found = select(item.c.url).distinct().select_from(item.join(version, rebased)).where(item.c.source_id == line.source_id)
    return tuple(connection.scalars(found.order_by(item.c.url).limit(most)))


def _is_open(connection: Connection, source_id: int, one: Incident) -> bool:
    """Return whether another pass was faster, or this one is written for the second time."""
    of_source = (incident.c.source_id == source_id) & (incident.c.signature == one.signature)
    same = select(incident.c.id).where(of_source, incident.c.until.is_(None) | (incident.c.since == one.since))
    return connection.execute(same).first() is not None


def _incident(row: AnyRow) -> Incident:
    return Incident(
        kind=IncidentKind(row.kind),
        signature=row.signature,
        since=row.since,
        seen_at=row.seen_at,
        words=row.words,
        items=row.items,
        features=frozenset(row.features),
        until=row.until,
        id=row.id,
    )


def _line(source_id: int, one: Incident, now: datetime) -> dict[str, Any]:
    return {
        "source_id": source_id,
        "item_id": None,
        "kind": ChangeKind.INCIDENT,
        "significance": Significance.MINOR,
        "classes": (one.kind,),
        "declared": Declared.UNKNOWN,
        "fields_touched": (),
        "not_before": None,
        "not_after": one.since,
        "detected_at": now,
        "words_added": 0,
        "words_removed": 0,
        "summary": one.words,
    }
