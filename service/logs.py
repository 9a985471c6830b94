"""What presswatch tells on stderr while it works: one line per event, from a closed list, with keys from a closed set.

Coloured lines on a terminal, JSON lines elsewhere. Texts that come from pages cannot steer the terminal they are shown on.
Nothing is said before ``configure``.
"""

import json
import logging
from contextlib import suppress
from enum import Enum
from typing import TYPE_CHECKING, Any, TextIO, TypedDict, Unpack, cast

from .errors import PresswatchError

if TYPE_CHECKING:
    from structlog.typing import EventDict

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_STEERING = {
    code: f"\\u{code:04x}"
    for code in (*range(0x20), *range(0x7F, 0xA0), 0x200E, 0x200F, 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


class Event(Enum):
    """Everything that can be told: its name in the log, its level, what it means."""

    STARTED = ("started", "info", "the daemon is at work")
    SERVING = ("serving", "info", "the pages and the API answer at this address")
    STOPPED = ("stopped", "info", "the daemon has ended in good order")
    ABANDONED = ("abandoned", "warning", "passes were still under way when time was up; nothing of them is written")
    RELOADED = ("reloaded", "info", "the configuration was read again and is in force")
    CONFIG_REFUSED = ("config-refused", "error", "the configuration read again is broken; the old one stays in force")
    WEAKNESS = ("weakness", "warning", "something that strangers could make use of, and what to do about it")
    PASS_DONE = ("pass-done", "info", "a pass over a source has been written")
    PASS_FAILED = ("pass-failed", "warning", "the list of a source could not be read")
    CHANGE = ("change", "info", "a change stands in the change log")
    NOTICE_SENT = ("notice-sent", "info", "a target was told of a change, or of those of a digest")
    NOTICE_FAILED = ("notice-failed", "warning", "a target could not be told; it is tried again")
    NOTICE_GIVEN_UP = ("notice-given-up", "error", "notices were given up; 'presswatch notify retry' lets them wait again")
    TARGET_OFF = ("target-off", "error", "a target says that nobody is there any more; it is told nothing until 'presswatch notify retry'")
    LEDGER_BEGUN = ("ledger-begun", "info", "the ledger was begun: what an older state held is chained as it stood")
    CHECKPOINT = ("checkpoint", "debug", "the ledger was signed as far as this entry")
    SWEPT = ("swept", "info", "raw pages on which no version stands were dropped")
    STAMPED = ("stamped", "info", "an authority has witnessed a checkpoint")
    STAMP_FAILED = ("stamp-failed", "warning", "the authority did not witness a checkpoint; it is asked again")
    COPIED = ("copied", "info", "a web archive has copied a release that was found or edited")
    COPY_FAILED = ("copy-failed", "warning", "a web archive did not copy a release; it is asked again")
    COPY_GIVEN_UP = (
        "copy-given-up",
        "error",
        "a web archive is not asked any more for copies that it did not make in a week, or never will",
    )
    TROUBLE = ("trouble", "error", "something of ours could not be done; it is tried again")
    BUG = ("bug", "error", "a mistake in presswatch itself, with its traceback")
    LIBRARY = ("library", "warning", "a library that we use has something to say")

    def __init__(self, label: str, level: str, meaning: str) -> None:
        self.label = label
        self.level = level
        self.meaning = meaning


class Keys(TypedDict, total=False):
    """Everything that can be told of an event; None is left out."""

    source: str | None
    item: str | None
    change: int | None
    target: str | None
    changes: int | None
    kind: str | None
    significance: str | None
    summary: str | None
    outcome: str | None
    files: int | None
    freed: int | None
    new: int | None
    checked: int | None
    edited: int | None
    failed: int | None
    error: str | None
    sources: int | None
    passes: int | None
    entries: int | None
    state: str | None
    url: str | None
    library: str | None
    traceback: str | None


def configure(format: str, level: str, stream: TextIO) -> None:
    """Tell events from ``level`` up on ``stream``, as ``console`` or ``json`` lines; ``auto`` is console on a terminal.

    What libraries tell by the standard ``logging`` comes out the same way, warnings and worse.
    """
    import structlog  # lazy: only processes that log pay for it

    on_terminal = stream.isatty()
    is_console = format == "console" or (format == "auto" and on_terminal)
    line = structlog.dev.ConsoleRenderer(
        colors=on_terminal, sort_keys=False, pad_event_to=14, exception_formatter=structlog.dev.plain_traceback
    )
    shape = [_inert, line] if is_console else [_in_order, _json]
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%SZ", utc=True), *shape],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _Unfailing(stream))),
        cache_logger_on_first_use=False,
    )
    logging.root.handlers = [_Libraries(logging.WARNING)]


def log(event: Event, **keys: Unpack[Keys]) -> None:
    """Tell an event."""
    import structlog  # lazy: see configure

    unknown = keys.keys() - Keys.__annotations__.keys()
    if unknown:
        raise TypeError(f"no key of the log: {', '.join(sorted(unknown))}")
    if structlog.is_configured():
        told = {key: value for key, value in keys.items() if value is not None}
        getattr(structlog.get_logger(), event.level)(event.label, **told)


def bug(error: BaseException, /, **keys: Unpack[Keys]) -> None:
    """Tell an exception that nobody expected: one of our tree in words, any other with its traceback."""
    from traceback import format_exception  # lazy: hardly ever needed

    if isinstance(error, PresswatchError):
        keys["error"] = str(error)
        log(Event.TROUBLE, **keys)
    else:
        keys["error"] = f"{type(error).__name__}: {error}"
        keys["traceback"] = "".join(format_exception(error)).rstrip()
        log(Event.BUG, **keys)


class _Unfailing:
    """A stream whose lines are lost where it cannot take them: its disk is full, or its reader is gone. That must stop nobody's work."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


class _Libraries(logging.Handler):
    """Hands what libraries log to our own log."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1]:
            bug(record.exc_info[1], library=record.name, summary=record.getMessage())
        else:
            log(Event.LIBRARY, library=record.name, summary=record.getMessage())


def _inert(logger: Any, method: str, told: "EventDict") -> "EventDict":
    """Return the event for the console: nothing in it can steer a terminal, and a traceback stands below the line."""
    shown = {key: value.translate(_STEERING) if isinstance(value, str) else value for key, value in told.items() if key != "traceback"}
    if "traceback" in told:
        shown["exception"] = "\n".join(line.translate(_STEERING) for line in told["traceback"].split("\n"))
    return shown


def _in_order(logger: Any, method: str, told: "EventDict") -> "EventDict":
    """Return the event with what a reader looks for first in front."""
    first = ("timestamp", "level", "event", "source", "item", "change")
    return {**{key: told[key] for key in first if key in told}, **told}


def _json(logger: Any, method: str, told: "EventDict") -> str:
    """Return the event as one line of JSON. What could steer a terminal can only stand inside its texts, where an escape means the same."""
    return json.dumps(told, ensure_ascii=False).translate(_STEERING)
