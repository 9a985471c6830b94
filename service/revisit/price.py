"""What a look at a host costs: more while its releases wait longer than they should, so that the least likely edits go short first."""

from math import exp

LEAST_PRICE = 1.0
_MOST_PRICE = 10_000.0
_TARGET = 10.0  # minutes that what is due may wait
_GAIN = 0.1  # a minute
_LONGEST = 5.0  # minutes after which a price is as good as not steered at all: it moves no further than in these
_WORST = 3.0  # times the target, beyond which a backlog is steered against no harder


def steered(price: float, lag: float, minutes: float) -> float:
    """Return the price of a look at a host, ``minutes`` after it was ``price``, where what is due has waited for ``lag`` minutes.

    It moves by exp(0.1 (lag / target - 1)) a minute, with the backlog and the time bounded: neither a flood of new releases nor a night
    with the lid shut shall throw it far.
    """
    pressure = min(max(lag, 0.0) / _TARGET, _WORST) - 1
    moved = price * exp(_GAIN * pressure * min(max(minutes, 0.0), _LONGEST))
    return min(max(moved, LEAST_PRICE), _MOST_PRICE)
