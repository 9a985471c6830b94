"""``presswatch export``: what is known, handed on to others."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from service.models import ExportFilter

from . import moments, screen
from .call import Call, pass_call
from .named import known_source

if TYPE_CHECKING:
    from service.bootstrap import House
    from service.exports import Part

SORTS = ("items", "versions", "changes")
FORMATS = ("jsonl", "csv", "warc", "cdxj", "html")


@click.command(
    "export",
    epilog="For example: presswatch export --output all.jsonl, or: presswatch export versions --format csv --source csto --since 30d",
)
@click.argument("what", metavar="[items|versions|changes]", type=click.Choice(SORTS), required=False)
@click.option("--format", "form", type=click.Choice(FORMATS), default="jsonl", show_default=True, help="How it is written.")
@click.option("--source", metavar="ID", help="Only of this source.")
@click.option("--since", metavar="TIME", help="Versions first seen, and changes found, since then: 2026-11-21, 2h, 3d, yesterday.")
@click.option("--until", metavar="TIME", help="And until then; a day means its end.")
@click.option("--change", type=click.IntRange(min=1), metavar="ID", help="Instead: the evidence of this change, as a zip.")
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Where to; else standard output.")
@pass_call
def export(
    call: Call,
    what: str | None,
    form: str,
    source: str | None,
    since: str | None,
    until: str | None,
    change: int | None,
    output: Path | None,
) -> int:
    """Hand on what is known: releases, versions with their texts, changes; or the evidence of one change.

    JSON lines without a filter are everything, and can be imported into an empty state elsewhere. WARC is of the raw answers that versions
    stand on, CDXJ the index of those in the state folder, for pywb.
    """
    with call.house() as house:
        if change is not None:
            if what or source or since or until:
                raise click.UsageError("--change goes with --output alone")
            return _evidence(house, change, output)
        known_source(house, source)
        now = house.clock.now()
        wanted = ExportFilter(source, moments.option("--since", since, now), moments.option("--until", until, now, end=True))
        return _written(_parts(house, form, what, wanted), output, "captures" if form in ("warc", "cdxj") else "rows")


def _evidence(house: "House", change: int, output: Path | None) -> int:
    from service.bundle import bundle, bundle_name

    place = output or (Path(bundle_name(change)) if screen.on_terminal() else None)
    with opened(place) as out:
        size = sum(out.write(part) for part in bundle(house.store, house.archive, change))
    screen.hint(f"{place or 'evidence'}: {size} bytes; unpack it, read README.txt, and check it: python3 -I -S check.py")
    return 0


def _parts(house: "House", form: str, what: str | None, wanted: ExportFilter) -> "Iterator[Part]":
    from dataclasses import replace

    from service import exports

    sort = (what or "changes").removesuffix("s")
    if form in ("warc", "cdxj") and what is not None:
        raise click.UsageError(f"--format {form} is of raw answers: leave away {what!r}")
    if form == "jsonl":
        return exports.jsonl(house.store, replace(wanted, sorts=(sort,)) if what else wanted)
    if form == "warc":
        return exports.warc(house.store, house.archive, wanted)
    if form == "cdxj":
        if wanted != ExportFilter():
            raise click.UsageError("--format cdxj is of all raw answers: it takes no filter")
        return exports.cdxj(house.archive)
    return exports.csv(house.store, wanted, sort) if form == "csv" else exports.page(house.store, wanted, sort)


def _written(parts: "Iterable[Part]", output: Path | None, sort: str) -> int:
    """Write the parts; say how many rows they were, and what could not be handed on; return the exit code."""
    rows, missing = 0, 0
    with opened(output) as out:
        for part in parts:
            out.write(part.data)
            rows += part.rows
            if part.words:
                missing += 1
                screen.hint(f"not handed on: {screen.safe(part.words)}")
    screen.hint(f"{output or 'written'}: {rows} {sort}")
    return 1 if missing else 0


@contextmanager
def opened(place: Path | None) -> Iterator[BinaryIO]:
    """Give where to write to: standard output, or a file that is there only once it is whole."""
    if place is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    unfinished = place.with_name(f"{place.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)
