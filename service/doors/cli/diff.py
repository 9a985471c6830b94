"""``presswatch diff``: what exactly was edited."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from service.errors import UsageError
from service.models import NEAR, ChangeLine, Diff, Reading

from . import moments, screen
from .call import Call, pass_call
from .named import Numbered, readable_versions, reading_named, tracked

if TYPE_CHECKING:
    from service.bootstrap import House

FORMATS = ("words", "unified", "side", "html", "json")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two readings to compare, with what is known of the step between them; a side without a reading has none to show."""

    before: Reading | None
    after: Reading | None
    url: str
    title: str
    head: tuple[str, ...]
    names: tuple[str, str]
    change: ChangeLine | None = None
    struck: tuple[str, ...] = ()


@click.command(epilog="For example: presswatch diff 12, or: presswatch diff https://example.org/news/7 1 3 --format unified")
@click.argument("what", metavar="CHANGE|URL")
@click.argument("from_version", metavar="[FROM", type=Numbered(), required=False)
@click.argument("to_version", metavar="TO]", type=Numbered(), required=False)
@click.option("--format", "form", type=click.Choice(FORMATS), default="words", show_default=True, help="How the edit is shown.")
@pass_call
def diff(call: Call, what: str, from_version: str | None, to_version: str | None, form: str) -> None:
    """What exactly was edited: by a change of the log, or between two versions of a release (the last two unless you say).

    A memento of somebody else is named as 'presswatch show' does: m7.
    """
    with call.house() as house:
        if what.isdecimal():
            if from_version is not None:
                raise click.UsageError("versions go with an address: presswatch diff URL FROM TO")
            pair = _of_change(house, int(what))
        else:
            pair = _of_versions(house, what, from_version, to_version)
    _show(pair, form)


def _of_change(house: "House", number: int) -> Pair:
    line = house.store.change(number)
    if line is None:
        raise UsageError(f"there is no change {number}. To see which there are: presswatch changes")
    before, after = house.store.readings_of(number)
    names = (f"{line.item_url} version {line.before_version}", f"{line.item_url} version {line.after_version}")
    struck = house.store.struck(number) if line.kind == "incident" else ()
    return Pair(before, after, line.item_url or "", line.title, change_head(line), names, line, struck)


def _of_versions(house: "House", url: str, first: str | None, last: str | None) -> Pair:
    release = tracked(house, url)
    numbers = [str(version.number) for version in readable_versions(house, release.item_url)]
    if first is None and len(numbers) < 2:
        raise UsageError(f"there is one version only of {release.item_url}: nothing was edited that we saw")
    one = numbers[-2] if first is None else first
    two = numbers[-1] if last is None else last
    before, after = (reading_named(house, release.item_url, number) for number in (one, two))
    for number, reading in ((one, before), (two, after)):
        if reading is None:
            raise UsageError(f"there is no text of version {number} of {release.item_url}. There is: {', '.join(numbers)}")
    assert before is not None and after is not None
    title = after.title or before.title
    head = (screen.safe(title), screen.safe(release.item_url), f"{_called(one)} against {_called(two)} of {release.versions}")
    return Pair(before, after, release.item_url, title, head, (f"{release.item_url} {_called(one)}", f"{release.item_url} {_called(two)}"))


def _called(name: str) -> str:
    return f"memento {name} (somebody else's)" if name.startswith("m") else f"version {name}"


def change_head(line: ChangeLine) -> tuple[str, ...]:
    """Return the lines that introduce a change: what, where, which kind, and between which moments it happened."""
    classes = f" ({', '.join(line.classes)})" if line.classes else ""
    declared = "" if line.declared == "unknown" else f", {line.declared}"
    counts = f"; words added: {line.words_added}, removed: {line.words_removed}" if line.words_added or line.words_removed else ""
    return tuple(
        filter(
            None,
            (
                screen.safe(line.title) or f"source {line.source}",
                screen.safe(line.item_url),
                f"change {line.id}: {line.kind}, {line.significance}{classes}{declared}{counts}",
                f"happened {moments.between(line.not_before, line.not_after)}",
            ),
        )
    )


def without_text(pair: Pair) -> str:
    """Return in words what a step is that has no two texts to compare."""
    line = pair.change
    summary = screen.safe(line.summary) if line else ""
    related = screen.safe(line.related) if line else ""
    show = f"presswatch show {pair.url}"
    is_near = line is not None and NEAR in line.classes
    kept = f" --version {line.before_version}" if line and line.before_version else ""
    words = {
        "withdrawn": f"The release is no longer served. Its last text is kept: {show}{kept}",
        "restored": f"The release is served again. Its text: {show}",
        "moved": f"The release has a new address: {related}" if related else "The release has a new address.",
        "delisted": f"The list of its source no longer names the release; its page is still served: {show}",
        "duplicate": "" if is_near else f"The text is the same as that of: {related}",
        "incident": "\n".join(("It befell the source as a whole: no release was edited by it.", *_struck_lines(pair.struck))),
        "edited": f"This is the first text we have of it: {show}",
    }.get(line.kind if line else "", "")
    return "\n".join(filter(None, (summary, words)))


def _struck_lines(urls: Sequence[str]) -> Iterator[str]:
    if urls:
        yield "It shows in the texts of:"
        yield from (f"  {screen.safe(url)}" for url in urls)


def show_pair_words(pair: Pair, *, indent: int = 0) -> str:
    """Return the edit as words with what was removed and added marked, in colour where the output has any; on a terminal lines that fit."""
    return _body(pair, "words", indent)


def _show(pair: Pair, form: str) -> None:
    if form == "json":
        screen.say_json(pair_json(pair))
    elif form == "html":
        click.echo(_html(pair))
    else:
        screen.say("\n".join(pair.head) + "\n")
        screen.say(_body(pair, form).rstrip("\n") or "These two say the same.")


def _body(pair: Pair, form: str, indent: int = 0) -> str:
    if pair.before is None or pair.after is None:
        return without_text(pair)
    from service.diff import diff as compare
    from service.render import side, unified, words

    if form == "unified":
        return unified(pair.before, pair.after, names=pair.names)
    compared = compare(pair.before, pair.after)
    if form == "side":
        return side(compared, width=screen.width(), colour=screen.coloured())
    return words(compared, colour=screen.coloured(), width=screen.width() - indent if screen.on_terminal() else None)


def pair_json(pair: Pair) -> dict[str, Any]:
    """Return the edit for programs: the diff, without hunks where there are no two texts, and the change it belongs to, if any."""
    from service.diff import diff as compare
    from service.render import change_json, diff_json

    compared = compare(pair.before, pair.after) if pair.before and pair.after else Diff()
    return {"item_url": pair.url or None, "change": change_json(pair.change) if pair.change else None, **diff_json(compared)}


def _html(pair: Pair) -> str:
    from service.diff import diff as compare
    from service.render import html

    compared = compare(pair.before, pair.after) if pair.before and pair.after else Diff()
    return html(compared, title=pair.title)
