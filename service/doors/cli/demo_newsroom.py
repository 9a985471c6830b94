"""A small newsroom on loopback for ``presswatch demo``: seven releases of an invented organization, and officials who edit them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

TEASERS = 4  # latest releases shown beside every page


@dataclass(frozen=True, slots=True)
class Text:
    """One release; its address is its ``slug`` for ever."""

    slug: str
    title: str
    date: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that the officials do: in words for the audience, and done by ``play``."""

    words: str
    play: Callable[[], None]


_RELEASES = (
    Text(
        "election-observers", "Harbour Union sends observers to the vote in Marlow", "2026-11-19",
        ("The Harbour Union will send 15 observers to the parliamentary election in Marlow on 6 December, the Secretariat said "
         "on Thursday.",
         "The mission is led by Ambassador Helena Brandt. Its members will visit polling stations in all nine districts and publish "
         "a first statement on the morning after the vote.",
         "“Our task is to watch and to report, not to judge,” Ms Brandt said before her departure."),
    ),
    Text(
        "ferry-safety", "Ministers agree on common rules for ferry safety", "2026-11-17",
        ("Transport ministers of the Harbour Union agreed in Port Calder on common rules for the safety of passenger ferries.",
         "From next summer every ferry must carry two independent radios, and crews must train the evacution of the ship twice a year.",
         "Member states have until 30 June to bring their own laws into line."),
    ),
    Text(
        "border-hours", "Night opening of the Tarn crossing confirmed", "2026-11-14",
        ("The crossing at Tarn will stay open at night throughout the winter, the joint border commission confirmed on Saturday.",
         "Lorries carrying dangerous goods may use the crossing between 22:00 and 6:00.",
         "The commission will review the arrangement in March together with the mayors of both towns."),
    ),
    Text(
        "rescue-exercise", "Rescue services of four states train together", "2026-11-11",
        ("More than 600 rescuers from four member states took part in the exercise North Light, which ended in Estby on Wednesday.",
         "The teams practised the search for missing hikers, the supply of a cut-off village by air and the repair of a damaged bridge.",
         "General Secretary Omar Lindholm thanked the volunteers, who had given up a week of leave to join."),
    ),
    Text(
        "customs-figures", "Customs data exchange passes one million messages", "2026-11-06",
        ("The customs authorities of the Harbour Union exchanged their millionth electronic message this week.",
         "The system, in operation since April, has cut the average wait at the border from 94 to 31 minutes.",
         "Two further states will join in the course of next year."),
    ),
    Text(
        "grant-programme", "Forty towns receive grants for flood protection", "2026-11-03",
        ("Forty towns on the Sild and the Orre will share a grant of 12 million crowns for flood protection.",
         "The money pays for dikes, pumping stations and the return of meadows to the rivers. Works begin in spring.",
         "Applications for the second round can be sent until the end of January."),
    ),
    Text(
        "archive-opens", "Archive of the founding conference opens to the public", "2026-10-29",
        ("The Harbour Union has opened the archive of its founding conference to the public.",
         "Visitors can read some 3,000 letters, minutes and photographs in the reading room in Port Calder, without an appointment.",
         "A selection will be shown in the capitals of all member states next year."),
    ),
)  # fmt: skip

_NEW_RELEASE = Text(
    "winter-talks", "Winter talks on fishing quotas open in Estby", "2026-11-21",
    ("Delegations of all member states met in Estby on Saturday for the yearly talks on fishing quotas.",
     "The scientists’ report recommends a moderate increase for herring and a pause for cod in the eastern basin.",
     "The talks are expected to last until Thursday."),
)  # fmt: skip

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title} - Harbour Union</title>{head}</head>
<body><header><a href="/">Harbour Union</a><nav><a href="/news/">News</a></nav></header>
<main>{content}</main>
<aside class="sidebar"><h2>Latest</h2><ul>{latest}</ul></aside>
<footer><p>Harbour Union press office, page views: {views}</p></footer></body></html>"""


class DemoNewsroom:
    """The newsroom, served while the ``with`` block lasts; ``acts`` are to be played in their order, each once."""

    def __init__(self) -> None:
        self._texts = {text.slug: text for text in _RELEASES}
        self._withdrawn: set[str] = set()
        self._views = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        self.url = f"{self.base}/news/"
        self.acts: tuple[Act, ...] = (
            Act("The press office fixes a typo", lambda: self._edit("ferry-safety", "evacution", "evacuation")),
            Act("… changes 15 observers to 51", lambda: self._edit("election-observers", "send 15 observers", "send 51 observers")),
            Act("… publishes a release: the sidebar of every page rolls", lambda: self._publish(_NEW_RELEASE)),
            Act("… inserts a “not”", lambda: self._edit("border-hours", "goods may use", "goods may not use")),
            Act("… withdraws a release", lambda: self._withdraw("archive-opens")),
        )

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def page(self, path: str) -> str | None:
        """Return the HTML at a path, or None where nothing is published."""
        with self._lock:
            self._views += 1
            shown = sorted((text for text in self._texts.values() if text.slug not in self._withdrawn), key=lambda text: text.date)[::-1]
            text = next((text for text in shown if path == f"/news/{text.slug}/"), None)
            if text is None and path not in ("/", "/news/"):
                return None
            title, head, content = ("News", "", _listing(shown)) if text is None else (text.title, _head(text), _article(text))
            latest = "".join(f"<li>{_link(teaser)}<br>{escape(teaser.paragraphs[0])}</li>" for teaser in shown[:TEASERS])
            return _PAGE.format(title=escape(title), head=head, content=content, latest=latest, views=self._views)

    def _edit(self, slug: str, old: str, new: str) -> None:
        with self._lock:
            text = self._texts[slug]
            self._texts[slug] = replace(text, paragraphs=tuple(paragraph.replace(old, new) for paragraph in text.paragraphs))

    def _publish(self, text: Text) -> None:
        with self._lock:
            self._texts[text.slug] = text

    def _withdraw(self, slug: str) -> None:
        with self._lock:
            self._withdrawn.add(slug)


def _link(text: Text) -> str:
    return f'<a href="/news/{text.slug}/">{escape(text.title)}</a>'


def _listing(texts: list[Text]) -> str:
    items = "".join(f'<li class="release"><time datetime="{text.date}">{text.date}</time> {_link(text)}</li>' for text in texts)
    return f'<h1>News</h1><ul class="releases">{items}</ul>'


def _head(text: Text) -> str:
    return f'<meta property="article:published_time" content="{text.date}">'


def _article(text: Text) -> str:
    paragraphs = "".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in text.paragraphs)
    return f'<article><h1>{escape(text.title)}</h1><time datetime="{text.date}">{text.date}</time>{paragraphs}</article>'


def _handler(newsroom: DemoNewsroom) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = newsroom.page(self.path.partition("?")[0])
            body = (page or "<!DOCTYPE html><title>Not found</title><h1>Not found</h1>").encode()
            self.send_response(404 if page is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the terminal belongs to the demo."""

    return Handler
