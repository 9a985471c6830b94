"""Everything a publisher's server can do instead of answering."""

from enum import StrEnum

from .wire import Manner, Request, Response, html, redirect, xml


class Trouble(StrEnum):
    """What is wrong; a site can be put into any of them and healed again. (A dead port is ``server.dead_url``.)"""

    HANG = "hang"
    HUGE = "huge"
    BROKEN_XML = "broken-xml"
    WRONG_CHARSET = "wrong-charset"
    HTML_FEED = "html-feed"
    ERROR = "500"
    FORBIDDEN = "403"
    GONE = "410"
    THROTTLED = "429"
    MAINTENANCE = "503"
    LOOP = "loop"
    RESET = "reset"
    EMPTY = "empty"
    CHALLENGE = "challenge"
    SOFT_ERROR = "soft-error"


RETRY_AFTER = 120  # seconds, as told by 429 and 503
HUGE_BYTES = 50_000_000

_BROKEN_XML = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>News & more</title><link>/</link>
<item><title>A title <b>never closed</title><link>/news/one/</link>
<item><title>The second & last</title><link>/news/two/"""

_RUSSIAN_FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Новости</title><link>/news/</link><description>Лента</description>
<item><title>Совет обсудил меры безопасности</title><link>/news/odin/</link><description>Заседание прошло в столице.</description></item>
</channel></rss>"""

_ERROR = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center><hr><center>nginx</center></body></html>"

_CHALLENGE = """<!DOCTYPE html><html><head><title>Just a moment...</title><meta http-equiv="refresh" content="15"></head>
<body><noscript>Enable JavaScript and cookies to continue</noscript><h1>Checking your browser before accessing the site.</h1>
<p>This process is automatic. Your browser will redirect to your requested content shortly.</p><p>Ray ID: 8f2c11ab90de</p></body></html>"""

_SOFT_ERROR = """<!DOCTYPE html><html><head><title>Page not found</title></head>
<body><h1>Page not found</h1><p>If you entered a web address please check it was correct. Status code: 404</p></body></html>"""


def troubled(trouble: Trouble, request: Request) -> Response:
    """Return what a server in this trouble sends, whatever it was asked for."""
    return _elsewhere(request) if trouble is Trouble.LOOP else _ANSWERS[trouble]


def _elsewhere(request: Request) -> Response:
    turn = int(request.parameters.get("turn", "0"))
    return redirect(f"{request.path}?turn={1 - turn % 2}", 302)


def _error(words: str, status: int, *headers: tuple[str, str]) -> Response:
    return html(_ERROR.format(f"{status} {words}"), status, "utf-8", *headers)


_ANSWERS = {
    Trouble.HANG: Response(manner=Manner.HANG),
    Trouble.HUGE: Response(200, b"<p>word</p>" + b" " * 39_989, (("Content-Type", "text/html"),), repeat=HUGE_BYTES // 40_000),
    Trouble.BROKEN_XML: xml(_BROKEN_XML),
    Trouble.WRONG_CHARSET: Response(200, _RUSSIAN_FEED.encode("windows-1251"), (("Content-Type", "text/xml; charset=utf-8"),)),
    Trouble.HTML_FEED: html("<!DOCTYPE html><html><head><title>Welcome</title></head><body><p>We have a new site.</p></body></html>"),
    Trouble.ERROR: _error("Internal Server Error", 500),
    Trouble.FORBIDDEN: _error("Forbidden", 403),
    Trouble.GONE: _error("Gone", 410),
    Trouble.THROTTLED: _error("Too Many Requests", 429, ("Retry-After", str(RETRY_AFTER))),
    Trouble.MAINTENANCE: _error("Service Unavailable", 503, ("Retry-After", str(RETRY_AFTER))),
    Trouble.RESET: Response(200, b"<html><body><p>The first half of a page", (("Content-Type", "text/html"),), Manner.RESET),
    Trouble.EMPTY: html(""),
    Trouble.CHALLENGE: html(_CHALLENGE),
    Trouble.SOFT_ERROR: html(_SOFT_ERROR),
}
assert set(_ANSWERS) | {Trouble.LOOP} == set(Trouble)
