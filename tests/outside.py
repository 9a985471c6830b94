"""The open internet of a test: names and addresses that lead to a site on loopback, and a note of everything that was connected to."""

import contextlib
import ipaddress
import socket
from collections.abc import Mapping

import pytest

from .rawsite import RawSite

PUBLIC = "93.184.216.34"
HOST = "news.example"


class Outside:
    """``http://news.example/`` is the site given, at a public address; ``names`` are all other names there are.

    A name with several lists of addresses answers with the next one at every look-up. Numbers are understood by the system's own
    resolver, in every spelling that it takes; no question leaves this machine.
    """

    def __init__(self, site: RawSite, monkeypatch: pytest.MonkeyPatch, names: Mapping[str, list[list[str]]]) -> None:
        self.connected: list[str] = []
        self._names = {HOST: [[PUBLIC]], **{name: list(answers) for name, answers in names.items()}}
        self._port = int(site.host.split(":")[1])
        self._look_up, self._connect = socket.getaddrinfo, socket.socket.connect
        monkeypatch.setattr(socket, "getaddrinfo", self.look_up)
        monkeypatch.setattr(socket.socket, "connect", lambda sock, address: self.connect(sock, address))

    def look_up(self, host: str, port: int, *_: object, **more: object) -> list[tuple[object, ...]]:
        answers = self._names.get(host.rstrip(".").lower())
        if answers is None:
            with contextlib.suppress(socket.gaierror):
                return self._look_up(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
            raise socket.gaierror(socket.EAI_NONAME, "no such name in a test")
        return [_entry(one, port) for one in (answers.pop(0) if len(answers) > 1 else answers[0])]

    def connect(self, sock: socket.socket, address: tuple[str, int]) -> None:
        self.connected.append(address[0])
        if address[0] != PUBLIC:
            raise ConnectionRefusedError("nobody may be asked but the public site")
        self._connect(sock, ("127.0.0.1", self._port))


def _entry(address: str, port: int) -> tuple[object, ...]:
    if ipaddress.ip_address(address).version == 6:
        bare, _, zone = address.partition("%")
        return (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (bare, port, 0, 1 if zone else 0))
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
