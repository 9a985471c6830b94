"""How many edits are caught, and how soon, with so many looks: our rule of revisiting against others at the same budget.

    python -m benchmarks.revisit [--json] [--tiny] [--turns THOUSANDS_OF_ARTICLES]

News and official newsrooms are made up, as fitted to real ones; the feed and the government are real. "Caught" is seen before the next
edit; the delay of an edit is that until any look, a median and a 90th percentile over all edits.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from math import isinf

from service.models import Habits, Pace
from service.revisit import Outlook, outlook

from . import pages
from .measuring import options
from .revisiting import (
    Life,
    Rule,
    Score,
    aimd,
    at_budget,
    diffengine,
    feed_lives,
    fixed,
    government_lives,
    habits,
    news,
    newsdiffs,
    official,
    ours,
)

# Each family of rules with its least and its greatest parameter; more of it is fewer looks.
RIVALS: dict[str, tuple[Callable[[float], Rule], float, float]] = {
    "fixed interval": (fixed, 0.1, 800.0),
    "NewsDiffs' steps": (newsdiffs, 0.01, 100.0),
    "diffengine's ratio": (diffengine, 0.001, 100.0),
    "AIMD x1.4 / x0.8": (aimd, 0.01, 168.0),
}
OURS = "ours"


@dataclass(frozen=True, slots=True)
class Line:
    """The score of one rule on one process at one budget."""

    process: str
    budget: float
    rule: str
    score: Score


def compared(process: str, lives: Sequence[Life], view: Outlook, budgets: Sequence[float]) -> Iterator[Line]:
    """Yield the scores of all rules, ours last; it knows the level of the source as it shows at that budget."""
    for budget in budgets:
        for name, (family, least, most) in RIVALS.items():
            yield Line(process, budget, name, at_budget(lives, family, budget, least, most)[1])
        yield Line(process, budget, OURS, our_score(lives, view, budget))


def our_score(lives: Sequence[Life], view: Outlook, budget: float) -> Score:
    """Return the score of our rule where the level of the source was learned at this budget."""
    for _ in range(2):
        price, score = at_budget(lives, ours(view), budget, 1e-6, 10.0)
        seen = habits(lives, ours(view)(price))
        view = replace(view, scale=outlook(seen, pace=view.pace).scale)
    return score


def learned(lives: Sequence[Life]) -> Outlook:
    """Return the outlook that these releases teach to our rule at its usual price."""
    view = outlook(Habits())
    return outlook(habits(lives, ours(view)(view.price)))


def comparisons(count: int, budgets: Sequence[float] = (12, 25, 50)) -> Iterator[Line]:
    """Yield all scores, those of news with so many looks; ``count`` articles are made up."""
    yield from compared("news", news(count, 1), outlook(Habits(), pace=Pace.NEWS), budgets)
    yield from compared("official", official(4 * count, 2), outlook(Habits(), pace=Pace.OFFICIAL), (12,))
    if (pages.CORPUS / "feed-dynamics").is_dir():
        feed = feed_lives(pages.CORPUS)
        half = len(feed) // 2
        yield from compared("feed", feed[half:], learned(feed[:half]), (4, 8, 16))
        government = government_lives(pages.CORPUS)
        yield from compared("government", government, learned(government), (12, 25))


def told(line: Line) -> str:
    """Return a line of the table."""
    score = line.score
    delays = f"{_span(score.median):>9} {_span(score.ninetieth):>9}"
    return f"{line.process:11} {line.budget:>4g} {line.rule:20} {score.looks:6.1f} {score.caught:7.1%} {delays}"


def _span(hours: float) -> str:
    if isinf(hours):
        return "never"
    return f"{hours * 60:.0f} min" if hours < 2 else f"{hours:.1f} h"


def main(argv: Sequence[str] | None = None) -> None:
    """Print the table, or JSON."""
    chosen = options("edits caught, and how soon, with so many looks; each turn is of a thousand articles", argv, turns=2)
    lines = comparisons(50, (12,)) if chosen.tiny else comparisons(1000 * chosen.turns)
    if chosen.json:
        print(json.dumps({"comparison": "revisit", "rows": [asdict(line) for line in lines]}))
        return
    print(f"{'process':11} {'':>4} {'rule':20} {'looks':>6} {'caught':>7} {'median':>9} {'90 %':>9}")
    for line in lines:
        print(told(line), flush=True)


if __name__ == "__main__":
    main()
