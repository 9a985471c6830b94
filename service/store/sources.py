"""The configured sources, brought into the store: history outlives the configuration."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from service.models import Habits, Kind, Source
from service.urls import host_key

from .database import Database, insert_unless_there
from .frontier import settle
from .tables import host, source

# What was learned of a list, forgotten once it is another list, or is read in another way.
_UNKNOWN_LIST = {"list_url": "", "list_etag": "", "list_modified": "", "list_digest": ""}


def sync_sources(database: Database, sources: Sequence[Source], now: datetime) -> None:
    """Make the rows agree with the configuration. A source that is gone from it is switched off, and keeps its history."""
    with database.write() as connection:
        hosts = _hosts(connection, sorted({host_key(one.url) for one in sources}))
        known = {row["slug"]: row for row in connection.execute(select(source).with_for_update()).mappings()}
        touched = _write(connection, sources, known, hosts, now)
        configured = {one.id for one in sources}
        gone = [row for row in known.values() if row["enabled"] and row["slug"] not in configured]
        for row in gone:
            connection.execute(update(source).where(source.c.id == row["id"]).values(enabled=False))
        settle(connection, sorted(touched | {row["host_id"] for row in gone}), now)


def _write(
    connection: Connection, sources: Sequence[Source], known: dict[str, RowMapping], hosts: dict[str, int], now: datetime
) -> set[int]:
    """Insert the new sources and alter those that differ; return the hosts whose turn may have moved."""
    new: list[dict[str, Any]] = []
    other: list[dict[str, Any]] = []
    touched: set[int] = set()
    for one in sources:
        row, host_id = known.get(one.id), hosts[host_key(one.url)]
        told = _told(one, host_id)
        if row is None:
            new.append({**_fresh(now), **told})
            touched.add(host_id)
        elif any(row[name] != told[name] for name in told):
            other.append({"it": row["id"], **{name: row[name] for name in _LEARNED}, **told, **_forgotten(row, told, now)})
            touched |= {host_id, row["host_id"]}
    if new:
        connection.execute(insert(source), new)
    if other:
        values: dict[str, Any] = {name: bindparam(name) for name in other[0].keys() - {"it"}}
        connection.execute(update(source).where(source.c.id == bindparam("it")).values(values), other)
    return touched


_LEARNED = ("kind", "list_url", "list_etag", "list_modified", "list_digest", "baselined_at", "next_list_at", "failures")


def _told(one: Source, host_id: int) -> dict[str, Any]:
    """What the configuration says of a source, as far as the store keeps it."""
    shape = json.dumps([one.url, one.kind, astuple(one.selectors)])
    return {
        "slug": one.id,
        "name": one.name,
        "url": one.url,
        "enabled": one.enabled,
        "host_id": host_id,
        "shape": hashlib.sha256(shape.encode()).hexdigest(),
    }


def _fresh(now: datetime) -> dict[str, Any]:
    unlearned = {"list_size": 0, "body_length": 0.0, "news_every": 0.0, "troubles": ()}
    unlearned |= {"hours_watched": Habits().hours, "edits_found": Habits().edits}
    counts = {"failures": 0, "error": "", "releases": 0, "edits": 0}
    return {**_UNKNOWN_LIST, **unlearned, **counts, "kind": Kind.AUTO, "next_list_at": now}


def _forgotten(row: RowMapping, told: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What a changed configuration makes void; another address is another list, whose first pass is a baseline again."""
    if row["shape"] == told["shape"]:
        return {}
    void = {**_UNKNOWN_LIST, "kind": Kind.AUTO, "next_list_at": now, "failures": 0}
    return void if row["url"] == told["url"] else {**void, "baselined_at": None}


def _hosts(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    """Return the ids of hosts by key, made where they are new."""
    known = {row.key: row.id for row in connection.execute(select(host.c.key, host.c.id).order_by(host.c.id).with_for_update())}
    new = [{"key": key, "token": 0, "price": 1.0} for key in keys if key not in known]
    if new:
        connection.execute(insert_unless_there(connection, host), new)
        known = {row.key: row.id for row in connection.execute(select(host.c.key, host.c.id))}
    return known
