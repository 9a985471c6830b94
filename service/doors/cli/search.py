"""``presswatch search``: what was ever said, and what is said no longer."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from service.models import Hit, Op, Run, SearchFilter

from . import moments, screen
from .call import Call, pass_call
from .named import known_source, nothing_tracked

if TYPE_CHECKING:
    from service.bootstrap import House

_LIMIT = 20
_MOST_PORTIONS = 20  # made searchable before the answer, of a few hundred versions each
_INDENT = "   "
_UNWANTED = re.compile(r"-(?!-|h$)")


class _Question(click.Command):
    """A command among whose words ``-word`` is no option: it is what must not be there."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        unwanted = [] if "--" in args else [word for word in args if _UNWANTED.match(word)]
        return super().parse_args(ctx, [*(word for word in args if word not in unwanted), *(["--", *unwanted] if unwanted else [])])


@click.command(
    cls=_Question,
    epilog="For example: presswatch search '\"will not be deployed\" troops OR soldiers peacekeep* -exercise'",
)
@click.argument("words", nargs=-1, required=True)
@click.option("--removed", is_flag=True, help="Only text that an edit or a withdrawal took away.")
@click.option("--source", metavar="ID", help="Only of this source.")
@click.option("--since", metavar="TIME", help="Of versions found since then: 2026-11-21, 2026-11-21T14:30, 2h, 3d, yesterday.")
@click.option("--until", metavar="TIME", help="Of versions found until then; a day means its end.")
@click.option("--limit", type=click.IntRange(min=1), default=_LIMIT, metavar="N", show_default=True, help="The newest N.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@pass_call
def search(
    call: Call,
    words: Sequence[str],
    removed: bool,
    source: str | None,
    since: str | None,
    until: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Search all versions of all releases, newest first. A hit names the version that brought the words, or whose coming removed them.

    WORDS must all be there, in any order; "a phrase" as it stands; OR for one of several; peacekeep* for every ending; -word for what must
    not be there. Case and accents do not count.
    """
    from service.query import parse

    query = parse(" ".join(words))
    with call.house() as house:
        known_source(house, source)
        now = house.clock.now()
        asked = SearchFilter(
            query,
            removed,
            source,
            since=moments.option("--since", since, now),
            until=moments.option("--until", until, now, end=True),
            limit=limit,
        )
        _make_searchable(house)
        hits = house.store.search(asked)
        why_none = "" if hits else nothing_tracked(house) or "Nothing fits. A star finds every ending: peacekeep*"
    if as_json:
        from service.render import hit_json

        for hit in hits:
            screen.say_json(hit_json(hit))
        return
    for hit in hits:
        _show(hit)
    if not hits or len(hits) == limit:
        screen.hint(why_none or f"The newest {limit}. For more: --limit {limit * 10}")


def _make_searchable(house: "House") -> None:
    """Index what a killed process left, or an upgrade brought; where it is more than can be waited for, say so."""
    if not any(not house.store.index() for _ in range(_MOST_PORTIONS)):
        screen.hint("Not all versions can be searched yet; each search, and the daemon, goes on with them.")


def _show(hit: Hit) -> None:
    from service.render.wrapping import lines_of, wrapped

    room = max(screen.NARROWEST, screen.width()) if screen.on_terminal() else None
    told = f"change {hit.change}" if hit.change else f"version {hit.version}"
    state = "" if hit.state == "live" else f", now {hit.state}"
    head = f"{moments.local(hit.seen_at)}  {hit.source}  {told}{state}  {screen.safe(hit.title) or screen.safe(hit.item_url)}"
    for line in lines_of(head, room) if room else [head]:
        screen.say(click.style(line, bold=True) if screen.coloured() else line)
    marks = ("", "") if screen.coloured() else ("[", "]")
    runs = [_run(text, found, marks) for text, found in hit.snippet]
    shown = [line for line, _ in wrapped(runs, room - len(_INDENT))] if room else ["".join(run.text for run in runs)]
    for line in [*shown, screen.safe(hit.item_url)]:
        screen.say(f"{_INDENT}{line.rstrip()}")


def _run(text: str, found: bool, marks: tuple[str, str]) -> Run:
    from service.render import terminal_safe

    safe = terminal_safe(text).replace("\n", " ")
    if not found:
        return Run(Op.SAME, safe)
    return Run(Op.ADDED if screen.coloured() else Op.SAME, f"{marks[0]}{safe}{marks[1]}")
