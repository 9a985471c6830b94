"""What is known of the robots.txt of each host, and for how long (RFC 9309 section 2.3 and 2.4). Asks nobody: ``fetcher`` does."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.models import Answer, Clock, Failed, Fault, Snapshot
from service.urls import host_key

from .rules import Rules

_KEPT = timedelta(hours=24)
_FAILED_KEPT = timedelta(seconds=30)  # a dead host costs one wait in this time, not one for each of its pages
_LONGEST_DELAY = 300.0
_MOST_HOSTS = 2_000
_NO_RULES = Rules(b"")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the last asking told; ``rules`` may be older than it. ``failure`` is set where there are none at all."""

    until: datetime
    rules: Rules | None
    failure: Failed | None = None


class Robots:
    """Shared by all workers; hosts are ``urls.host_key``, ``agent`` is the name we go by."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._lock = threading.Lock()

    def due(self, host: str) -> bool:
        """Return whether the host's robots.txt is to be asked for (again)."""
        known, now = self._of(host), self._clock.now()
        return known is None or known.until <= now or known.until > now + _KEPT  # the clock was set back

    def learn(self, host: str, answer: Answer) -> None:
        """Take in the answer to ``/robots.txt``: a 4xx allows everything; a failure nothing for now, unless older rules are known."""
        now = self._clock.now()
        before = self._of(host)
        if isinstance(answer, Snapshot):
            known = _Known(now + _KEPT, Rules(answer.body))
        elif not isinstance(answer, Failed) or _is_absent(answer):
            known = _Known(now + _KEPT, _NO_RULES)
        elif before is not None and before.rules is not None:
            known = _Known(now + _FAILED_KEPT, before.rules)
        else:
            known = _Known(now + _FAILED_KEPT, None, answer)
        with self._lock:
            self._known[host] = known
            self._known.move_to_end(host)
            while len(self._known) > _MOST_HOSTS:
                self._known.popitem(last=False)

    def failure(self, host: str) -> Failed | None:
        """Return why nothing is known of the host's rules, if so."""
        known = self._of(host)
        return known.failure if known else None

    def allowed(self, url: str, agent: str) -> bool:
        """Return whether the agent may ask for an address; False while the rules of its host are not known."""
        rules = self._rules(host_key(url))
        return rules is not None and rules.allowed(url, agent)

    def crawl_delay(self, host: str, agent: str) -> float:
        """Return the seconds between two requests that the host asks for, 0 to 300."""
        rules = self._rules(host)
        return min((rules.crawl_delay(agent) if rules else None) or 0.0, _LONGEST_DELAY)

    def sitemaps(self, host: str) -> tuple[str, ...]:
        """Return the sitemaps that the host's robots.txt names, as far as it is known."""
        rules = self._rules(host)
        return rules.sitemaps if rules else ()

    def cleaned(self, url: str) -> str:
        """Return an address without the parameters that change nothing by the word of its host, as far as that is known."""
        rules = self._rules(host_key(url))
        return rules.cleaned(url) if rules else url

    def _rules(self, host: str) -> Rules | None:
        known = self._of(host)
        return known.rules if known else None

    def _of(self, host: str) -> _Known | None:
        with self._lock:
            return self._known.get(host)


def _is_absent(answer: Failed) -> bool:
    """Return whether there is no robots.txt: a client error (but "too many requests" is none), or redirects without end."""
    refused = 400 <= answer.status < 500 and answer.fault is not Fault.THROTTLED
    return refused or answer.fault is Fault.REDIRECTS
