"""``presswatch changes``: the change log."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from service.models import ChangeFilter, ChangeKind, ChangeLine, Declared, Significance

from . import moments, screen
from .call import Call, pass_call
from .named import known_source, nothing_tracked

if TYPE_CHECKING:
    from service.bootstrap import House

KINDS = tuple(kind.value for kind in ChangeKind)
LEVELS = tuple(level.value for level in Significance)
DECLARED = tuple(declared.value for declared in Declared)
LINES_ON_TERMINAL = 50
FOLLOW_EVERY = 1.0  # seconds


@click.command(epilog="For example: presswatch changes --since 2d --significance substantive")
@click.option("--source", metavar="ID", help="Only of this source.")
@click.option("--kind", type=click.Choice(KINDS), help="Only of this kind.")
@click.option("--class", "change_class", metavar="CLASS", help="Only of this class, such as title, number, date, name, negation, redesign.")
@click.option("--significance", type=click.Choice(LEVELS), help="Only of this significance.")
@click.option("--declared", type=click.Choice(DECLARED), help="Only such that the publisher owned up to, or did not.")
@click.option("--since", metavar="TIME", help="Found since then: 2026-11-21, 2026-11-21T14:30, 2h, 3d, yesterday.")
@click.option("--until", metavar="TIME", help="Found until then; a day means its end.")
@click.option("--after", type=click.IntRange(min=0), metavar="ID", help="Only ids above this one; ids only grow.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"The newest N; with --after, the next N.  [default: {LINES_ON_TERMINAL} on a terminal, else all]",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV with a header line.")
@click.option("--follow", is_flag=True, help="Go on with what is found from now on, until Ctrl-C.")
@pass_call
def changes(
    call: Call,
    source: str | None,
    kind: str | None,
    change_class: str | None,
    significance: str | None,
    declared: str | None,
    since: str | None,
    until: str | None,
    after: int | None,
    limit: int | None,
    as_json: bool,
    as_csv: bool,
    follow: bool,
) -> None:
    """The change log, newest last: what was edited, withdrawn, restored, moved, delisted or doubled, and what befell whole sources."""
    if as_csv and (as_json or follow):
        raise click.UsageError("--csv goes with neither --json nor --follow")
    for_program = as_json or as_csv
    with call.house() as house:
        known_source(house, source)
        now = house.clock.now()
        asked = ChangeFilter(
            source=source,
            kind=kind,
            change_class=change_class,
            significance=significance,
            declared=declared,
            since=moments.option("--since", since, now),
            until=moments.option("--until", until, now, end=True),
            after=after,
            limit=_as_many(limit, after, for_program=for_program),
        )
        lines = house.changes(asked)
        if as_csv:
            _show_csv(lines)
        else:
            _show(house, lines, as_json=as_json)
        if follow:
            _follow(house, asked, lines, as_json=as_json)
        elif not lines and not for_program:
            screen.hint(_empty(house, asked))


def show_table(groups: Sequence[Sequence[ChangeLine]], *, header: bool = True) -> None:
    """Print changes as a table, in the order given; the zone of its times stands once, in the header.

    Of a group, which is one event in several languages, the first is told as any change, the others below it with an "also".
    """
    lines = [line for group in groups for line in group]
    zone, times = moments.local_column(line.detected_at for line in lines)
    first = {group[0].id for group in groups}
    rows = [
        (str(line.id), when, line.source, line.kind, line.significance, ("" if line.id in first else "also ") + what_happened(line))
        for line, when in zip(lines, times, strict=True)
    ]
    screen.table(("id", f"found ({zone})" if zone else "found", "source", "kind", "significance", "what"), rows, header=header)


def what_happened(line: ChangeLine) -> str:
    """Return the title of the release and what was done to it, safe for a terminal."""
    return " · ".join(filter(None, (screen.safe(line.title), screen.safe(line.summary)))) or screen.safe(line.item_url)


def _as_many(limit: int | None, after: int | None, *, for_program: bool) -> int | None:
    """Return how many changes to show: as many as asked for, else those that a person at a terminal can take in, else all."""
    if limit is not None or after is not None or for_program or not screen.on_terminal():
        return limit
    return LINES_ON_TERMINAL


def _show(house: "House", lines: Sequence[ChangeLine], *, as_json: bool, header: bool = True) -> None:
    if as_json:
        from service.render import change_json

        for line in lines:
            screen.say_json(change_json(line))
    elif lines:
        from service.render import grouped

        show_table(grouped(lines, house.akin(lines)), header=header)


def _show_csv(lines: Sequence[ChangeLine]) -> None:
    from service.render import changes_csv

    click.echo(changes_csv(lines), nl=False)


def _empty(house: "House", asked: ChangeFilter) -> str:
    if replace(asked, limit=None) != ChangeFilter():
        return "No change fits. Fewer conditions show more: presswatch changes"
    if not house.sources:
        return "No source is configured yet. To watch one: presswatch add URL"
    return nothing_tracked(house) or "No change so far. To look at every release again now: presswatch refresh --all --recheck"


def _follow(house: "House", asked: ChangeFilter, shown: Sequence[ChangeLine], *, as_json: bool) -> None:
    """Print what is found after the lines that are shown already, for ever."""
    if not as_json:
        screen.hint("Waiting for what comes; Ctrl-C ends it.")
    last = max((line.id for line in shown), default=asked.after or 0)
    while True:
        house.clock.wait(FOLLOW_EVERY)
        lines = house.store.changes(replace(asked, after=last, limit=None))
        _show(house, lines, as_json=as_json, header=False)
        last = max((line.id for line in lines), default=last)
