"""``presswatch verify``: everything recomputed, and each thing named that does not hold."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.errors import UsageError
from service.models import Flaw

from . import screen
from .call import Call, pass_call
from .endings import FAILED

if TYPE_CHECKING:
    from service.bootstrap import House
    from service.notes import Note
    from service.verifying import Verified

_MOST_LISTED = 1000  # flaws in one JSON object


@click.command(epilog="For example: presswatch verify, or: presswatch verify --checkpoint seen-last-year.txt")
@click.option("--key", metavar="KEY", help="The public key you rely on: every checkpoint must bear it.  [default: that of the state]")
@click.option(
    "--checkpoint",
    "kept",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    multiple=True,
    metavar="FILE",
    help="Checkpoints that somebody else kept: the ledger must lead through them. May be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object when all is done.")
@click.pass_context
@pass_call
def verify(call: Call, ctx: click.Context, key: str | None, kept: tuple[Path, ...], as_json: bool) -> None:
    """Recompute everything that was recorded, from the raw bytes up, and name each thing that does not hold.

    Raw pages, texts, fingerprints, version numbers, changes, the ledger and its signatures. Changes nothing, and goes on beside the daemon.
    Exit code 1 where something does not hold. What this proves, and what it does not: docs/evidence.md.
    """
    public, seen = _public(key), [note for file in kept for note in _notes(file)]
    told = _Told(as_json)
    with call.house() as house, _bars(as_json) as on_progress:
        _refuse_nothing(house)
        verified = house.evidence.verify(public, seen, told, on_progress)
        shown = house.evidence.key_shown(public)
    if as_json:
        screen.say_json(_as_json(verified, told, shown))
    else:
        _say(verified, shown)
    if not verified.holds:
        ctx.exit(FAILED)


def _refuse_nothing(house: "House") -> None:
    """Raise ``UsageError`` where there is no database: whoever mistypes a folder must not be told that everything holds."""
    file = house.settings.state_dir / "presswatch.db"
    if not house.settings.database_url and not file.exists():
        raise UsageError(f"there is nothing to verify: {file} is not there. The state is named by --state or PRESSWATCH_STATE")


class _Told:
    """Tells of flaws as they are found; of each sort once what it means. For JSON it keeps them, a thousand at most."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self.listed: list[Flaw] = []
        self._sorts: set[str] = set()

    def __call__(self, flaw: Flaw) -> None:
        if self.as_json:
            if len(self.listed) < _MOST_LISTED:
                self.listed.append(flaw)
            return
        head = click.style("DOES NOT HOLD", bold=True, fg="red") if screen.coloured() else "DOES NOT HOLD"
        screen.say(f"{head}  {screen.safe(flaw.what)} [{screen.safe(flaw.where)}]")
        if flaw.sort not in self._sorts:
            self._sorts.add(flaw.sort)
            screen.say(f"   it means: {flaw.means}")
            screen.say(f"   to do:    {flaw.todo}")


def _public(key: str | None) -> bytes | None:
    from service.notes import key_from

    try:
        return None if key is None else key_from(key)
    except ValueError as error:
        raise UsageError(f"--key: {error}") from error


def _notes(file: Path) -> "Iterator[Note]":
    from service.notes import note_from, notes_in

    try:
        found = list(notes_in(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from error
    if not found:
        raise UsageError(f"{file} holds no checkpoint of a presswatch ledger")
    yield from map(note_from, found)


def _say(verified: "Verified", key: str) -> None:
    counts, (number, chain) = verified.counts, verified.head
    kinds = f"{counts['releases']} releases, {counts['versions']} versions, {counts['changes']} changes"
    kinds += f", {counts['mementos']} mementos of others" if counts["mementos"] else ""
    screen.say(f"ledger       {counts['entries']} entries: {kinds}" + (f"; chain {chain[:16]}…" if number else ""))
    screen.say(f"raw pages    {counts['raw files']} file(s), {counts['bytes'] / 1e6:.1f} MB")
    newest = "" if verified.newest is None else f", the newest of entry {verified.newest.number}, {verified.newest.signed_at}"
    stamps = f", {counts['stamps']} with a time stamp" if counts["stamps"] else ""
    screen.say(f"checkpoints  {counts['checkpoints']}{stamps}{newest}")
    if key:
        screen.say(f"key          {key}")
    for note in verified.notes:
        screen.say(f"note         {note}")
    holds = "everything holds" if counts["entries"] else "nothing was recorded yet"
    screen.say(holds if verified.holds else f"{sum(verified.flaws.values())} things do not hold: see above")


def _as_json(verified: "Verified", told: _Told, key: str) -> dict[str, Any]:
    counts = verified.counts
    return {
        "holds": verified.holds,
        **{name: counts[name] for name in ("entries", "releases", "versions", "changes", "mementos", "checkpoints", "stamps")},
        "raw_files": counts["raw files"],
        "raw_bytes": counts["bytes"],
        "number": verified.head[0],
        "chain": verified.head[1],
        "key": key,
        "checkpoint": None if verified.newest is None else {"number": verified.newest.number, "signed_at": verified.newest.signed_at},
        "flaws": [{name: getattr(flaw, name) for name in ("sort", "what", "where", "means", "todo")} for flaw in told.listed],
        "flaws_found": sum(verified.flaws.values()),
        "notes": verified.notes,
    }


@contextmanager
def _bars(as_json: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Give what tells how far it is: bars on a terminal, nothing elsewhere."""
    if as_json or not screen.rich_drawn(sys.stderr.isatty()):
        yield lambda part, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=30), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=sys.stdout.isatty()) as bars:
        rows: dict[str, Any] = {}

        def draw(part: str, done: int, total: int) -> None:
            if part not in rows:
                for row in rows.values():  # a part of which nobody knew how long it is, is over now
                    bars.update(row, completed=1, total=1)
                rows[part] = bars.add_task(part, total=total or None)
            bars.update(rows[part], completed=done, total=total or None)

        yield draw
