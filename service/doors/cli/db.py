"""``presswatch db``: the database brought up to date, carried into another one, backed up; its full-text search made anew."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from . import screen
from .call import Call, pass_call


@click.group(epilog="For example: presswatch db backup presswatch-backup.db, or: presswatch db copy postgresql://user@host/presswatch")
def db() -> None:
    """Look after the database: bring it up to date, back it up, carry it into another one, make its search anew."""


@db.command(epilog="For example: presswatch db upgrade")
@pass_call
def upgrade(call: Call) -> None:
    """Bring the tables up to date. Every command does so where it is needed; this one does nothing else."""
    with call.house() as house:
        screen.say(f"{house.store.place}: up to date")


@db.command(epilog="For example: presswatch db copy postgresql://user:password@host/presswatch")
@click.argument("url", metavar="URL")
@click.option("--json", "as_json", is_flag=True, help="One JSON object when all is done.")
@pass_call
def copy(call: Call, url: str, as_json: bool) -> None:
    """Carry everything into another database, which must be empty, and verify it row by row.

    URL is postgresql://user:password@host/name, or a file. Nothing may poll meanwhile. The raw pages and the change log stay in the state
    folder. Afterwards set PRESSWATCH_DATABASE_URL to the new address.
    """
    with call.house() as house, _counted(as_json) as told:
        copied = house.copy_to(url, told)
    if as_json:
        screen.say_json({"rows": sum(table.rows for table in copied), "tables": {table.table: table.rows for table in copied}})
        return
    for table in copied:
        screen.say(f"{table.table:<14} {table.rows:>9} rows  {table.digest[:16]}")
    screen.say(f"copied and verified: {sum(table.rows for table in copied)} rows, every text read")


@db.command(epilog="For example: presswatch db backup backups/monday.db")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="One JSON object when all is done.")
@pass_call
def backup(call: Call, file: Path, as_json: bool) -> None:
    """Write the database into a new file, while everything goes on; the file is then opened and checked.

    Beside it belong changes.jsonl, snapshots/, ledger.key and checkpoints.txt of the state folder: copy them as they are.
    """
    with call.house() as house, _counted(as_json) as told:
        size = house.store.backup(file, lambda done, pages: told(f"of {pages} pages", done))
    if as_json:
        screen.say_json({"file": str(file), "bytes": size})
    else:
        screen.say(f"{file}: {size / 1e6:.1f} MB, opened and found whole")


@db.command(epilog="For example: presswatch db reindex")
@click.option("--json", "as_json", is_flag=True, help="One JSON object when all is done.")
@pass_call
def reindex(call: Call, as_json: bool) -> None:
    """Make all versions searchable anew, where the index of the full-text search is lost or damaged.

    Everything else may go on meanwhile. Whoever interrupts it loses nothing: a daemon goes on with what is left.
    """
    versions = 0
    with call.house() as house, _counted(as_json) as told:
        house.store.unindex()
        while some := house.store.index():
            versions += some
            told("versions", versions)
    if as_json:
        screen.say_json({"versions": versions})
    else:
        screen.say(f"searchable anew: {versions} version{'' if versions == 1 else 's'}")


@contextmanager
def _counted(as_json: bool) -> Iterator[Callable[[str, int], None]]:
    """Give what tells how far it is, on one line of a terminal; nowhere else."""
    if as_json or not screen.on_terminal():
        yield lambda name, done: None
        return
    try:
        yield lambda name, done: click.echo(f"\r\x1b[K{done} {name}", nl=False, err=True)
    finally:
        click.echo("\r\x1b[K", nl=False, err=True)
