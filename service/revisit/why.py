"""Why a release is looked at when it is, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

from service.models import Pace

from .outlook import Outlook, past_of
from .worth import Past, wait

_DAY = 24.0
_HOUR = timedelta(hours=1)
_PACES = {Pace.NEWS: "as news are", Pace.OFFICIAL: "as official releases are"}
_SETTLED_NOTHING = {"failed": "the last look failed", "held": "the last look brought what is not to be believed yet"}


@dataclass(frozen=True, slots=True)
class Standing:
    """What the next look at a release follows from; ``pressure`` is the price of a look at its host, 1 where nothing presses."""

    state: str
    outcome: str
    born_at: datetime
    first_seen_at: datetime
    looked_at: datetime | None
    edits: int
    edited_at: datetime | None
    low: timedelta
    high: timedelta
    key: str
    pressure: float = 1.0
    weight: float = 1.0


def why(standing: Standing, view: Outlook) -> tuple[str, ...]:
    """Return why a release is looked at when it is: its age and pace, its own rate, a burst, the price, and the bound that held, if any.

    As of its last look: what follows from a price that has moved since is said at the next one.
    """
    looked_at = standing.looked_at
    if looked_at is None:
        return ("it was not looked at yet",)
    if standing.state == "suspect":
        return ("its page is missing: a second look is to tell whether it is gone",)
    if standing.state == "withdrawn":
        return ("it is withdrawn: it is looked at in case it comes back",)
    past = past_of(looked_at, standing.born_at, standing.first_seen_at, standing.edits, standing.edited_at)
    reasons = [_age(past, view), _rate(past, view), *_burst(past), *_price(standing), *_bound(standing, past, view)]
    return (*reasons, *_soon(standing))


def _age(past: Past, view: Outlook) -> str:
    amount = view.scale * past.rate(view.hazard, view.scale) * (view.hazard.until(past.age + _DAY)[0] - view.hazard.until(past.age)[0])
    chance = f"1 in {1 / amount:.0f} like it is edited" if amount < 0.5 else f"{amount:.1f} edits are to be expected"
    return f"{_span(past.age)} old, of a source that is edited {_PACES[view.pace]}: {chance} within a day"


def _rate(past: Past, view: Outlook) -> str:
    found = {0: "never edited", 1: "edited once"}.get(past.edits, f"edited {past.edits} times")
    return f"{found} while it was watched: taken to be edited {past.rate(view.hazard, view.scale):.1f} times as often as its siblings"


def _burst(past: Past) -> tuple[str, ...]:
    return (f"something befell it {_span(past.quiet)} ago: more may follow",) if past.quiet < 3 else ()


def _price(standing: Standing) -> tuple[str, ...]:
    busy = (f"its host is behind: a look must be worth {standing.pressure:.3g} times the usual",) if standing.pressure > 1.01 else ()
    weighed = (f"its source counts {standing.weight:g} times",) if standing.weight != 1 else ()
    return (*busy, *weighed)


def _bound(standing: Standing, past: Past, view: Outlook) -> tuple[str, ...]:
    low, high = standing.low / _HOUR, standing.high / _HOUR
    hours = wait(past, view.hazard, view.scale, view.price, low, high)
    if hours <= low:
        return (f"no sooner than after {_span(low)} (recheck min)",)
    return (f"no later than after {_span(high)} (recheck max)",) if hours >= high else ()


def _soon(standing: Standing) -> tuple[str, ...]:
    """What settled nothing is looked at again soon."""
    told = _SETTLED_NOTHING.get(standing.outcome)
    return (f"{told}: looked at again soon, then ever less soon",) if told else ()


def _span(hours: float) -> str:
    if hours == inf:
        return "for ever"
    for size, unit in ((_DAY, "d"), (1.0, "h")):
        if hours >= 2 * size:
            return f"{hours / size:.0f} {unit}"
    return f"{hours * 60:.0f} min"
