"""Charts as SVG: shapes alone, coloured by the style sheet through their classes; what they show stands in words beside them."""

from collections.abc import Sequence
from html import escape

_DAY, _GAP = 6, 1  # width of a day, of which so much is a gap
_UP, _DOWN = 26, 20  # room above the line, for news, and below it, for changes


def activity_chart(news: Sequence[int], changes: Sequence[int], words: str) -> str:
    """Return bars for each day: news upwards, changes downwards, both to one scale; ``words`` are for who cannot see them."""
    width, height = _DAY * len(news), _UP + _DOWN + 1
    most = max([1, *news, *changes])
    up, down = _path(news, most, _UP, upwards=True), _path(changes, most, _DOWN, upwards=False)
    return (
        f'<svg class="activity" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{escape(words)}">'
        f'<path class="line" d="M0 {_UP + 0.5}H{width}"/><path class="news" d="{up}"/><path class="edits" d="{down}"/></svg>'
    )


def bar(count: int, most: int) -> str:
    """Return a bar that says how much ``count`` is of ``most``; the number itself is to stand beside it."""
    share = 100 * count / most if most else 0
    return (
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f'<rect width="{share:.2f}" height="10"/></svg>'
    )


def _path(counts: Sequence[int], most: int, room: int, *, upwards: bool) -> str:
    """Return a bar for each count that is not nothing; the least of them can still be seen."""
    sign, base = (-1, _UP) if upwards else (1, _UP + 1)
    bars = ((day, max(2.0, room * count / most)) for day, count in enumerate(counts) if count)
    return "".join(f"M{day * _DAY} {base}v{sign * tall:.1f}h{_DAY - _GAP}v{-sign * tall:.1f}z" for day, tall in bars)
