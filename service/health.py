"""How a source fares, seen from what its passes found: what is usual is learned, and what is far from it is told in plain words.

An operator who is told too much looks no more. So what is told needs several pages, or several times the usual; and a source may
be silent over any run of holidays.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .models import Incident, IncidentKind, Vitals

# Silence: so many times the usual gap, and longer than the holidays at the turn of a year with the weekends beside them.
_TIMES_SILENT, _LEAST_SILENCE = 6, timedelta(days=11)
# News that follow each other sooner are one burst: they say nothing of how long a silence is usual.
_BURST = timedelta(hours=12)
# A gap longer than usual counts for more than a shorter one: what is asked is how long a silence may be, not how long it is on average.
_LONGER, _SHORTER = 0.15, 0.05
_PRESUMED = timedelta(days=7)  # where nothing is known yet, news may be as rare as once a week

_LEAST_LIST = 6  # entries; a list that names fewer may well name half of them tomorrow
_LIST_STEP = 8  # a list's usual size follows its size by an eighth of the difference, and by one entry where half of it is missing
_LEAST_READ = 8  # bodies, to speak of their length: lengths of releases differ tenfold
_SHRUNK = 4  # times shorter than usual
_SETTLED = 64  # bodies, after which one more counts as one of so many
_LEAST_STRAYS, _LEAST_WALLS, _LEAST_FAILURES = 5, 2, 3

_TROUBLES = {IncidentKind.OUTAGE, IncidentKind.BLOCKED, IncidentKind.LISTING}


@dataclass(frozen=True, slots=True)
class Facts:
    """What one pass met.

    ``listed`` is how many entries the first part of the list named, None where it was not read or said "not modified"; ``news`` how many
    new releases were found (none in a first pass: that is the baseline). Of ``looks``, ``read`` gave a reading: their bodies have
    ``characters`` together, and ``strays`` of them were read without the template, though the source has one. ``walls`` met a
    challenge, 403 or 429; ``failed`` had no answer, or an error of the server.
    """

    listed: int | None = None
    news: int = 0
    looks: int = 0
    read: int = 0
    characters: int = 0
    strays: int = 0
    walls: int = 0
    failed: int = 0


def learned(vitals: Vitals, facts: Facts, now: datetime) -> Vitals:
    """Return what is usual for the source after one more pass. What is told as a trouble is learned slowly, and an empty list never."""
    return replace(
        vitals,
        list_size=_list_size(vitals.list_size, facts.listed),
        body_length=_body_length(vitals.body_length, facts),
        every=_every(vitals, now) if facts.news else vitals.every,
        news_at=now if facts.news else vitals.news_at,
    )


def troubles(vitals: Vitals, facts: Facts, now: datetime, incidents: Collection[Incident] = ()) -> tuple[str, ...]:
    """Return what is the matter with a source, the worst first, in words its operator can act on; nothing for one that fares well.

    ``vitals`` as learned before the pass, ``incidents`` the source's own. One that is open is told in its words, and what follows
    from it (a blocked source seems silent) is not told beside it.
    """
    open_ones = [one for one in incidents if one.until is None and one.kind in _TROUBLES]
    kinds = {one.kind for one in open_ones}
    told = [f"{one.words} (since {one.since:%Y-%m-%d %H:%M} UTC)" for one in open_ones]
    if IncidentKind.BLOCKED not in kinds:
        told += _blocked(facts)
    if IncidentKind.OUTAGE not in kinds:
        told += _out_of_order(facts)
    told += [*_template(facts), *_bodies(vitals, facts)]
    return tuple(told) if told else tuple(_silence(vitals, facts, now))


def _blocked(facts: Facts) -> Iterator[str]:
    if facts.walls >= _LEAST_WALLS and 4 * facts.walls >= facts.looks:
        yield (
            f"blocked: {facts.walls} of {facts.looks} looks met a challenge page, 403 or 429; "
            "ask less often (per_host_delay), or ask the publisher for leave"
        )


def _out_of_order(facts: Facts) -> Iterator[str]:
    if facts.failed >= _LEAST_FAILURES and 2 * facts.failed >= facts.looks:
        yield f"out of order: {facts.failed} of {facts.looks} looks had no answer or an error of the server"


def _template(facts: Facts) -> Iterator[str]:
    if facts.strays >= _LEAST_STRAYS and 2 * facts.strays > facts.read:
        yield f"the template fits no longer: {facts.strays} of {facts.read} pages were read without it; see what `presswatch probe` finds"


def _bodies(vitals: Vitals, facts: Facts) -> Iterator[str]:
    if _has_shrunk(vitals.body_length, facts):
        usual, shown = round(vitals.body_length), facts.characters // facts.read
        yield f"the texts have shrunk to {shown} characters on average, usually {usual}; see what `presswatch probe` finds"


def _silence(vitals: Vitals, facts: Facts, now: datetime) -> Iterator[str]:
    if facts.news or vitals.news_at is None or not vitals.every:
        return
    silent, usual = now - vitals.news_at, timedelta(seconds=vitals.every)
    if silent >= max(_LEAST_SILENCE, _TIMES_SILENT * usual):
        yield f"no new release for {_lasting(silent)}; usually one comes every {_lasting(usual).removeprefix('1 ')}"


def _list_size(usual: int, listed: int | None) -> int:
    if not listed:
        return usual
    if not usual:
        return listed
    step = 1 if _is_halved(usual, listed) else max(1, abs(listed - usual) // _LIST_STEP)
    return usual + step if listed > usual else usual - step if listed < usual else usual


def _is_halved(usual: int, listed: int) -> bool:
    return usual >= _LEAST_LIST and 2 * listed < usual


def _body_length(usual: float, facts: Facts) -> float:
    if not facts.read:
        return usual
    mean = facts.characters / facts.read
    if not usual:
        return mean
    weight = 1 / _SETTLED if _has_shrunk(usual, facts) else min(facts.read, _SETTLED // 4) / _SETTLED
    return usual + weight * (mean - usual)


def _has_shrunk(usual: float, facts: Facts) -> bool:
    return facts.read >= _LEAST_READ and _SHRUNK * facts.characters < facts.read * usual


def _every(vitals: Vitals, now: datetime) -> float:
    """Return the usual seconds between bursts of news, once more news are found now."""
    usual = vitals.every or _PRESUMED.total_seconds()
    gap = (now - vitals.news_at).total_seconds() if vitals.news_at is not None else 0.0
    if gap < _BURST.total_seconds():
        return usual
    return usual + (_LONGER if gap > usual else _SHORTER) * (gap - usual)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _lasting(time: timedelta) -> str:
    """Return a span of time as people say it: 12 days, 1 day, 14 hours."""
    days = time / timedelta(days=1)
    return _counted(round(days), "day") if days >= 0.75 else _counted(round(24 * days), "hour")
