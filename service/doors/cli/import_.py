"""``presswatch import``: what is taken over from another presswatch, or from others who captured the same releases."""

from pathlib import Path

import click

from service.errors import UsageError

from . import screen
from .call import Call, pass_call
from .endings import FAILED


@click.command(
    "import",
    epilog="For example: presswatch import all.jsonl, or: presswatch import --mementos https://web.archive.org/web/timemap/link/https://"
    "example.org/news/7",
)
@click.argument("file", metavar="[FILE]", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), required=False)
@click.option("--mementos", metavar="URL|FILE", help="Instead: captures by others, of a TimeMap, an index (CDX, CDXJ) or a WARC file.")
@click.option("--release", metavar="URL", help="With --mementos: only of this release.  [default: of the one that is named there]")
@click.option("--by", metavar="NAME", help="With --mementos: who captured them.  [default: the archive's host; of a file what it says]")
@click.option(
    "--most", type=click.IntRange(1, 10_000), default=50, show_default=True, metavar="N", help="With --mementos: no more than that."
)
@pass_call
def import_(call: Call, file: Path | None, mementos: str | None, release: str | None, by: str | None, most: int) -> int:
    """Take over what another presswatch exported (JSON lines, whole) into a state that holds nothing yet.

    Every text and every line is held against its digest; where one does not fit, nothing is imported. FILE may be - for standard input. Raw
    answers are files: copy the folder snapshots/ of that state beside it.

    With --mementos: take what others captured of releases that are tracked. It is shown beside our versions, as theirs (m1, m2 ...), and is
    neither a version nor a change: they say what they saw, and when.
    """
    if (file is None) == (mementos is None):
        raise click.UsageError("give a FILE that presswatch exported, or --mementos")
    if mementos is not None:
        return _mementos(call, mementos, release, by or "", most)
    assert file is not None
    if release or by:
        raise click.UsageError("--release and --by go with --mementos")
    with call.house() as house:
        try:
            with click.open_file(str(file), "rb") as given:
                brought = house.import_lines(given, _counted)
        except OSError as error:
            raise UsageError(f"{file} cannot be read: {error.strerror or error}") from error
    for table in ("source", "item", "version", "change"):
        screen.say(f"{table + 's':<10} {brought.rows.get(table, 0):>9}")
    screen.say(f"imported and held against every digest: {sum(brought.rows.values())} rows")
    return 0


def _mementos(call: Call, place: str, release: str | None, by: str, most: int) -> int:
    from service.errors import Unreadable
    from service.mementos import Wanted

    with call.house() as house:
        try:
            brought = house.import_mementos(Wanted(place, release, by, most), _fetched)
        except Unreadable as error:
            raise UsageError(str(error)) from error
    for words in brought.failures:
        screen.hint(f"not taken: {screen.safe(words)}")
    known = f"; {brought.known} were known already" if brought.known else ""
    left = f"; {brought.left} more are there: --most" if brought.left else ""
    screen.say(f"mementos of others kept: {brought.kept}{known}{left}")
    return FAILED if brought.failures else 0


def _fetched(done: int, of: int) -> None:
    _told(f"{done} of {of} mementos" if of else f"{done} mementos")


def _counted(table: str, rows: int) -> None:
    _told(f"{rows} {table}")


def _told(words: str) -> None:
    if screen.on_terminal():
        click.echo(f"\r\x1b[K{words}", nl=False, err=True)
