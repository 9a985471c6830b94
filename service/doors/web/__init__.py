"""The pages and the API, served by a thread of the daemon."""

import threading
from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING

from ... import logs
from ...errors import UsageError
from ...logs import Event

if TYPE_CHECKING:
    from ...bootstrap import House

_MOST_AT_ONCE = 1_000  # connections and requests; beyond, 503
_SHORT = 16  # letters of a token
_PATIENCE = 10.0  # seconds for the server to open its socket, and to close it


def start(house: "House", host: str, port: int) -> Callable[[], None]:
    """Serve until the returned function is called. Raises ``UsageError`` where it may or can not listen there, with what to do."""
    if not is_loopback(host) and not house.settings.web.token:
        raise UsageError(f"listening on {host} needs a token: set PRESSWATCH_WEB__TOKEN, or listen on 127.0.0.1")
    if not is_loopback(host) and len(house.settings.web.token) < _SHORT:
        logs.log(
            Event.WEAKNESS,
            summary=f"the token is shorter than {_SHORT} letters, and others can reach the pages: make one that nobody guesses",
        )
    try:
        import uvicorn

        from .app import application
    except ImportError as missing:
        raise UsageError(
            f"the pages need the web extra ({missing.name} is missing): pip install 'presswatch[web]', or --no-web"
        ) from missing
    config = uvicorn.Config(
        application(house, is_beyond=not is_loopback(host)),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=_MOST_AT_ONCE,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined] # the daemon hears the signals
    socket = config.bind_socket() if _free(host, port) else None
    if socket is None:
        raise UsageError(f"{host}:{port} is taken by another program: choose another with --port")
    socket.listen()  # from here on nobody is refused; who comes before the server is at work waits for it
    address, bound = socket.getsockname()[:2]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, name="web", daemon=True)
    thread.start()
    logs.log(Event.SERVING, url=f"http://{address}:{bound}/")

    def stop() -> None:
        server.should_exit = True
        thread.join(_PATIENCE)

    return stop


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach what listens on ``host``."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _free(host: str, port: int) -> bool:
    """Return whether the address can be bound: uvicorn would end the process where it can not."""
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return False
    return True
