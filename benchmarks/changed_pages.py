"""Changed pages, against parsing them and hashing their bytes: ``python -m benchmarks.changed_pages``.

Every page of a set has a sentence added to its longest paragraph. Baseline: the page parsed with selectolax, and its SHA-256. Candidates:
its reading by template; that with its fingerprint, its diff and the classes of its edit; and a whole refresh in which all pages of the set
changed, with the list, the network's client side, the judgement (which asks for each page once more) and the database. CPU seconds of
this process; the server is another.
"""

import hashlib
import multiprocessing
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import requests
from selectolax.lexbor import LexborHTMLParser

from service.classes import classify
from service.diff import diff
from service.extract import extract, page_blocks
from service.fingerprint import fingerprint
from service.models import Reading, Snapshot, Template
from service.template import learn
from tests.newsroom import Newsroom
from tests.newsroom.wire import Request, Response
from tests.pairs import PairSite
from tests.watching import Watch, source, watch

from .extraction import SOURCE, read
from .measuring import Row, Run, by_turns, options, row, tell
from .pages import page_sets

PARSED, READ, COMPARED, REFRESHED = "parse and hash", "reading", "reading to classes", "refresh"
TURN = "/turn"
_IN_A_PASS = ("Bitrix", "WordPress", "gov.uk")
_EDITED = 0.9  # of the pages, at least, are told as edited: a near-duplicate among them may be linked instead


class TurningSite(PairSite):
    """Pages as they were and as they are after their edits; a request for ``TURN`` swaps the two."""

    def __init__(self, before: Sequence[Snapshot], after: Sequence[Snapshot]) -> None:
        now, then = ({f"/news/{number}/": page.body for number, page in enumerate(pages)} for pages in (before, after))
        super().__init__(now)
        self.then, self.content_type = then, before[0].header("content-type")

    def respond(self, request: Request) -> Response:
        if request.path == TURN:
            self.pages, self.then = self.then, self.pages
            return Response(200, b"turned")
        page = self.pages.get(request.path)
        return super().respond(request) if page is None else Response(200, page, (("Content-Type", self.content_type),))


def main(argv: Sequence[str] | None = None) -> None:
    chosen = options(__doc__ or "", argv, turns=9)
    rows: dict[str, list[Row]] = {READ: [], COMPARED: [], REFRESHED: []}
    for name, pages in page_sets(6 if chosen.tiny else 32):
        template = learn([page_blocks(page, SOURCE) for page in pages])
        pairs = [(page, changed) for page in pages if (changed := edited(page, template))]
        before, after = [one for one, _ in pairs], [one for _, one in pairs]
        readings = [extract(page, SOURCE, template) for page in before]
        runs: dict[str, Run] = {
            PARSED: partial(parse_and_hash, after),
            READ: partial(read, after, template),
            COMPARED: partial(compare, readings, after, template),
        }
        with refreshing(before, after) if name in _IN_A_PASS else nullcontext() as refresh:
            spent = by_turns(runs | {REFRESHED: refresh} if refresh else runs, chosen.turns)
        cpu = {way: [one.cpu for one in turns] for way, turns in spent.items()}
        for way in cpu.keys() & rows.keys():
            rows[way].append(row(name, [len(page.body) for page in after], cpu[way], cpu[PARSED]))
    for way, lines in rows.items():
        tell(f"A changed page, {way}: how many times its parsing and hashing", lines, way, PARSED, as_json=chosen.json)


def edited(page: Snapshot, template: Template) -> Snapshot | None:
    """Return the page with a sentence of its own after its longest paragraph; None where none stands in the markup as it is read."""
    encoding = page.header("content-type").rpartition("=")[2]
    markup = page.body.decode(encoding)
    texts = sorted((block.text for block in extract(page, SOURCE, template).blocks), key=len, reverse=True)
    text = next((one for one in texts if markup.count(one) == 1), None)
    if text is None:
        return None
    added = f"{text} It was said again: {' '.join(reversed(text.split()[:8]))}."
    return replace(page, body=markup.replace(text, added).encode(encoding))


def parse_and_hash(pages: Sequence[Snapshot]) -> None:
    for page in pages:
        LexborHTMLParser(page.body)
        hashlib.sha256(page.body).digest()


def compare(known: Sequence[Reading], pages: Sequence[Snapshot], template: Template) -> None:
    for before, page in zip(known, pages, strict=True):
        after = extract(page, SOURCE, template)
        fingerprint(after)
        classify(diff(before, after), before, after)


@contextmanager
def refreshing(before: Sequence[Snapshot], after: Sequence[Snapshot]) -> Iterator[Run]:
    """Give a run in which all of these pages change, are served by a process of its own, and are looked at again."""
    with ExitStack() as stack:
        base = stack.enter_context(served(before, after))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        watched = stack.enter_context(watch(folder, source("benchmark", base + "/")))
        first = watched.one()
        assert first.checked == len(before), first
        yield partial(_looked_again, watched, base, len(before))


def _looked_again(watched: Watch, base: str, count: int) -> None:
    requests.get(base + TURN, timeout=10)
    report = watched.one(recheck=True)
    assert not report.failed and report.edited >= count * _EDITED, report


@contextmanager
def served(before: Sequence[Snapshot], after: Sequence[Snapshot]) -> Iterator[str]:
    """Serve pages from a process of its own; give the root of their site."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=_serve, args=(list(before), list(after), there), daemon=True)
    server.start()
    try:
        yield here.recv()
    finally:
        here.send("enough")
        server.join(10)


def _serve(before: list[Snapshot], after: list[Snapshot], pipe: Connection) -> None:
    with Newsroom(TurningSite(before, after)) as newsroom:
        pipe.send(newsroom.site.base)
        pipe.recv()


if __name__ == "__main__":
    main()
