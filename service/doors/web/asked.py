"""What may be asked in an address: numbers and moments that the store can take; others are refused with 422, in words."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Path, Query
from pydantic import AfterValidator, BeforeValidator, StringConstraints, WithJsonSchema

from ...models import ChangeFilter, ChangeKind, Declared, Significance

_MOST = 2**63 - 1  # the largest id of a database


def _in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC, which is meant where no zone is given. Raises ``ValueError`` for one that no calendar has there."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("a moment before year 1 or after year 9999") from None


def _written(value: object) -> object:
    """Return a moment as it was written. Raises ``ValueError`` for a bare number, which could be seconds or a year."""
    if isinstance(value, str) and not value[:5].endswith("-"):
        raise ValueError("a moment is written as 2026-11-21 or 2026-11-21T14:30:00Z")
    return value


def _told(value: object) -> object:
    """Return what was asked for; a field of a form that was left empty asks for nothing."""
    return None if value == "" else value


def _to_its_end(value: object) -> object:
    """Return a moment; a day alone means its end."""
    return f"{value}T23:59:59.999999" if isinstance(value, str) and len(value) == len("2026-11-21") else value


Number = Annotated[int, Path(ge=1, le=_MOST)]
Cursor = Annotated[int, Query(ge=0, le=_MOST)]
Moment = Annotated[
    datetime,
    BeforeValidator(_written),
    AfterValidator(_in_utc),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}),
]
EndMoment = Annotated[Moment, BeforeValidator(_to_its_end)]
Version = Annotated[int, Query(ge=1, le=2**31 - 1)]
Named = Annotated[str, Query(pattern=r"^m?[1-9]\d{0,8}$")]  # a version, or what somebody else captured
Theirs = Annotated[
    str, Query(pattern=r"^m[1-9]\d{0,8}$", description="What somebody else captured, such as m7: see `mementos` of /versions")
]
Blank = BeforeValidator(_told)
Address = Annotated[str, StringConstraints(max_length=4000)]
OfSource = Annotated[Annotated[str, StringConstraints(max_length=100)] | None, Blank, Query(description="Only of this source, by its id")]
_Name = Annotated[str, StringConstraints(max_length=100, pattern=r"^[\w-]*$")]


def _changes(
    source: OfSource = None,
    kind: Annotated[ChangeKind | None, Blank] = None,
    change_class: Annotated[_Name | None, Blank, Query(alias="class")] = None,
    significance: Annotated[Significance | None, Blank] = None,
    declared: Annotated[Declared | None, Blank] = None,
    url: Annotated[Address | None, Blank] = None,
    since: Annotated[Moment | None, Blank] = None,
    until: Annotated[EndMoment | None, Blank] = None,
    after: Cursor | None = None,
    before: Cursor | None = None,
) -> ChangeFilter:
    return ChangeFilter(source, kind, change_class, significance, since, until, after, before, declared, url)


# The filters of the change log, one set for pages, feeds and programs.
AskedChanges = Annotated[ChangeFilter, Depends(_changes)]


def as_query(asked: ChangeFilter, **other: str | int) -> str:
    """Return filters as the query of an address, with a question mark before it; empty where nothing is asked for."""
    told = {
        "source": asked.source,
        "kind": asked.kind,
        "class": asked.change_class,
        "significance": asked.significance,
        "declared": asked.declared,
        "url": asked.item_url,
        "since": asked.since.isoformat() if asked.since else None,
        "until": asked.until.isoformat() if asked.until else None,
    }
    query = urlencode({name: value for name, value in {**told, **other}.items() if value is not None})
    return f"?{query}" if query else ""


def as_search(words: str, removed: bool, source: str | None, since: datetime | None, until: datetime | None, before: int) -> str:
    """Return a search as the query of an address, for what is older than a hit."""
    moments = {name: moment.isoformat() for name, moment in (("since", since), ("until", until)) if moment}
    told = {"q": words, **({"removed": "true"} if removed else {}), **({"source": source} if source else {}), **moments, "before": before}
    return f"?{urlencode(told)}"
