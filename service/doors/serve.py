"""The pages and the API alone, over a state that another process polls, or nobody: nothing is fetched, and nothing written but orders."""

from .. import logs
from ..bootstrap import House
from ..logs import Event
from .process import Process
from .web import start


def run(house: House, host: str | None = None, port: int | None = None) -> int:
    """Serve until told to stop; return the exit code. Raises ``UsageError`` where it may or can not listen there."""
    return _Server(house).run(host, port)


class _Server(Process):
    def run(self, host: str | None, port: int | None) -> int:
        self.take_over()
        web = self.house.settings.web
        assert self.house.store  # one that cannot be read is told of now, not to every reader
        with self.signals():
            stop = start(self.house, host or web.host, web.port if port is None else port)
            self.live()
            stop()
        logs.log(Event.STOPPED)
        return 0
