"""``presswatch export``: what is known, handed on to others."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from . import screen
from .call import Call, pass_call


@click.command(epilog="For example: presswatch export --change 12 --output evidence.zip")
@click.option("--change", type=click.IntRange(min=1), metavar="ID", required=True, help="The evidence of this change, as a zip.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Where to; else standard output.")
@pass_call
def export(call: Call, change: int, output: Path | None) -> None:
    """Hand on what is known."""
    with call.house() as house:
        from service.bundle import bundle, bundle_name

        place = output or (Path(bundle_name(change)) if screen.on_terminal() else None)
        with opened(place) as out:
            size = written(out, bundle(house.store, house.archive, change))
    screen.hint(f"{place or 'evidence'}: {size} bytes; unpack it, read README.txt, and check it: python3 -I -S check.py")


def written(out: BinaryIO, parts: Iterable[bytes]) -> int:
    """Write the parts and return how many bytes they are."""
    return sum(out.write(part) for part in parts)


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
