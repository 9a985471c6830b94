"""How a command that did not get to its end, ends: words for the user, and an exit code."""

import os
import sys

import click

from service import errors

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


def ending(error: BaseException, *, debug: bool) -> int:
    """Tell an error on stderr, fit for a user, and return the exit code it means."""
    if debug and not isinstance(error, click.ClickException | click.Abort | KeyboardInterrupt):
        import traceback

        traceback.print_exception(error)
    words, code = _words(error)
    click.echo(words, err=True)
    return code


def _words(error: BaseException) -> tuple[str, int]:
    match error:
        case click.Abort() | KeyboardInterrupt() | errors.Abandoned():
            return "presswatch: stopped", INTERRUPTED
        case click.ClickException():
            return _usage(error), error.exit_code
        case errors.ConfigErrors() | errors.ConfigError():
            return f"{error}\npresswatch: nothing was done: the configuration cannot be used", USAGE
        case errors.UsageError():
            return f"presswatch: {error}", USAGE
        case errors.PresswatchError():
            return f"presswatch: {error}", FAILED
    return _not_ours(error), FAILED


def _usage(error: click.ClickException) -> str:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    words = f"presswatch: {error.format_message()}"
    context = getattr(error, "ctx", None)
    return f"{words}\nTry: {context.command_path} --help" if context else words


def _not_ours(error: BaseException) -> str:
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"presswatch: {place}{error.strerror or error}"
    told = f"{type(error).__name__}: {error}".splitlines()[0]
    return (
        f"presswatch: something broke inside ({told}). This is a bug: please report it where you got presswatch from, "
        "with what `presswatch --debug ...` prints for the same command"
    )


def hung_up() -> int:
    """The reader of our output has seen enough: leave quietly, and keep the interpreter from flushing into the closed pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE
