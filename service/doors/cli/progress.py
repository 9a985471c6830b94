"""Watching a refresh: a bar on a terminal, a line as each source ends elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from service.models import Progress, SourceReport

from . import screen

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

OnProgress = Callable[[Progress], None]
OnReport = Callable[[SourceReport], None]


@contextmanager
def watching(on_report: OnReport | None) -> Iterator[OnProgress]:
    """Give what is to be called with each step of a refresh, from any thread; ``on_report`` hears of each source that has ended.

    A bar stands on standard error while it lasts, if that is a terminal; reports are then told when the bar is gone.
    """
    ended: list[SourceReport] = []
    if screen.rich_drawn(sys.stderr.isatty()):
        try:
            with _bars() as bars:
                yield _Watch(ended.append, bars)
        finally:  # after a Ctrl-C too: what has ended is written
            for report in ended:
                _tell(on_report, report)
    else:
        yield _Watch(lambda report: _tell(on_report, report), None)


def _tell(on_report: OnReport | None, report: SourceReport) -> None:
    if on_report is not None:
        on_report(report)


def _bars() -> "Bars":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=30), MofNCompleteColumn(), TimeElapsedColumn())
    return Bars(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False)


class _Watch:
    """One refresh as it is watched: which sources are under way, which have ended."""

    def __init__(self, on_report: OnReport, bars: "Bars | None") -> None:
        self._on_report = on_report
        self._bars = bars
        self._rows: dict[str, TaskID] = {}
        self._lock = Lock()

    def __call__(self, step: Progress) -> None:
        with self._lock:
            if self._bars is not None:
                self._draw(self._bars, step)
            if step.report is not None:
                self._on_report(step.report)

    def _draw(self, bars: "Bars", step: Progress) -> None:
        row = self._rows.get(step.source)
        if step.report is not None:
            if row is not None:
                bars.update(row, visible=False)
        elif row is None:
            self._rows[step.source] = bars.add_task(step.source or "the daemon", completed=step.done, total=step.total or None)
        else:
            bars.update(row, completed=step.done, total=step.total or None)
