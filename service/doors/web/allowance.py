"""How much each address may still ask for: a token bucket each. Kept in this process alone, and forgotten with it."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from ipaddress import IPv6Address, ip_address

from fastapi import HTTPException

_REMEMBERED = 10_000  # addresses
_MINUTE = 60.0  # seconds
_OF_ONE = 64  # bits of an IPv6 address by which its owner is known; the others are theirs to choose


class Allowance:
    """``per_minute`` says how much an address may ask for: all at once, then as time goes by; 0: any amount."""

    def __init__(self, per_minute: Callable[[], int], now: Callable[[], datetime]) -> None:
        self._per_minute = per_minute
        self._now = now
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def take(self, address: str, cost: float = 1) -> float:
        """Take so much for an address; return 0, or after how many seconds there is enough again."""
        most = self._per_minute()
        if not most:
            return 0.0
        owner, cost = _owner(address), min(cost, most)
        left = self._of(owner, most)
        may = left >= cost
        self._left[owner] = (left - cost if may else left, self._now())
        self._left.move_to_end(owner)
        if len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
        return 0.0 if may else (cost - left) * _MINUTE / most

    def wait(self, address: str) -> float:
        """Return after how many seconds an address may ask again, without taking anything."""
        most = self._per_minute()
        return max(0.0, 1 - self._of(_owner(address), most)) * _MINUTE / most if most else 0.0

    def _of(self, owner: str, most: int) -> float:
        left, since = self._left.get(owner, (float(most), self._now()))
        return min(float(most), left + max(0.0, (self._now() - since).total_seconds()) * most / _MINUTE)


class Seats:
    """Answers that go on and on: so many for an address, and so many in all."""

    def __init__(self, each: int, most: int) -> None:
        self._each, self._most = each, most
        self._taken: Counter[str] = Counter()

    def refuse(self, address: str) -> None:
        """Raise ``HTTPException`` where no seat is left."""
        if self._taken[_owner(address)] >= self._each or self._taken.total() >= self._most:
            raise HTTPException(429, "Too many pages follow the log from there", {"Retry-After": "60"})

    @contextmanager
    def seat(self, address: str) -> Iterator[None]:
        """Take a seat for the length of a ``with``."""
        owner = _owner(address)
        self._taken[owner] += 1
        try:
            yield
        finally:
            self._taken[owner] -= 1
            self._taken += Counter()  # without those that have none


def _owner(address: str) -> str:
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = known.ipv4_mapped if isinstance(known, IPv6Address) else known
    return str(mapped) if mapped else str(IPv6Address(int(known) >> _OF_ONE << _OF_ONE))
