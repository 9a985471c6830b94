"""One call of the command line: where its configuration and state are."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from service.bootstrap import House


@dataclass(frozen=True, slots=True)
class Call:
    """The options given before the command; None leaves it to the environment and the defaults."""

    config: Path | None = None
    state: Path | None = None

    def house(self) -> "AbstractContextManager[House]":
        """Return the house to work in, to be entered; raises the errors of configuration and state."""
        from service.bootstrap import open_house

        return open_house(config_dir=self.config, state_dir=self.state)


pass_call = click.make_pass_decorator(Call)
