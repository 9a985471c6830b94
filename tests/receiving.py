"""Receivers of notices on loopback: a web server that may be down, a mail server. They write down all that comes."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Hook:
    """A webhook's other end: what it answers next, and every request that came, in order."""

    url: str = ""
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)  # of the next requests; then 204
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]

    def changes(self) -> list[int]:
        return [change["id"] for body in self.bodies() for change in body["changes"]]


@contextmanager
def hook(port: int = 0) -> Iterator[Hook]:
    """Serve a hook on loopback, at a port of one's choice perhaps."""
    told = Hook()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.got.append(({key.lower(): value for key, value in self.headers.items()}, body))
            status, headers = told.answers.pop(0) if told.answers else (204, {})
            self.send_response(status)
            for key, value in {"Content-Length": "0", **headers}.items():
                self.send_header(key, value)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    told.url = f"http://127.0.0.1:{server.server_port}/hooks/s3cret-path"
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Mailbox:
    """A mail server's other end: every mail that came, parsed, and as its bytes were."""

    port: int = 0
    refuses: bool = False
    raw: list[bytes] = field(default_factory=list)
    envelopes: list[list[str]] = field(default_factory=list)

    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]  # type: ignore[misc] # what the policy makes


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Serve SMTP on loopback (RFC 5321, what a client of the standard library asks for)."""
    told = Mailbox()

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        envelope: list[str] = []
        while line := await reader.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"EHLO":
                writer.write(b"250-test\r\n250 8BITMIME\r\n")
            elif verb == b"RCPT" and told.refuses:
                writer.write(b"550 no such mailbox\r\n")
            elif verb == b"DATA":
                writer.write(b"354 go on\r\n")
                told.raw.append((await reader.readuntil(b"\r\n.\r\n"))[:-5].replace(b"\r\n..", b"\r\n."))
                told.envelopes.append(envelope)
                writer.write(b"250 taken\r\n")
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                envelope.append(line.decode().strip())
                writer.write(b"250 ok\r\n")
            await writer.drain()
        writer.close()

    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(served, "127.0.0.1", 0, limit=1 << 24))
    told.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def end() -> None:
        server.close()
        loop.stop()

    try:
        yield told
    finally:
        loop.call_soon_threadsafe(end)
        thread.join()
        loop.close()
