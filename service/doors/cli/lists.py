"""``presswatch items`` and ``presswatch sources``: what is tracked, and how it goes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import click

from service.models import ItemLine, Source, SourceLine, Template

from . import screen
from .call import Call, pass_call
from .changes import LINES_ON_TERMINAL
from .moments import distance
from .named import known_source, nothing_tracked

if TYPE_CHECKING:
    from service.bootstrap import House


@click.command(epilog="For example: presswatch items --source csto --limit 20")
@click.option("--source", metavar="ID", help="Only of this source.")
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help=f"At most N.  [default: {LINES_ON_TERMINAL} on a terminal, else all]"
)
@click.option("--why", "with_why", is_flag=True, help="Say of each release why it is looked at next when it is.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@pass_call
def items(call: Call, source: str | None, limit: int | None, with_why: bool, as_json: bool) -> None:
    """The releases that are tracked, with their last and next look."""
    if limit is None and screen.on_terminal() and not as_json:
        limit = LINES_ON_TERMINAL
    reasons: dict[str, Reasons] = {}
    with call.house() as house:
        known_source(house, source)
        if with_why:
            lines, reasons = _reasoned(house, source, limit)
        else:
            lines = house.store.items(source, limit)
        now = house.clock.now()
        why_none = "" if lines else _why_none(house, source)
    if as_json:
        from service.render import item_json

        for line in lines:
            screen.say_json(item_json(line) | (reasons[line.item_url]._asdict() if with_why else {}))
    elif lines:
        if with_why:
            _tell_why(lines, reasons, now)
        else:
            items_table(lines, now)
        if limit is not None and len(lines) == limit:
            screen.hint(f"The first {limit}. For more: presswatch items --limit {limit * 10}")
    else:
        screen.hint(why_none)


class Reasons(NamedTuple):
    """Why a release is looked at when it is; ``pace`` is that of its source."""

    pace: str
    why: tuple[str, ...]


def _reasoned(house: "House", source: str | None, limit: int | None) -> tuple[tuple[ItemLine, ...], dict[str, Reasons]]:
    """Return the releases, and why each is looked at when it is, by address."""
    from service import timing

    configured = {one.id: one for one in house.sources}
    known = house.store.prospects(source, limit)
    reasons = {}
    for line, prospect in known:
        its_source = configured.get(line.source) or Source(line.source, "")
        pace = timing.outlook(its_source, prospect.habits, prospect.price).pace
        reasons[line.item_url] = Reasons(pace, timing.why(line, prospect, its_source))
    return tuple(line for line, _ in known), reasons


def _tell_why(lines: Sequence[ItemLine], reasons: Mapping[str, Reasons], now: datetime) -> None:
    for line in lines:
        screen.say(f"{distance(line.next_look, now)}: {screen.safe(line.item_url)}")
        for reason in reasons[line.item_url].why:
            screen.say(f"  {reason}")


def _why_none(house: "House", source: str | None) -> str:
    return nothing_tracked(house) or f"Nothing is tracked of {source} yet. To look now: presswatch refresh {source}"


@click.command(epilog="For example: presswatch sources --template csto")
@click.argument("source", required=False)
@click.option("--template", "with_template", is_flag=True, help="Show what was learned of the pages: where the text is, what is chrome.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@pass_call
def sources(call: Call, source: str | None, with_template: bool, as_json: bool) -> None:
    """The sources and their health: last look, next look, releases, edits, and what fails, in words. All, or one SOURCE."""
    with call.house() as house:
        known_source(house, source)
        lines = tuple(line for line in with_configured(house.store.sources(), house.sources) if source in (None, line.id))
        templates = {line.id: house.store.template(line.id) for line in lines} if with_template else {}
        now = house.clock.now()
    if as_json:
        from service.render import source_json, template_json

        for line in lines:
            learned = {"template": template_json(templates[line.id])} if with_template else {}
            screen.say_json(source_json(line) | learned)
    elif with_template:
        _templates(lines, templates)
    elif lines:
        sources_table(lines, now)
    else:
        screen.hint("No source is configured yet. To watch one: presswatch add URL")


def _templates(lines: Sequence[SourceLine], templates: Mapping[str, Template]) -> None:
    from service.render import template_lines

    for line in lines:
        screen.say(f"{line.id}: {screen.safe(line.name)}")
        for told in template_lines(templates[line.id]):
            screen.say(f"  {screen.safe(told)}")


def with_configured(lines: Sequence[SourceLine], configured: Sequence[Source]) -> tuple[SourceLine, ...]:
    """Return the sources of the store, and those of the configuration that no pass has met yet."""
    met = {line.id for line in lines}
    waiting = (
        SourceLine(source.id, source.name, source.url, source.kind, source.enabled, "not looked at yet", None, None, 0, 0, 0, "")
        for source in configured
        if source.id not in met
    )
    return (*lines, *waiting)


def items_table(lines: Sequence[ItemLine], now: datetime) -> None:
    """Print releases as a table."""
    rows = [
        (
            line.source,
            line.state,
            screen.safe(line.published) or "-",
            str(line.edits),
            distance(line.last_look, now),
            distance(line.next_look, now),
            " · ".join(filter(None, (screen.safe(line.title), screen.safe(line.item_url)))),
        )
        for line in lines
    ]
    screen.table(("source", "state", "published", "edits", "looked", "next look", "release"), rows)


def sources_table(lines: Sequence[SourceLine], now: datetime) -> None:
    """Print sources as a table; what fails stands in the last column, in words."""
    rows = [
        (
            line.id,
            line.kind if line.enabled else "off",
            distance(line.last_look, now),
            distance(line.next_look, now) if line.enabled else "-",
            str(line.releases),
            str(line.edits),
            str(line.failures),
            health(line),
        )
        for line in lines
    ]
    screen.table(("source", "kind", "looked", "next look", "releases", "edits", "failures", "health"), rows)


def health(line: SourceLine) -> str:
    """Return how a source is, in words, with its latest error unless the words tell it already."""
    words, error = screen.safe(line.health), screen.safe(line.error)
    return words if not error or error in words else f"{words}: {error}" if words else error
