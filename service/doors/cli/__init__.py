"""The command line. Importing it imports click and nothing else of weight: a command's own module comes when it is called."""

import sys
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import Any

import click

from .call import Call

# In the order in which a newcomer needs them: (command, its module, what it does).
COMMANDS = (
    ("demo", "demo", "Watch a small newsroom edit itself: the product in a minute, no network."),
    ("probe", "probing", "Look at an address and say what would be tracked there."),
    ("add", "probing", "Probe an address and write it into sources.toml."),
    ("run", "run", "The daemon: poll, re-check and serve until stopped."),
    ("serve", "serve", "The pages and the API alone, without polling."),
    ("worker", "worker", "Poll what the daemon hands out, with the engine 'queue'."),
    ("refresh", "refresh", "Look now, at sources or single releases."),
    ("changes", "changes", "The change log: what was edited, withdrawn, restored, moved."),
    ("diff", "diff", "What exactly was edited."),
    ("show", "show", "A release as it reads now, or as it read then."),
    ("search", "search", "Full text over all versions, and over what was removed."),
    ("items", "lists", "The releases that are tracked."),
    ("sources", "lists", "The sources and their health."),
    ("export", "export", "Hand on what is known: everything, tables, raw answers, or the evidence of a change."),
    ("import", "import_", "Take over what another presswatch exported, or what others captured of releases."),
    ("notify", "notify", "Who is told of changes; send a sample, send what waits, try again."),
    ("verify", "verify", "Recompute everything that was recorded, and name what does not hold."),
    ("db", "db", "Bring the database up to date, back it up, carry it into another one."),
)


class LazyGroup(click.Group):
    """A group that knows its commands by name, and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, _, _ in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = next((module for name, module, _ in COMMANDS if name == cmd_name), None)
        if module is None:
            return None
        command = getattr(import_module(f"{__name__}.{module}"), f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, _, words in COMMANDS])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand:
            from .nearest import did_you_mean

            words = did_you_mean(args[0], self.list_commands(ctx))
            raise click.UsageError(f"there is no command {args[0]!r}. {words}".strip(), ctx) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()  # here and not at the interpreter's end, where a closed pipe could only be complained of
        except BrokenPipeError:
            from .endings import hung_up

            ctx.exit(hung_up())
        return result


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from .version import version

        click.echo(f"presswatch {version()}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Each command has its own help with an example: presswatch changes --help",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder of presswatch.toml and sources.toml.  [env: PRESSWATCH_CONFIG; default: config]",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder of the database and snapshots.  [env: PRESSWATCH_STATE; default: state]",
)
@click.option("--debug", is_flag=True, help="Tell everything on standard error, and where something broke inside, the traceback.")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version and exit.")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, state: Path | None, debug: bool) -> None:
    """presswatch watches official newsrooms and tells exactly what was edited after publication."""
    ctx.obj = Call(config, state, debug)


def main(args: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 something failed, 2 usage or configuration, 130 interrupted.

    Every failure ends here, in plain words on stderr; ``--debug`` adds the traceback of a bug.
    """
    from .endings import ending

    given = list(sys.argv[1:] if args is None else args)
    try:
        _tolerate_encodings()
        code = cli.main(given, prog_name="presswatch", standalone_mode=False)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last door: nothing leaves the program as a traceback
        return ending(error, debug="--debug" in given)
    return code if isinstance(code, int) else 0


def _tolerate_encodings() -> None:
    """Let a letter that the terminal's encoding lacks come out as an escape instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
