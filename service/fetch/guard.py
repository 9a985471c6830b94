"""The adapter that connects to public addresses alone: it resolves, checks every address, and connects to the very one it checked.

Checked here and not on the URL, so that no spelling (``0x7f.1``), second look-up (DNS rebinding) or redirect leads around it.
"""

import hashlib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection as Line
from http.client import HTTPResponse
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit, urlunsplit

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.retry import Retry

from service.models import Fault

from .addresses import inside
from .trouble import Trouble, connect_trouble
from .watch import Watch

_MOST_ADDRESSES = 4
_POOLS = 16
_ABSENT = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME), socket.EAI_FAIL}


class Patience(NamedTuple):
    """Seconds that a connection may take to be made, and each answer's next bytes to come."""

    connect: float
    read: float


class Peer(NamedTuple):
    """Whom we are connected to: its address, and the SHA-256 (hex) of the certificate that it showed; empty where there is none."""

    address: str = ""
    certificate: str = ""

    @classmethod
    def of(cls, sock: socket.socket | None) -> "Peer":
        """Return who is at the other end of a socket; nobody where it is gone already."""
        if sock is None:
            return cls()
        try:
            shown = sock.getpeercert(binary_form=True) if isinstance(sock, ssl.SSLSocket) else None
            return cls(str(sock.getpeername()[0]), hashlib.sha256(shown).hexdigest() if shown else "")
        except (OSError, ValueError):
            return cls()


class GuardedAdapter(HTTPAdapter):
    """Requests' adapter over guarded connections; no proxies, no retries of its own (``fetcher`` decides about those).

    ``peer`` is whom the last request went to.
    """

    def __init__(self, allow_private: bool, watch: Watch) -> None:
        self._allow_private = allow_private
        self._watch = watch
        self.peer = Peer()
        self._pools: dict[tuple[str, str], Any] = {}  # by scheme and host, as far as they are open
        # any total above 0 makes urllib3 sleep on Retry-After, for hours if told so
        never = Retry(0, read=False, respect_retry_after_header=False)
        super().__init__(pool_connections=_POOLS, pool_maxsize=2, max_retries=never)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = _guarded_pools(self._allow_private, self._watch.see)

    @contextmanager
    def asked(self, url: str, headers: Mapping[str, str], patience: Patience, verify: bool | str) -> Iterator[HTTPResponse]:
        """Send a GET and give the answer, its body still to be read; ``url`` is as it goes on the wire.

        Over the connections that ``send`` uses as well, but as http.client asks: what requests and urllib3 put around that takes longer
        than the exchange. What was not read to its end is not left for the next one to find: its connection is closed.
        """
        parts = urlsplit(url)
        pool = self._pool(parts, url, verify)
        connection, is_read = pool._get_conn(), False
        try:
            if connection.sock is None:
                connection.timeout = patience.connect
                connection.connect()
                connection.sock.settimeout(patience.read)  # type: ignore[attr-defined] # it is connected now
            self._watch.see(connection.sock)
            self.peer = connection.peer
            with suppress(BrokenPipeError):  # it may have answered before it stopped listening
                Line.request(connection, "GET", urlunsplit(("", "", parts.path or "/", parts.query, "")), headers=headers)
            with closing(Line.getresponse(connection)) as answer:
                yield answer
                is_read = answer.isclosed()
        finally:
            if not is_read:
                connection.close()
            pool._put_conn(connection)

    def _pool(self, parts: SplitResult, url: str, verify: bool | str) -> Any:
        """Return the pool of a host's connections; one that was closed to make room for others' is not used again."""
        origin = parts[:2]
        pool: Any = self._pools.get(origin)
        if pool is None or pool.pool is None:
            asked = PreparedRequest()
            asked.url = url
            pool = self._pools[origin] = self.get_connection_with_tls_context(asked, verify)
            self.cert_verify(pool, url, verify, None)  # type: ignore[no-untyped-call] # its stub has no types
            self._pools = {origin: pool for origin, pool in self._pools.items() if pool.pool is not None}
        return pool

    def close(self) -> None:
        """Close all connections. What urllib3 does leaves them to the collector of garbage."""
        for pool in self._pools.values():
            pool.close()
        self._pools = {}
        super().close()

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """Refuse: behind a proxy, nobody checks the address."""
        raise Trouble(Fault.PRIVATE, "proxies are not used")


def _guarded_pools(allow_private: bool, see: Callable[[socket.socket | None], None]) -> dict[str, type[HTTPConnectionPool]]:
    """Return urllib3's pools over connections that reach through ``_reached``, and show their socket at each request of urllib3's."""

    class Guarded(HTTPConnection):
        peer = Peer()

        def _new_conn(self) -> socket.socket:
            return _reached(self, allow_private)

        def connect(self) -> None:
            super().connect()
            self.peer = Peer.of(self.sock)

        def request(self, *args: Any, **kwargs: Any) -> None:
            super().request(*args, **kwargs)
            see(self.sock)

    class Secure(Guarded, HTTPSConnection):
        pass

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Guarded

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _reached(connection: HTTPConnection, allow_private: bool) -> socket.socket:
    """Return a socket to the first allowed address that answers; the time-out is shared among them. Raises ``Trouble``."""
    host = connection.host.strip("[]")
    found = _resolved(host, connection.port)
    refusals = [_refusal(str(one[4][0]), allow_private) for one in found]
    allowed = [one for one, refusal in zip(found, refusals, strict=True) if refusal is None][:_MOST_ADDRESSES]
    if not allowed:
        raise Trouble(Fault.PRIVATE, next(filter(None, refusals), "no address"))
    seconds = float(connection.timeout or 10.0)
    trouble = Trouble(Fault.CONNECT, "no connection")
    for family, kind, protocol, _, address in allowed:
        sock = socket.socket(family, kind, protocol)
        try:
            for option in connection.socket_options or ():
                sock.setsockopt(*option)
            sock.settimeout(seconds / len(allowed))
            sock.connect(address)
            sock.settimeout(seconds)
        except OSError as error:
            sock.close()
            trouble = connect_trouble(error, seconds)
        else:
            return sock
    raise trouble


def _refusal(address: str, allow_private: bool) -> str | None:
    """Return why an address is not connected to, and what would help; None where it is."""
    why = inside(address)
    if why is None or (allow_private and why.may_be_allowed):
        return None
    remedy = "; set [fetch] allow_private_hosts = true to allow it" if why.may_be_allowed else ", which is never asked"
    return f"{why.words} ({address}){remedy}"


def _resolved(host: str, port: int) -> list[tuple[Any, ...]]:
    """Return what the resolver knows of a host, as ``socket.getaddrinfo`` does. Raises ``Trouble``."""
    if host.lower().rstrip(".").endswith(".invalid"):  # RFC 6761 section 6.4: it never exists, whatever a resolver says
        raise Trouble(Fault.DNS, f"no such host: {host}")
    try:
        return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except UnicodeError as error:
        raise Trouble(Fault.ADDRESS, f"not a host name: {host}") from error
    except socket.gaierror as error:
        if error.errno in _ABSENT:
            raise Trouble(Fault.DNS, f"no such host: {host}") from error
        raise Trouble(Fault.DNS, f"the name {host} cannot be looked up just now", passing=True) from error
