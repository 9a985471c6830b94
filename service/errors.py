"""The tree of errors. What goes wrong with one page, list or source is a value (``models.Failed``), not one of these.

``PresswatchError``
├── ``ConfigError``    a line of the configuration is wrong (exit code 2)
├── ``UsageError``     the user asked for something that is not there (exit code 2)
├── ``StateError``     the state cannot be used: held by another process, read-only, of a newer schema (exit code 1)
├── ``Unreadable``     bytes that no reader of ours can make sense of
└── ``Abandoned``      a pass was asked to stop; nothing of it was written
"""

from dataclasses import dataclass


class PresswatchError(Exception):
    """Anything presswatch itself reports; ``str()`` of it is fit for a user."""


@dataclass
class ConfigError(PresswatchError):
    """A setting that cannot be used: where it stands, what was found, what to do."""

    file: str
    line: int | None
    key: str
    problem: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.key}: {self.problem}" if self.key else f"{place}: {self.problem}"


class ConfigErrors(PresswatchError):
    """Every ``ConfigError`` of one reading of the configuration, so that a user mends them in one go."""

    def __init__(self, errors: tuple[ConfigError, ...]) -> None:
        self.errors = errors
        super().__init__("\n".join(map(str, errors)))


class UsageError(PresswatchError):
    """A command or question that names something unknown; the message says what is known."""


class StateError(PresswatchError):
    """The state folder or database cannot be used, and why."""


class Unreadable(PresswatchError):
    """Bytes that could not be read as what they were taken for; ``str()`` says what is wrong in plain words."""


class Abandoned(PresswatchError):
    """The process is stopping: the pass under way ends without writing anything."""
