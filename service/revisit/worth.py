"""What waiting costs: the expected loss of a release's edits until it is looked at again, against the price of a look.

A release is edited at the hazard of its age, times the level of its source, times a rate of its own: the mean of a gamma
distribution, after n edits found where H were to be expected (Cho and Garcia-Molina, Estimating frequency of change, 2003, on a clock
that runs at the hazard). Its next look is due when the loss reaches the price; equal prices for all is what makes the best of so many
looks (Azar et al., Tractable near-optimal policies for crawling, 2018). At a constant rate and without the weight of age that is the
known square-root law.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, log

from .hazards import Hazard

# The gamma distribution of the rates of releases has this shape: most are never edited, few again and again.
_SHAPE = 0.47
# An edit found is followed by others at this rate an hour, which decays: one more after every fifth, half of them within 20 minutes.
_BURST = 0.4
_FADES = 2.0
# What an edit weighs that nobody saw before the next one: so many times one that was told with a delay as long as its release is old.
_HIDDEN = 2.0
_STEPS = 9  # of bisection: between five minutes and a week, the wait is found to a hundredth or two


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a release: its age now and when it was first seen, edits found, and hours since the last (infinite: none)."""

    age: float
    watched_from: float = 0.0
    edits: int = 0
    quiet: float = inf

    def rate(self, hazard: Hazard, scale: float) -> float:
        """Return how many times as often as its siblings a release is edited, as far as can be told."""
        shape, expected = self._gamma(hazard, scale)
        return shape / expected

    def _gamma(self, hazard: Hazard, scale: float) -> tuple[float, float]:
        watched = hazard.until(self.age)[0] - hazard.until(self.watched_from)[0]
        return _SHAPE + self.edits, _SHAPE + scale * watched

    def loss(self, hazard: Hazard, scale: float) -> Callable[[float], float]:
        """Return the function of the loss after so many hours; it grows with them."""
        age = self.age
        shape, expected = self._gamma(hazard, scale)
        rate = shape / expected
        sum_now, weighed_now = hazard.until(age)
        burst = _BURST * exp(-_FADES * self.quiet)

        def lost(hours: float) -> float:
            sum_then, weighed_then = hazard.until(age + hours)
            more = scale * (sum_then - sum_now)
            late = rate * (more - scale * (age + 1) * (weighed_then - weighed_now))
            faded = _FADES * hours
            fading = exp(-faded)
            hidden = rate * more - 1 + exp(shape * log(expected / (expected + more)))
            hidden += _BURST * rate * more * (1 - (1 - fading) / faded)
            return late + burst * (1 - fading * (1 + faded)) / _FADES**2 + _HIDDEN * hidden

        return lost


def wait(past: Past, hazard: Hazard, scale: float, price: float, low: float, high: float) -> float:
    """Return after how many hours the loss reaches the price: at least ``low``, at most ``high``. What is no number counts as little."""
    past = _sane(past)
    lost, price = past.loss(hazard, _bounded(scale, 1e-3, 1e3)), price * (past.age + 1) ** hazard.power
    if lost(low) >= price:
        return low
    if lost(high) <= price:
        return high
    least, most = log(low), log(high)
    for _ in range(_STEPS):
        middle = (least + most) / 2
        if lost(exp(middle)) < price:
            least = middle
        else:
            most = middle
    return exp(most)


def _sane(past: Past) -> Past:
    age = _bounded(past.age, 0.0, 1e6)
    return Past(age, _bounded(past.watched_from, 0.0, age), min(max(0, past.edits), 10**6), _bounded(past.quiet, 0.0, inf))


def _bounded(number: float, least: float, most: float) -> float:
    return min(max(least, number), most)  # in this order: least for NaN
