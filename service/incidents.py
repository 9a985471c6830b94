"""Steps in the life of a source: what befell its pages together is told once, and of no single release.

| in a pass                                               | open already                    | then                              |
|---------------------------------------------------------|---------------------------------|-----------------------------------|
| releases share a change that was met before             | the incident that knows it      | goes on, knows what is new of it  |
| releases share a change, and the pages are made anew    | a redesign                      | goes on                           |
| releases share a change, and the pages are made anew    | none                            | redesign                          |
| pages are made anew, and nothing else                   | none                            | redesign                          |
| releases share any other change                         | a redesign of the last week     | goes on                           |
| releases share any other change                         | none                            | boilerplate                       |
| most pages missing, in error or behind walls            | an outage or a block            | goes on                           |
| most pages missing, in error or behind walls            | none                            | outage or blocked                 |
| the list cannot be had, the third time in a row         | none                            | outage or blocked                 |
| pages come as ever, the list can be had                 | an outage or a block            | ends                              |
| the list is empty, or half of it is missing             | none                            | listing                           |
| the list is as long as ever                             | listing                         | ends                              |
| nothing of it for two weeks                             | a redesign, boilerplate         | ends when it was last met         |
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from service.models import Incident, IncidentKind

_LASTING = timedelta(days=7)  # what changes so soon after a redesign is part of it
_FORGOTTEN = timedelta(days=14)
_MOST_FEATURES = 5_000
_OF_PAGES = (IncidentKind.REDESIGN, IncidentKind.BOILERPLATE)
_OF_SERVERS = (IncidentKind.OUTAGE, IncidentKind.BLOCKED)
_WORDS = {
    IncidentKind.REDESIGN: "the pages of the source are made anew: {}no edit of any release",
    IncidentKind.BOILERPLATE: "the same words changed on {}releases: no edit of any of them",
}


@dataclass(frozen=True, slots=True)
class Befallen:
    """What befell a source in one pass.

    ``shared`` are the prints of changes that releases share, ``explained`` counts the releases that showed them. ``struck`` is what kept
    most looks from seeing releases, and how many. ``well`` says that pages came as ever. ``unlisted`` is in words what is wrong with the
    list, None where the list was not read; ``unreached`` in words why it could not be had three times in a row, and as what kind.
    """

    redesigned: bool = False
    shared: frozenset[str] = frozenset()
    explained: int = 0
    struck: tuple[IncidentKind, int] | None = None
    well: bool = False
    unlisted: str | None = None
    unreached: tuple[IncidentKind, str] | None = None


def incidents(known: Sequence[Incident], befallen: Befallen, now: datetime) -> tuple[Incident, ...]:
    """Return the incidents that a pass opens, meets again or sees end; ``known`` are those that are open."""
    return (*_of_pages(known, befallen, now), *_of_servers(known, befallen, now), *_of_the_list(known, befallen, now))


def _of_pages(known: Sequence[Incident], befallen: Befallen, now: datetime) -> Iterator[Incident]:
    standing = [one for one in known if one.kind in _OF_PAGES]
    met = None
    if befallen.shared or befallen.redesigned:
        met = _met(standing, befallen, now)
        features = frozenset(sorted((met.features if met else frozenset()) | befallen.shared)[:_MOST_FEATURES])
        if met is None:
            kind = IncidentKind.REDESIGN if befallen.redesigned else IncidentKind.BOILERPLATE
            count = f"{befallen.explained} " if kind is IncidentKind.BOILERPLATE else ""
            signature = hashlib.sha256("\n".join(sorted(features)).encode()).hexdigest()[:16] if befallen.shared else now.isoformat()
            yield Incident(kind, signature, now, now, _WORDS[kind].format(count), befallen.explained, features)
        else:
            yield replace(met, seen_at=now, items=met.items + befallen.explained, features=features)
    yield from (replace(one, until=one.seen_at) for one in standing if one is not met and now - one.seen_at >= _FORGOTTEN)


def _met(standing: Sequence[Incident], befallen: Befallen, now: datetime) -> Incident | None:
    redesign = next((one for one in standing if one.kind is IncidentKind.REDESIGN and now - one.since < _LASTING), None)
    if befallen.redesigned:
        return redesign
    return next((one for one in standing if one.features & befallen.shared), redesign)


def _of_servers(known: Sequence[Incident], befallen: Befallen, now: datetime) -> Iterator[Incident]:
    standing = [one for one in known if one.kind in _OF_SERVERS]
    trouble: tuple[IncidentKind, str, int] | None = None
    if befallen.struck is not None:
        kind, count = befallen.struck
        words = "walls stand where releases should be" if kind is IncidentKind.BLOCKED else "releases are missing, in error or out of reach"
        trouble = kind, f"{count} {words}, all at once", count
    elif befallen.unreached is not None:
        trouble = *befallen.unreached, 0
    if trouble is not None:
        yield from _struck(standing, *trouble, now)
    elif befallen.well:
        yield from (replace(one, until=now) for one in standing)


def _struck(standing: Iterable[Incident], kind: IncidentKind, words: str, count: int, now: datetime) -> Iterator[Incident]:
    met = next(iter(standing), None)
    yield Incident(kind, kind, now, now, words, count) if met is None else replace(met, seen_at=now, items=met.items + count)


def _of_the_list(known: Sequence[Incident], befallen: Befallen, now: datetime) -> Iterator[Incident]:
    met = next((one for one in known if one.kind is IncidentKind.LISTING), None)
    if befallen.unlisted:
        if met is None:
            yield Incident(IncidentKind.LISTING, IncidentKind.LISTING, now, now, befallen.unlisted)
        else:
            yield replace(met, seen_at=now)
    elif befallen.unlisted is not None and met is not None:
        yield replace(met, until=now)
