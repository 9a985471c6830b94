"""``presswatch demo``: a small newsroom that edits itself, watched live."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from service.errors import PresswatchError
from service.models import ChangeFilter, ChangeLine, SourceReport

from . import screen
from .diff import Pair, change_head, show_pair_words

if TYPE_CHECKING:
    from service.bootstrap import House

    from .demo_newsroom import DemoNewsroom

INDENT = "   "
PACE_ON_TERMINAL = 2.0  # seconds for a person to read an act

HOW = """[fetch]
allow_private_hosts = true
per_host_delay = 0

[edits]
confirm_after = 0
gone_after = 0

[log]
level = "error"
"""


@click.command(epilog="For example: presswatch demo --pace 4")
@click.option(
    "--pace",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help=f"Pause between the acts.  [default: {PACE_ON_TERMINAL:g} on a terminal, else 0]",
)
def demo(pace: float | None) -> None:
    """The product in a minute: a small newsroom on this machine edits itself, and presswatch tells what it did.

    Needs no network and no configuration; what it stores is thrown away at the end.
    """
    pause = (PACE_ON_TERMINAL if screen.on_terminal() else 0.0) if pace is None else pace
    from .demo_newsroom import DemoNewsroom

    with DemoNewsroom() as newsroom, _house(newsroom) as house:
        play(house, newsroom, pause)


def play(house: "House", newsroom: "DemoNewsroom", pause: float) -> None:
    """Show every act of the newsroom and what was found of it, then what that was in all."""
    began = house.clock.now()
    _heading(f"A small newsroom is at {newsroom.url}")
    first = _look(house)
    screen.say(
        f"First pass: {sum(report.new for report in first)} releases kept as the baseline. That is not news, so the change log is empty."
    )
    acts = tuple(newsroom.acts)
    told: list[ChangeLine] = []
    for number, act in enumerate(acts, start=1):
        house.clock.wait(pause)
        screen.say()
        _heading(f"{number}. {act.words}")
        act.play()
        reports = _look(house, recheck=True)
        found = house.store.changes(ChangeFilter(after=max((line.id for line in told), default=0)))
        _show_found(house, found, reports)
        told.extend(found)
    house.clock.wait(pause)
    seconds = (house.clock.now() - began).total_seconds()
    screen.say()
    _heading(f"{len(acts)} acts, {len(told)} changes told, in {seconds:.0f} s")
    screen.say("To watch a real newsroom: presswatch probe URL, then presswatch add URL, then presswatch run")


def _look(house: "House", *, recheck: bool = False) -> tuple[SourceReport, ...]:
    reports = house.refresh(house.sources, recheck=recheck)
    errors = [words for report in reports for words in report.errors if report.outcome == "failed"]
    if errors:
        raise PresswatchError(f"the demo cannot go on: {'; '.join(errors)}")
    return reports


def _show_found(house: "House", found: Sequence[ChangeLine], reports: Sequence[SourceReport]) -> None:
    checked, new = sum(report.checked for report in reports), sum(report.new for report in reports)
    if new:
        screen.say(f"   new: {new}")
    if not found:
        screen.say(f"   {checked} pages looked at; no release was edited, so nothing is told")
    for line in found:
        before, after = house.store.readings_of(line.id)
        head = change_head(line)
        pair = Pair(before, after, line.item_url or "", line.title, head, ("before", "after"), line)
        body = show_pair_words(pair, indent=len(INDENT)) if before and after else line.summary
        screen.say(_indented("\n".join((*head, "", body.strip("\n")))))


def _heading(text: str) -> None:
    screen.say(click.style(text, bold=True) if screen.coloured() else text)


def _indented(text: str) -> str:
    return "\n".join(f"{INDENT}{line}".rstrip() for line in text.splitlines())


@contextmanager
def _house(newsroom: "DemoNewsroom") -> "Iterator[House]":
    from service.bootstrap import open_house

    with TemporaryDirectory(prefix="presswatch-demo-") as folder:
        config, state = Path(folder, "config"), Path(folder, "state")
        config.mkdir()
        (config / "presswatch.toml").write_text(HOW, encoding="utf-8")
        source = f'[[source]]\nid = "demo"\nname = "A small newsroom"\nurl = {json.dumps(newsroom.url)}\n'
        (config / "sources.toml").write_text(source, encoding="utf-8")
        with open_house(config_dir=config, state_dir=state, environ={}) as house:
            yield house
