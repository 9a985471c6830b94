"""The edit side by side as HTML: what stood there on the left, what stands there now on the right."""

from html import escape

from service.models import Diff, Hunk, Op

from .fragment import Told, run_html
from .telling import apart, notes, place, shown_runs


def sides(diff: Diff, *, before: str, after: str, title: str, told: Told = str) -> str:
    """Return a diff as a ``section`` with a table of two columns named ``before`` and ``after``; everything escaped, whole texts."""
    head = f'<thead><tr><th scope="col">{escape(before)}</th><th scope="col">{escape(after)}</th></tr></thead>'
    rows = "".join(_row(hunk, told) for hunk in diff.hunks)
    said = "".join(f'<p class="note">{escape(told(note))}</p>\n' for note in notes(diff))
    table = f'<div class="wide"><table class="sides">{head}<tbody>\n{rows}</tbody></table></div>\n'
    return f'<section class="diff">\n<h2 dir="auto">{escape(title)}</h2>\n{table}{said}</section>\n'


def _row(hunk: Hunk, told: Told) -> str:
    where = f'<tr class="place"><th colspan="2" scope="colgroup">{escape(told(place(hunk)).capitalize())}</th></tr>\n'
    return f"{where}<tr>{_side(hunk, Op.ADDED)}{_side(hunk, Op.REMOVED)}</tr>\n"


def _side(hunk: Hunk, left_out: Op) -> str:
    runs = [run for run in shown_runs(hunk) if run.op is not left_out]
    text = "".join(apart(last, run) + run_html(run) for last, run in zip((None, *runs), runs, strict=False))
    return f'<td dir="auto">{text}</td>'
