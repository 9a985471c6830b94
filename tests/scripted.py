"""A newsroom on loopback that gives every client an empty shell: its listing and its releases are built by scripts, out of JSON."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

SHELL = """<!doctype html><html lang="en"><head><meta charset="windows-1251"><title>Lakeland</title>
<link rel="stylesheet" href="/app.css"><script src="/app.js" defer></script></head>
<body><noscript><p>You need to enable JavaScript to run this app.</p></noscript><div id="app"></div></body></html>"""
SCRIPT = """
const app = document.getElementById("app"), path = location.pathname;
const seen = document.createElement("style"); document.head.append(seen); seen.sheet.insertRule("h1 { color: rgb(200, 0, 0) }");
fetch("/api" + path.replace(/[/]$/, "/list") + ".json", {headers: {"X-Reader": "app"}}).then(answer => answer.json()).then(told => {
  if (told.releases)
    app.innerHTML = "<main><h1>News</h1><ul>" + told.releases.map(one =>
      `<li><a href="${one.slug}">${one.title}</a> <time datetime="${one.date}">${one.date}</time></li>`).join("") + "</ul></main>";
  else {
    document.title = told.title + " | Lakeland";
    app.innerHTML = `<main><article><h1>${told.title}</h1><time datetime="${told.date}">${told.date}</time>` +
      told.text.map(one => `<p>${one}</p>`).join("") + "</article><aside><p>Visitors today: " + told.visitors + "</p></aside></main>";
  }
});
"""
_SORTS = {".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".gif": "image/gif"}


def prose(number: int) -> list[str]:
    """Return the paragraphs of a release."""
    return [
        f"The ministry of the lakes met delegation number {number} in Valdis, and spoke of the water of the northern shore at length.",
        f"It was agreed that {12 + number} observers shall be sent in spring, and that they shall not touch the rights of third parties.",
        f"The next meeting, the {number + 3}th of its kind, takes place once the ice is gone; the press is asked to come in warm clothes.",
    ]


class ScriptedSite:
    """``releases`` by their slugs: title, date and paragraphs; ``extra`` says what any other path answers: (status, type, bytes).

    ``asked`` are the requests so far, as (path, headers); ``broken`` the paths that answer 503.
    """

    def __init__(self, count: int = 6) -> None:
        self.releases = {
            f"release-{n}": {"title": f"The lakes ministry met delegation {n}", "date": f"2026-11-{n:02}", "text": prose(n)}
            for n in range(1, count + 1)
        }
        self.extra: dict[str, tuple[int, str, bytes]] = {}
        self.broken: set[str] = set()
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.visitors = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/news/"

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked if path != "/robots.txt"]

    def answer(self, path: str) -> tuple[int, str, bytes]:
        if path in self.broken:
            return 503, "text/plain", b"later"
        slug = path.removeprefix("/api/news/").removesuffix(".json")
        if slug in self.releases:
            self.visitors += 7
            return 200, _SORTS[".json"], self.json(**self.releases[slug], visitors=self.visitors)
        if path == "/news/" or path.removeprefix("/news/") in self.releases:
            path = "/shell"
        listing = self.json(releases=[{"slug": slug, **told} for slug, told in self.releases.items()])
        known = {
            "/shell": (200, "text/html", SHELL.encode()),
            "/api/news/list.json": (200, _SORTS[".json"], listing),
            "/app.js": (200, _SORTS[".js"], SCRIPT.encode()),
            "/app.css": (200, _SORTS[".css"], b"body { font-family: serif; background: #eef }"),
            **self.extra,
        }
        return known.get(path, (404, "text/plain", b"not here"))

    @staticmethod
    def json(**told: object) -> bytes:
        return json.dumps(told).encode()

    def __enter__(self) -> Self:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                status, sort, body = site.answer(self.path.partition("?")[0])
                self.send_response(status)
                for name, value in (("Content-Type", sort), ("Content-Length", str(len(body))), ("ETag", '"always the same"')):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
