"""Lives of releases, real or made up, and what rules of revisiting see of their edits: hours throughout, from the first look on."""

import gzip
import json
import random
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import inf, sqrt
from pathlib import Path
from typing import Any

from service.models import AGES, Habits, Pace
from service.revisit import HAZARDS, Hazard, Outlook, Past, Span, wait, watched
from service.revisit.moments import spread

LOW, HIGH = 5 / 60, 168.0  # the bounds that every rule keeps to
_SHAPE = 0.47  # of the gamma distribution of rates; most releases are never edited
_BURST = 0.2  # further edits after one, within hours
_KEYS = 8  # releases are due at so many different moments, by their keys


@dataclass(frozen=True, slots=True)
class Life:
    """The edits of a release in order, and until when it is watched; ``weight`` releases like it, which share a ``key``."""

    edits: tuple[float, ...]
    until: float = 720.0
    weight: float = 1.0
    key: int = 0


@dataclass(frozen=True, slots=True)
class Now:
    """What a rule knows of a release: its age, edits found, its age when the last was, the last wait, whether that brought one; its key."""

    age: float
    found: int
    found_at: float | None
    waited: float | None
    is_hit: bool
    key: int = 0


Rule = Callable[[Now], float]


@dataclass(frozen=True, slots=True)
class Score:
    """``looks`` for each release; the share of edits seen before the next one; the delay in hours until any look, infinite for never."""

    looks: float
    caught: float
    median: float
    ninetieth: float


def process(hazard: Hazard, level: float, count: int, seed: int) -> list[Life]:
    """Return lives drawn from a hazard: heterogeneous, in bursts; those without an edit are one life for each key, with their weight."""
    rng = random.Random(seed)
    total = hazard.until(720.0)[0]
    lives = []
    for _ in range(count):
        mean = level * total * rng.gammavariate(_SHAPE, 1 / _SHAPE)
        first = [_at(hazard, rng.random() * total) for _ in range(_poisson(rng, mean))]
        later = [age + rng.expovariate(1) for age in first for _ in range(_poisson(rng, _BURST))]
        lives.append(Life(tuple(sorted(age for age in first + later if age < 720))))
    edited = [replace(life, key=number % _KEYS) for number, life in enumerate(lives) if life.edits]
    return [*edited, *_never_edited(count - len(edited))]


def _never_edited(count: float) -> list[Life]:
    return [Life((), weight=count / _KEYS, key=key) for key in range(_KEYS)]


def _at(hazard: Hazard, amount: float) -> float:
    place = bisect_right(hazard.sums, amount) - 1
    return AGES[place] + (amount - hazard.sums[place]) / hazard.rates[place]


def _poisson(rng: random.Random, mean: float) -> int:
    count, passed = 0, rng.expovariate(1)
    while passed < mean:
        count, passed = count + 1, passed + rng.expovariate(1)
    return count


def news(count: int, seed: int) -> list[Life]:
    """Return articles as of the broadcaster: four in ten are edited, one edit in five comes after the first day."""
    return process(HAZARDS[Pace.NEWS], 0.85, count, seed)


def official(count: int, seed: int) -> list[Life]:
    """Return releases as of a government: one in twenty is edited, half of the edits come after the first day."""
    return process(HAZARDS[Pace.OFFICIAL], 1.0, count, seed)


def feed_lives(corpus: Path) -> list[Life]:
    """Return the real edits of a busy national feed over ten weeks: steps of title or summary, while an item is listed."""
    born: dict[str, float] = {}
    last: dict[str, float] = {}
    edits: dict[str, list[float]] = {}
    versions: dict[str, list[int]] = {}
    order: list[int] = []
    begun = 0.0
    with gzip.open(corpus / "feed-dynamics" / "timeline.jsonl.gz", "rt") as lines:
        for line in lines:
            state = json.loads(line)
            now = datetime.fromisoformat(state["t"]).timestamp() / 3600
            begun = begun or now
            order = state.get("order", order)
            for name, (title, summary, _) in state.get("set", {}).items():
                if name in versions and versions[name] != [title, summary]:
                    edits[name].append(now - born[name])
                elif name not in versions:
                    born[name], edits[name] = now, []
                versions[name] = [title, summary]
            last.update(dict.fromkeys(map(str, order), now))
    watched = (name for name in born if born[name] > begun and last.get(name, 0) > born[name])
    return [
        Life(tuple(age for age in edits[name] if age > 0), last[name] - born[name], key=number % _KEYS)
        for number, name in enumerate(watched)
    ]


def government_lives(corpus: Path) -> list[Life]:
    """Return the real edits of a government's releases that were first seen when they were published; watched for 30 days each.

    The corpus has a part of the edits, so that the share of releases never edited is set to what it was in all: 96 in a hundred.
    """
    folder = corpus / "govuk-news-edits"
    born = {one["url"]: _hours(one["first_seen"]) for one in _lines(folder / "publications.jsonl.gz")}
    edits: dict[str, list[float]] = {}
    for pair in _lines(folder / "pairs.jsonl.gz"):
        if pair["expect"]["class"] == "content_edit" and pair["url"] in born:
            edits.setdefault(pair["url"], []).append(_hours(pair["seen_after"]) - born[pair["url"]])
    found = [Life(tuple(sorted(age for age in ages if 0 < age < 720)), key=number % _KEYS) for number, ages in enumerate(edits.values())]
    edited = [life for life in found if life.edits]
    return [*edited, *_never_edited(24.0 * len(edited))]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt") as lines:
        yield from map(json.loads, lines)


def _hours(stamp: str) -> float:
    moment = datetime.fromisoformat(stamp)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() / 3600


def fixed(hours: float) -> Rule:
    """The same wait for all."""
    return lambda now: hours


def newsdiffs(times: float) -> Rule:
    """NewsDiffs' steps by the age of the last update: 15 minutes, 1 hour, 3 hours, 3 days, 30 days; all of them stretched alike."""

    def rule(now: Now) -> float:
        age = now.age - (now.found_at or 0.0)
        return times * (0.25 if age < 3 else 1.0 if age < 24 else 3.0 if age < 168 else 72.0)

    return rule


def diffengine(ratio: float) -> Rule:
    """diffengine's ratio of staleness to age, as meant (as coded, it forgets whole days): a share of the age."""
    return lambda now: max(LOW, ratio * now.age)


def aimd(start: float) -> Rule:
    """Nutch's adaptive schedule: 1.4 times the wait after a look that found nothing, 0.8 times after one that did."""

    def rule(now: Now) -> float:
        return start if now.waited is None else min(HIGH, max(LOW, now.waited * (0.8 if now.is_hit else 1.4)))

    return rule


def ours(view: Outlook) -> Callable[[float], Rule]:
    """Our rule by its price, as ``next_wait`` applies it; many releases share a past, so its answers are remembered."""

    def priced(price: float) -> Rule:
        known: dict[tuple[float, int, float | None, int], float] = {}

        def rule(now: Now) -> float:
            past = (now.age, now.found, now.found_at, now.key)
            if past not in known:
                quiet = inf if now.found_at is None else now.age - now.found_at
                hours = wait(Past(now.age, 0.0, now.found, quiet), view.hazard, view.scale, price, LOW, HIGH)
                known[past] = min(HIGH, max(LOW, hours * spread(str(now.key))))
            return known[past]

        return rule

    return priced


def watch(lives: Sequence[Life], rule: Rule) -> Score:
    """Return what a rule sees of these lives."""
    looks = caught = 0.0
    delays: list[float] = []
    for life in lives:
        count, seen, life_delays = _watched(life, rule)
        looks += count * life.weight
        caught += seen
        delays += life_delays
    delays.sort()
    return Score(looks / sum(life.weight for life in lives), caught / len(delays), _quantile(delays, 0.5), _quantile(delays, 0.9))


def _quantile(delays: Sequence[float], share: float) -> float:
    return delays[int(share * len(delays))]


def _looks(life: Life, rule: Rule) -> Iterator[Now]:
    """Yield what each look at a release shows."""
    now, place = Now(0.0, 0, None, None, False, life.key), 0
    while True:
        waited = rule(now)
        age = now.age + waited
        if age > life.until:
            return
        met = bisect_right(life.edits, age, place)
        is_hit = met > place
        now, place = Now(age, now.found + is_hit, age if is_hit else now.found_at, waited, is_hit, life.key), met
        yield now


def _watched(life: Life, rule: Rule) -> tuple[int, int, list[float]]:
    """Return how many looks a release had, how many found an edit, and with which delays."""
    count = found = place = 0
    delays: list[float] = []
    for now in _looks(life, rule):
        count, found = count + 1, now.found
        if now.is_hit:
            met = bisect_right(life.edits, now.age, place)
            delays += [now.age - edit for edit in life.edits[place:met]]
            place = met
    return count, found, delays + [inf] * (len(life.edits) - place)


def at_budget(lives: Sequence[Life], family: Callable[[float], Rule], looks: float, least: float, most: float) -> tuple[float, Score]:
    """Return that rule of a family, and its score, which spends so many looks on a release; they get fewer from ``least`` to ``most``."""
    for part, turns in ((_thinned(lives), 10), (lives, 5)):
        if part is lives:
            least, most = least / 1.2, most * 1.2
        for _ in range(turns):
            middle = sqrt(least * most)
            if watch(part, family(middle)).looks > looks:
                least = middle
            else:
                most = middle
    return most, watch(lives, family(most))


def _thinned(lives: Sequence[Life]) -> list[Life]:
    """Return a ninth of many lives; some stand for all that were never edited."""
    if len(lives) < 1000:
        return list(lives)
    alone = [life for life in lives if life.weight == 1]
    return [*alone[::9], *(replace(life, weight=life.weight / 9) for life in lives if life.weight != 1)]


def habits(lives: Iterable[Life], rule: Rule) -> Habits:
    """Return the habits that these releases show to a rule."""
    hours, edits = [0.0] * len(AGES), [0.0] * len(AGES)
    for life in lives:
        shown = watched(Habits(), _spans(life, rule))
        hours = [sum_ + life.weight * one for sum_, one in zip(hours, shown.hours, strict=True)]
        edits = [sum_ + life.weight * one for sum_, one in zip(edits, shown.edits, strict=True)]
    return Habits(tuple(hours), tuple(map(int, edits)))


def _spans(life: Life, rule: Rule) -> Iterable[Span]:
    before = 0.0
    for now in _looks(life, rule):
        yield Span(before, now.age, now.is_hit)
        before = now.age
