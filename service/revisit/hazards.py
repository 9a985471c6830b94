"""How often releases are edited at which age: two usual ways, news and official newsrooms, and which of them a source keeps to.

The figures are edits per release and hour. News: the home feed of a broadcaster in 9,241 readings over five months, 6,226 releases.
Official: 11,937 releases of a government in three and a half years, first edited after 50 hours at the median.
"""

from bisect import bisect_right
from dataclasses import dataclass
from math import log

from service.models import AGES, Habits, Pace

# What is said of a source that is hardly known yet: as much as so many edits found would tell.
_PRIOR = 8.0
# How many times likelier news must be before a source counts as such: what we are made for is official newsrooms.
_NEWS_ODDS = log(10)


@dataclass(frozen=True, slots=True)
class Hazard:
    """Edits per hour at each age of ``AGES``, with what they amount to from birth on: alone, and divided by age + 1 h.

    The price of a look grows as this ``power`` of age + 1 h: looks at the young also teach which releases are worth looks later.
    """

    rates: tuple[float, ...]
    sums: tuple[float, ...]
    weighed: tuple[float, ...]
    power: float

    def until(self, age: float) -> tuple[float, float]:
        """Return the integrals over the ages from birth to ``age`` (hours): of h(t), and of h(t) / (t + 1)."""
        place = bisect_right(AGES, age) - 1
        start, rate = AGES[place], self.rates[place]
        return self.sums[place] + rate * (age - start), self.weighed[place] + rate * log((age + 1) / (start + 1))

    def expected(self, hours: tuple[float, ...]) -> float:
        """Return how many edits are to be expected where so many hours were watched at each age of ``AGES``."""
        return sum(map(float.__mul__, self.rates, hours))


def _hazard(*rates: float, power: float = 0.0) -> Hazard:
    sums, weighed = [0.0], [0.0]
    for rate, start, end in zip(rates, AGES, AGES[1:], strict=False):
        sums.append(sums[-1] + rate * (end - start))
        weighed.append(weighed[-1] + rate * log((end + 1) / (start + 1)))
    return Hazard(rates, tuple(sums), tuple(weighed), power)


# at ages from    0      0.5     1       2      4      8      12     18     24       36       96       168 hours
HAZARDS = {
    Pace.NEWS: _hazard(0.44, 0.19, 0.097, 0.05, 0.038, 0.030, 0.015, 0.005, 0.002, 0.0008, 0.0003, 0.0003, power=0.1),
    Pace.OFFICIAL: _hazard(0.0049, 0.0049, *[0.0010] * 6, *[0.00011] * 3, 0.00003),
}


def pace_of(habits: Habits) -> Pace:
    """Return the pace that a source is likelier to keep: of n edits found against h hours watched at each age.

    Poisson, where the source's own level is unknown and integrated out (gamma of shape and rate 8). Edits come in bursts, which makes
    it too sure of itself; it is asked for ten times the likelihood before it calls a source news.
    """
    news, official = HAZARDS[Pace.NEWS], HAZARDS[Pace.OFFICIAL]
    odds = sum(n * log(often / seldom) for n, often, seldom in zip(habits.edits, news.rates, official.rates, strict=True))
    odds -= (_PRIOR + sum(habits.edits)) * log((_PRIOR + news.expected(habits.hours)) / (_PRIOR + official.expected(habits.hours)))
    return Pace.NEWS if odds > _NEWS_ODDS else Pace.OFFICIAL


def scale_of(habits: Habits, hazard: Hazard) -> float:
    """Return how many times as often as usual a source's releases are edited: 1 while little is known of it."""
    return (_PRIOR + sum(habits.edits)) / (_PRIOR + hazard.expected(habits.hours))
