"""A process that works until it is told to stop: signals, the configuration read again, and an end in good order.

SIGTERM and SIGINT end it: what is under way may finish for ``[schedule] stop_after``, what is left is abandoned with nothing written, its
hosts let go at once. A second one kills. SIGHUP reads the configuration again; a broken one is told of and the old one kept.
"""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import FrameType

from .. import logs
from ..bootstrap import House
from ..errors import Abandoned, ConfigErrors, PresswatchError, UsageError
from ..logs import Event
from ..models import RefreshOrder, Source
from ..refresh import Wish
from ..settings import exposed
from . import systemd

_GLANCE = 0.5  # seconds between two looks whether the configuration is to be read again
_AGAIN = timedelta(minutes=10)  # until a trouble that lasts is told again


class Process:
    """What the daemon and a worker have in common."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.sources: Mapping[str, Source] = {}
        self.stopping = threading.Event()
        self.reloading = threading.Event()
        self._warned: set[str] = set()
        self.troubled_at: dict[str, datetime] = {}  # when it was told of, by its words

    def live(self) -> None:
        """Return when told to stop; reload when told to."""
        enabled = sum(source.enabled for source in self.sources.values())
        logs.log(Event.STARTED, sources=enabled, state=str(self.house.settings.state_dir))
        systemd.ready()
        while not self.stopping.wait(_GLANCE):
            if self.reloading.is_set():
                self.guarded(self.reloaded)()
            self.guarded(self.glance)()
        systemd.stopping()

    def glance(self) -> None:
        """See to what must be seen to again and again, whatever else is done."""

    def drain(self, stop: Callable[[timedelta], int]) -> None:
        """Let what is under way finish for a while, then abandon what is left: it is due again. ``stop(patience)`` tells how much is."""
        if left := stop(self.house.settings.schedule.stop_after):
            logs.log(Event.ABANDONED, passes=left)
        self.house.clock.stop()
        stop(timedelta(seconds=self.house.settings.fetch.total_timeout))

    def guarded(self, action: Callable[[], None]) -> Callable[[], None]:
        """Return what does this with its failures told instead of lost; the next turn tries again."""

        def run() -> None:
            try:
                action()
            except Abandoned:
                pass
            except PresswatchError as error:
                self.tell_trouble(str(error))
            except Exception as bug:  # noqa: BLE001 - the fence around all that is done: a bug must not end the process
                logs.bug(bug)

        return run

    def tell_trouble(self, words: str) -> None:
        """Tell of a trouble, and again as long as it lasts, but not at each of the many turns that meet it."""
        now = self.house.clock.now()
        told = {word: moment for word, moment in list(self.troubled_at.items()) if abs(now - moment) < _AGAIN}
        if words not in told:
            logs.log(Event.TROUBLE, error=words)
        self.troubled_at = {words: now} | told

    def wish(self, order: RefreshOrder) -> Wish:
        """Return what an order asks for. Raises ``UsageError`` for a source that this process does not know."""
        unknown = [slug for slug in order.sources if slug not in self.sources]
        if unknown:
            raise UsageError(f"the daemon does not know {', '.join(unknown)} yet: send it SIGHUP, or start it again")
        return self.house.wish([self.sources[slug] for slug in order.sources], order.urls, order.recheck)

    def take_over(self) -> None:
        """Make the configured sources the ones that are watched; warn, once of each, of secrets that others can read."""
        for words in exposed(self.house.settings.config_dir):
            if words not in self._warned:
                logs.log(Event.WEAKNESS, summary=words)
                self._warned.add(words)
        self.sources = {source.id: source for source in self.house.sources}

    def reloaded(self) -> None:
        """Take over the configuration as it is now; a broken one changes nothing."""
        self.reloading.clear()
        try:
            self.house.reload()
        except ConfigErrors as errors:
            logs.log(Event.CONFIG_REFUSED, error=str(errors))
            return
        self.take_over()
        logs.log(Event.RELOADED, sources=sum(source.enabled for source in self.sources.values()))

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Hear SIGTERM, SIGINT and SIGHUP for the length of a ``with``; a second SIGINT or SIGTERM ends the process at once."""

        def on_stop(number: int, frame: FrameType | None) -> None:
            for either in (signal.SIGTERM, signal.SIGINT):  # whoever is told twice to stop may be told so by two
                signal.signal(either, signal.SIG_DFL)
            self.stopping.set()

        before = {
            number: signal.signal(number, handler)
            for number, handler in (
                (signal.SIGTERM, on_stop),
                (signal.SIGINT, on_stop),
                (signal.SIGHUP, lambda number, frame: self.reloading.set()),
            )
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
