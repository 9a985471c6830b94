"""``presswatch refresh``: look now."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from service.errors import UsageError
from service.models import Source, SourceReport
from service.urls import address_key, is_web

from . import screen
from .call import Call, pass_call
from .endings import FAILED
from .nearest import did_you_mean
from .progress import watching

if TYPE_CHECKING:
    from service.bootstrap import House

# What a line tells of a pass, in this order, where there is any of it.
COUNTS = (
    ("new", "new"),
    ("checked", "checked"),
    ("edited", "edited"),
    ("cosmetic", "cosmetic"),
    ("withdrawn", "withdrawn"),
    ("restored", "restored"),
    ("moved", "moved"),
    ("duplicates", "duplicate"),
    ("incidents", "incident"),
    ("held", "held"),
    ("failed", "failed"),
)


@click.command(epilog="For example: presswatch refresh csto, or: presswatch refresh --all --recheck")
@click.argument("targets", metavar="[SOURCE or URL ...]", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every source that is enabled.")
@click.option("--recheck", is_flag=True, help="Look at every known release again, due or not.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object when all is done.")
@click.pass_context
@pass_call
def refresh(call: Call, ctx: click.Context, targets: tuple[str, ...], everything: bool, recheck: bool, as_json: bool) -> None:
    """Look now: at whole sources (by id or address), or at single releases (by address).

    Where a daemon holds the state, it is asked to look and its progress is followed.
    """
    if everything == bool(targets):
        raise click.UsageError("name sources or addresses" + (", or give --all, not both" if targets else ", or give --all"), ctx)
    with call.house() as house:
        call.log(house, "error")  # what a pass did, and what failed, is our answer already
        sources, releases = asked_of(house, targets)
        began = house.clock.now()
        with watching(None if as_json else _teller(sources)) as on_progress:
            reports = house.refresh(sources, urls=releases, recheck=recheck, on_progress=on_progress)
        seconds = (house.clock.now() - began).total_seconds()
    if as_json:
        _say_json(reports, seconds)
    failed = [report for report in reports if report.outcome == "failed" or report.failed]
    _say_failures(reports, () if screen.on_terminal() and not as_json else failed)  # a person at a terminal has just read each
    if failed:
        ctx.exit(FAILED)


def _teller(sources: Sequence[Source]) -> Callable[[SourceReport], None]:
    """Return what prints the line of a pass, in a column with those of these sources."""
    names = max((len(source.id) for source in sources), default=0)
    return lambda report: screen.say(report_line(report, names))


def _say_json(reports: Sequence[SourceReport], seconds: float) -> None:
    from service.render import report_json

    screen.say_json({"sources": [report_json(report) for report in reports], "seconds": round(seconds, 3)})


def _say_failures(reports: Sequence[SourceReport], failed: Sequence[SourceReport]) -> None:
    for report in failed:
        screen.hint(f"presswatch: {report.source}: {_what_failed(report)}")
    if len(reports) > 1 and all(report.outcome == "failed" for report in reports):
        screen.hint("presswatch: no source at all could be read: is this machine online?")


def asked_of(house: "House", targets: Sequence[str]) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """Return the sources and the addresses of single releases that are meant; no target means every enabled source.

    Raises ``UsageError`` for what is neither, with the nearest ids.
    """
    if not targets:
        enabled = tuple(source for source in house.sources if source.enabled)
        if not enabled:
            raise UsageError("no source is configured and enabled. To watch one: presswatch add URL")
        return enabled, ()
    sources: list[Source] = []
    releases: list[str] = []
    for target in dict.fromkeys(targets):
        if source := _source(house.sources, target):
            sources.append(source)
        elif is_web(target) and (release := house.store.release(target)):
            releases.append(release.item_url)
        else:
            raise UsageError(_unknown(house, target))
    return tuple(dict.fromkeys(sources)), tuple(dict.fromkeys(releases))


def _source(sources: Sequence[Source], target: str) -> Source | None:
    if not is_web(target):
        return next((source for source in sources if source.id == target), None)
    key = address_key(target)
    return next((source for source in sources if address_key(source.url) == key), None)


def _unknown(house: "House", target: str) -> str:
    if is_web(target):
        return f"{target} is neither the address of a source nor of a tracked release. To watch it: presswatch add {target}"
    return f"no source {target!r}. {did_you_mean(target, [source.id for source in house.sources])}".strip()


def report_line(report: SourceReport, names: int = 0) -> str:
    """Return what a pass did: ``csto  ok  3 new, 84 checked, 1 edited``, then what went wrong, in words.

    ``names`` is how many letters the longest name of a source has that stands in such a line near it.
    """
    counts = ", ".join(
        f"{getattr(report, field)} {_word(word, getattr(report, field))}" for field, word in COUNTS if getattr(report, field)
    )
    errors = "; ".join(map(screen.safe, report.errors))
    told = ": ".join(filter(None, (counts, errors))) or "nothing to do"
    return f"{report.source:<{names}}  {report.outcome}  {told}"


def _word(word: str, count: int) -> str:
    return f"{word}s" if word in ("duplicate", "incident") and count != 1 else word


def _what_failed(report: SourceReport) -> str:
    errors = "; ".join(map(screen.safe, report.errors))
    what = "failed" if report.outcome == "failed" else f"{report.failed} of its looks failed"
    return f"{what}: {errors}" if errors else what
