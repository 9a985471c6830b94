"""The same text in other markup."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ..wire import Request, Response
from .base import Noise, Retouch, header, shows_release

if TYPE_CHECKING:
    from ..site import Site

_TAG = re.compile(r"<([a-z][a-z0-9]*)((?: [\w:-]+=\"[^\"]*\"){2,})(\s*/?)>")
_ATTRIBUTE = re.compile(r" [\w:-]+=\"[^\"]*\"")
_TEXT = re.compile(r"(?<=>)[^<>]+(?=<)")
_SCRIPT = re.compile(r"(<(?:script|style)\b.*?</(?:script|style)>)", re.S)


class AttributeOrder(Retouch):
    """Attributes in another order at every request."""

    def retouch(self, site: "Site", request: Request, page: str) -> str:
        def shuffled(found: re.Match[str]) -> str:
            attributes = _ATTRIBUTE.findall(found[2])
            site.noise.shuffle(attributes)
            return f"<{found[1]}{''.join(attributes)}{found[3]}>"

        return _TAG.sub(shuffled, page)


class Typography(Retouch):
    """Quotes straight or curly, spaces that break or not, soft hyphens and zero-width spaces: others at every request."""

    everywhere = False

    def retouch(self, site: "Site", request: Request, page: str) -> str:
        parts = _SCRIPT.split(page)
        return "".join(part if _SCRIPT.fullmatch(part) else _TEXT.sub(lambda found: self.set(site, found[0]), part) for part in parts)

    def set(self, site: "Site", text: str) -> str:
        if site.noise.random() < 0.5:
            text = text.replace("“", '"').replace("”", '"').replace("’", "'")
        if site.noise.random() < 0.5:
            text = re.sub(r"(?<=\d) (?=\w)", "\xa0", text)
        if site.noise.random() < 0.5:
            text = re.sub(r"\b(\w{5})(\w{5,})", "\\1\xad\\2", text)
        return text


class HashedClasses(Retouch):
    """A build of style sheets that names every class anew, now and then: each day."""

    def retouch(self, site: "Site", request: Request, page: str) -> str:
        build = f"{site.now().toordinal() % 4096:03x}"
        return re.sub(r'class="([\w-]+)', lambda found: f'class="{found[1]}_{build}', page)


class Whitespace(Retouch):
    """Comments, indentation and empty elements that come and go."""

    def retouch(self, site: "Site", request: Request, page: str) -> str:
        gap = "\n" + " " * site.noise.randrange(8)
        return page.replace("</p>", f"</p>{gap}<!-- {site.token(6)} --><span></span>")


class Redesigned(Retouch):
    """The whole site made anew, with the same texts: other elements, other classes, another frame."""

    tags = (("article", "section"), ("main", "div"), ("aside", "div"), ("header", "div"), ("footer", "div"), ("h1", "h2"))

    def retouch(self, site: "Site", request: Request, page: str) -> str:
        page = re.sub(r' class="([^"]*)"', lambda found: f' class="v2-{found[1][::-1].replace(" ", "-")}"', page)
        for old, new in self.tags:
            page = re.sub(rf"<(/?){old}\b", rf"<\1{new}", page)
        page = re.sub(r"<body([^>]*)>", r'<body\1><div id="app"><nav><ul><li>Newsroom</li><li>Media</li></ul></nav><div class="v2">', page)
        return page.replace("</body>", "</div><div>All rights reserved. Terms of use. Privacy.</div></div></body>")


class PdfRemade(Noise):
    """PDFs that are made anew at every request: the same text in other bytes."""

    def serve(self, site: "Site", request: Request, response: Response) -> Response:
        if header(response, "content-type") == "application/pdf" and shows_release(site, request, response):
            return replace(response, body=response.body + f"% {site.token()}\n".encode())
        return response
