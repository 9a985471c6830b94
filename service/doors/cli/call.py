"""One call of the command line: where its configuration and state are, and how it is stopped."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from service.bootstrap import House


@dataclass(frozen=True, slots=True)
class Call:
    """The options given before the command; None leaves it to the environment and the defaults."""

    config: Path | None = None
    state: Path | None = None
    debug: bool = False

    @contextmanager
    def house(self) -> "Iterator[House]":
        """Give the house to work in; raises the errors of configuration and state."""
        from service.bootstrap import open_house

        with open_house(config_dir=self.config, state_dir=self.state) as house, stopped_by_ctrl_c(house):
            yield house

    def log(self, house: "House", level: str | None = None) -> None:
        """Tell events on standard error from now on: from the level of the settings up, or from another; all with ``--debug``."""
        from service.logs import configure

        wanted = "debug" if self.debug else level or house.settings.log.level
        configure(house.settings.log.format, wanted, sys.stderr)


@contextmanager
def stopped_by_ctrl_c(house: "House") -> Iterator[None]:
    """Let Ctrl-C end the waits of all threads, or they would be waited for until their passes are done; a second one ends all at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        house.clock.stop()
        if threading.active_count() > 1:
            click.echo("\npresswatch: stopping when the requests under way have ended; Ctrl-C again stops at once", err=True)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


pass_call = click.make_pass_decorator(Call)
