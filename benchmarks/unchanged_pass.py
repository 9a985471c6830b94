"""A pass over releases that have not changed, against their bare download: ``python -m benchmarks.unchanged_pass``.

The server is a process of its own. Baseline: one ``requests.Session`` that gets the list and every page, and reads each to its end.
Candidate: a refresh that looks at all of them again, list, robots.txt, judgement and database included. Once with pages that have no
validators (200 OK, the same bytes), once with such as answer 304 to both.
"""

import json
import multiprocessing
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import requests

from service.models import Snapshot
from tests.newsroom import Newsroom, Release, Site
from tests.newsroom.wire import Request, Response
from tests.watching import Watch, source, watch

from .measuring import Row, Run, by_turns, options, row, tell
from .pages import page_sets

SETS = ("Bitrix", "WordPress")
OURS, BARE = "pass", "download"
LIST = "/feed.json"


class FrozenSite(Site):
    """Pages that never change, under a JSON feed of all of them; with ``validators``, they can be asked whether they did."""

    list_path = LIST

    def __init__(self, pages: Sequence[Snapshot], validators: bool) -> None:
        super().__init__(releases=())
        self.pages = {f"/news/{number}/": page for number, page in enumerate(pages)}
        self.validators = validators

    def page(self, release: Release, request: Request) -> Response:
        return self.respond(request)

    def respond(self, request: Request) -> Response:
        if request.path == LIST:
            return self._checked(Response(200, self._feed(), (("Content-Type", "application/feed+json"),)), request)
        page = self.pages.get(request.path)
        if page is None:
            return self.not_found(404)
        return self._checked(Response(200, page.body, (("Content-Type", page.header("content-type")),)), request)

    def _feed(self) -> bytes:
        items = [{"id": path, "url": self.base + path, "title": f"Release {path}"} for path in self.pages]
        return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": items}).encode()

    def _checked(self, shown: Response, request: Request) -> Response:
        if not self.validators:
            return shown
        etag = f'"{len(shown.body)}"'
        headers = (*shown.headers, ("ETag", etag))
        return Response(304, b"", headers) if request.headers.get("if-none-match") == etag else Response(200, shown.body, headers)


def main(argv: Sequence[str] | None = None) -> None:
    chosen = options(__doc__ or "", argv, turns=7)
    count = 6 if chosen.tiny else 200
    rows: dict[str, list[Row]] = {"200 OK, same bytes": [], "304": []}
    for name, pages in page_sets(count):
        if name in SETS:
            with served(pages, validators=(False, True)) as bases:
                for answer, base in zip(rows, bases, strict=True):
                    rows[answer] += _measured(name, base, pages, answer == "304", chosen.turns)
    for answer, lines in rows.items():
        tell(f"A pass of {count} unchanged pages ({answer}), how many times their bare download", lines, OURS, BARE, as_json=chosen.json)


def _measured(name: str, base: str, pages: Sequence[Snapshot], conditional: bool, turns: int) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder, watch(Path(folder), source("benchmark", base + LIST)) as watched:
        first = watched.one()
        assert first.new == len(pages), first
        etags = download(base, len(pages), {}) if conditional else {}
        runs: dict[str, Run] = {BARE: partial(download, base, len(pages), etags), OURS: partial(_looked_again, watched, len(pages))}
        spent = by_turns(runs, turns)
    sizes = [len(page.body) for page in pages]
    yield row(f"{name}, wall", sizes, [one.wall for one in spent[OURS]], [one.wall for one in spent[BARE]])
    yield row(f"{name}, CPU", sizes, [one.cpu for one in spent[OURS]], [one.cpu for one in spent[BARE]])


def download(base: str, count: int, etags: dict[str, str]) -> dict[str, str]:
    """Get the list and so many pages as a short script would; return the ETags they have, and ask with those it is given."""
    told: dict[str, str] = {}
    with requests.Session() as session:
        for path in (LIST, *(f"/news/{number}/" for number in range(count))):
            headers = {"If-None-Match": etags[path]} if path in etags else {}
            answer = session.get(base + path, headers=headers, timeout=10)
            assert answer.status_code == (304 if path in etags else 200)
            assert bool(answer.content) != (path in etags)
            told[path] = answer.headers.get("ETag", "")
    return told


def _looked_again(watched: Watch, count: int) -> None:
    report = watched.one(recheck=True)
    assert (report.checked, report.edited, report.failed) == (count, 0, 0), report


@contextmanager
def served(pages: Sequence[Snapshot], validators: Sequence[bool]) -> Iterator[tuple[str, ...]]:
    """Serve pages from a process of its own; give the roots of as many sites, those with validators where it says so."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=_serve, args=(list(pages), tuple(validators), there), daemon=True)
    server.start()
    try:
        yield here.recv()
    finally:
        here.send("enough")
        server.join(10)


def _serve(pages: list[Snapshot], validators: tuple[bool, ...], pipe: Connection) -> None:
    sites = [FrozenSite(pages, has_them) for has_them in validators]
    with Newsroom(*sites):
        pipe.send(tuple(site.base for site in sites))
        pipe.recv()


if __name__ == "__main__":
    main()
