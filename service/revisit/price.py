"""What a look at a host costs: more while its releases wait longer than they should, so that the least likely edits go short first."""

from math import exp, log

LEAST_PRICE = 1.0
_TARGET = 10.0  # minutes that what is due may wait
_STEEP = 3.0  # the price that belongs to a backlog grows by this power of e with each target's worth of it
_WORST = 3.0  # targets' worth beyond which a backlog counts for no more
_GAIN = 0.3  # of the way to that price, a minute
_LONGEST = 3.0  # minutes that count at once: a night with the lid shut shall not throw the price far


def steered(price: float, lag: float, minutes: float) -> float:
    """Return the price of a look at a host, ``minutes`` after it was ``price``, where what is due has waited for ``lag`` minutes.

    It goes a quarter of the way a minute to the price that belongs to the backlog. A price that moves as long as there is any backlog at
    all, and rests nowhere, swings for ever: a backlog adds up by itself.
    """
    goal = _STEEP * min(max(lag, 0.0) / _TARGET, _WORST)
    share = 1 - exp(-_GAIN * min(max(minutes, 0.0), _LONGEST))
    now = log(max(price, LEAST_PRICE))
    return exp(now + share * (goal - now))
