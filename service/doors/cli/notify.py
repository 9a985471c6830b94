"""``presswatch notify``: who is told of changes, what waits for them, and whether they can be reached."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import click

from service.errors import UsageError
from service.models import Fate, Target, TargetLine

from . import screen
from .call import Call, pass_call
from .endings import DONE, FAILED

if TYPE_CHECKING:
    from service.bootstrap import House

_DEAD_SHOWN = 20
_NONE = "no target is configured: write a [[notify]] with id and url into presswatch.toml, as its last part shows"
_COLUMNS = ("target", "where", "sent", "waiting", "dead", "how it is")


@click.group(invoke_without_command=True, epilog="For example: presswatch notify, or: presswatch notify test desk")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def notify(context: click.Context, as_json: bool) -> None:
    """List who is told of changes, what waits for them, and what was given up."""
    if context.invoked_subcommand is None:
        call = context.find_object(Call)
        assert call is not None
        with call.house() as house:
            _list(house, as_json)


@notify.command(
    short_help="Send everybody a sample, and say what happened.",
    epilog="For example: presswatch notify test, or: presswatch notify test desk",
)
@click.argument("names", metavar="[TARGET ...]", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@pass_call
def test(call: Call, names: tuple[str, ...], as_json: bool) -> int:
    """Send a sample notice to every target that is not switched off, or to those named; say what happened."""
    from service.messenger import sample

    with call.house() as house:
        targets = _named(house, names) if names else [target for target in _named(house, ()) if target.enabled]
        outcomes = [(target, house.send(target, sample(house.clock.now()))) for target in targets]
    for target, outcome in outcomes:
        reached = outcome.fate is Fate.SENT
        if as_json:
            screen.say_json({"target": target.id, "sent": reached, "words": outcome.words})
        else:
            screen.say(f"{target.id}: {'sent' if reached else 'not sent'}: {screen.safe(outcome.words)}")
    return DONE if all(outcome.fate is Fate.SENT for _, outcome in outcomes) else FAILED


@notify.command(short_help="Try again what was given up.", epilog="For example: presswatch notify retry desk")
@click.argument("names", metavar="[TARGET ...]", nargs=-1)
@pass_call
def retry(call: Call, names: tuple[str, ...]) -> None:
    """Let what was given up wait again, and end pauses, of every target or of those named; who wanted no more is told again."""
    with call.house() as house:
        targets = _named(house, names)
        house.messenger.begin()
        for target in targets:
            again = house.store.outbox.retry(target.id, house.clock.now())
            waiting = house.store.outbox.targets()[target.id].waiting
            screen.say(f"{target.id}: {again} wait again, {waiting} in all; the daemon sends them, or: presswatch notify send")


@notify.command(short_help="Send now what is due, without a daemon.", epilog="For example: presswatch notify send")
@pass_call
def send(call: Call) -> int:
    """Send now what is due: for those who look by cron, and run no daemon."""
    with call.house() as house:
        _named(house, ())
        call.log(house)
        house.messenger.begin()
        count = house.messenger.turn()
        lines = house.store.outbox.targets()
        told = [(target.id, lines[target.id]) for target in house.settings.notify]
    screen.say(f"{count} sent, {sum(line.waiting for _, line in told)} waiting, {sum(line.dead for _, line in told)} given up")
    return FAILED if any(line.error for _, line in told) else DONE


def _named(house: "House", names: tuple[str, ...]) -> list[Target]:
    known = {target.id: target for target in house.settings.notify}
    if not known:
        raise UsageError(_NONE)
    from .nearest import did_you_mean

    for name in names:
        if name not in known:
            raise UsageError(f"no target {name!r}. {did_you_mean(name, known)}".strip())
    return [known[name] for name in names or known]


def _list(house: "House", as_json: bool) -> None:
    from dataclasses import asdict

    from service.interest import how_it_is
    from service.notify import place_of
    from service.render import moment

    lines, dead = house.store.outbox.targets(), house.store.outbox.dead(_DEAD_SHOWN)
    configured = {target.id: target for target in house.settings.notify}
    if as_json:
        told = [{**asdict(line), "where": place_of(configured[slug]) if slug in configured else None} for slug, line in lines.items()]
        whole = {"targets": told, "dead": [asdict(one) for one in dead]}
        screen.say_json(_with_moments(whole, moment))
        return
    if not configured and not lines:
        screen.hint(_NONE)
        return
    rows = []
    for slug in dict.fromkeys((*configured, *lines)):
        line, target = lines.get(slug, TargetLine(slug, 0, True)), configured.get(slug)
        health = how_it_is(target, lines.get(slug), house.clock.now())
        if health == "well" and line.sent_at:
            health = f"well, the last one {line.sent_at:%Y-%m-%d %H:%M} UTC"
        where = place_of(target) if target else "no longer configured"
        rows.append((slug, where, str(line.sent), str(line.waiting), str(line.dead), screen.safe(health)))
    screen.table(_COLUMNS, rows)
    for one in dead:
        screen.say(f"given up: change {one.change} for {one.target}, tried {one.tries} times; the last answer: {screen.safe(one.error)}")
    if dead:
        screen.hint("To try again: presswatch notify retry")


def _with_moments(value: object, moment: Callable[[datetime], str | None]) -> object:
    if isinstance(value, dict):
        return {key: _with_moments(inner, moment) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_with_moments(inner, moment) for inner in value]
    return moment(value) if isinstance(value, datetime) else value
