"""Real releases before and after a real edit, served as one site: what does the pipeline make of each pair?

By hand, all pairs of a set: ``python -m tests.pairs govuk`` (or ``debian``, ``usgov``, ``drought``).
"""

import base64
import gzip
import json
import os
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape
from pathlib import Path
from typing import Any

from service.text import folded

from .newsroom import Newsroom, Release, Site
from .newsroom.wire import Request, Response
from .newsroom.wire import html as page_of
from .watching import source, watch

# What the corpus' own machine labelled wrongly. Besides these, a pair whose two pages say the same words in the same blocks is no
# content edit (an entity, a picture or a tag of the site's generator was rewritten in the source); see ``_label``.
_MISLABELLED = {
    "govuk-134": "content_edit",  # a notice of maintenance is the release here, and its words were edited
    "govuk-161": "content_edit",
    "debian-169": "boilerplate_only",  # only the line of the date
    "debian-173": "boilerplate_only",
    "debian-182": "boilerplate_only",
    "debian-192": "no_visible_change",  # dashes of another length
    "debian-196": "no_visible_change",
    "debian-178": "no_visible_change",  # only a row of dashes
    "usgov-133": "no_visible_change",  # only a row of asterisks
    "usgov-011": "link_or_image_only",  # links that lead elsewhere
    "usgov-157": "link_or_image_only",
    "usgov-158": "link_or_image_only",
    "usgov-057": "content_edit",  # the markup of a link, broken and therefore shown, is mended
    "usgov-059": "content_edit",
}

_SHELL = """<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} - The newsroom</title></head><body>
<header><a href="/">The newsroom</a><nav><ul><li><a href="/">News</a></li><li><a href="/about">About us</a></li></ul></nav></header>
{body}
<footer><p>Built by the press office.</p><p><a href="/contact">Contact</a></p></footer></body></html>"""


@dataclass(frozen=True)
class Pair:
    """One release as it was before and after; ``expected`` is the class of what happened, ``machine_label`` what the corpus calls it."""

    id: str
    expected: str
    before: bytes
    after: bytes
    labels: tuple[str, ...] = ()
    machine_label: str = ""


class PairSite(Site):
    """A site of pairs: all as they were before, until ``turn``."""

    list_path = "/"

    def __init__(self, pairs: Sequence[Pair]) -> None:
        super().__init__(releases=())
        self.pairs = {f"/{pair.id}": pair for pair in pairs}
        self.turned = False

    def page(self, release: Release, request: Request) -> Response:
        return self.respond(request)

    def respond(self, request: Request) -> Response:
        if request.path == "/":
            rows = "".join(f'<li><a href="{path}">The release that is known as {path[1:]}</a></li>' for path in self.pairs)
            return page_of(_SHELL.format(lang="en", title="News", body=f"<main><h1>News</h1><ul>{rows}</ul></main>"))
        pair = self.pairs.get(request.path)
        if pair is None:
            return self.not_found(404)
        return Response(200, pair.after if self.turned else pair.before, (("Content-Type", "text/html"),))


# An offered document is told apart from the words: a sentence that the corpus calls added is often one's name.
_SORTS = {("links",): "links", ("attachments",): "files", ("links", "attachments"): "files"}


def met(expected: str, outcome: str) -> bool:
    """Return whether what was reported is what the corpus expects of a pair of this class."""
    silent = {"nothing", "cosmetic", "held"}
    return {
        "content_edit": outcome in ("edited", "files"),
        "no_visible_change": outcome in silent,
        "charset_conversion": outcome in silent,
        "boilerplate_only": outcome in silent,
        "error_page": outcome in silent,
        "link_or_image_only": outcome in (*silent, "links", "files"),
    }[expected]


def outcomes(pairs: Sequence[Pair], folder: Path) -> dict[str, str]:
    """Serve pairs before and then after, and return by id what was reported: edited, files, links, cosmetic, held or nothing."""
    site = PairSite(pairs)
    with Newsroom(site), watch(folder, source("pairs", site.url, kind='"listing"')) as watched:
        first = watched.one()
        assert first.checked == len(pairs), first
        site.turned = True
        watched.one()
        told = {pair.id: "nothing" for pair in pairs}
        for line in watched.house.store.items():
            if line.outcome == "held":
                told[line.item_url.rsplit("/", 1)[-1]] = "held"
        for change in watched.changes():
            name = (change.item_url or "").rsplit("/", 1)[-1]
            if change.kind in ("edited", "withdrawn"):
                told[name] = "cosmetic" if change.significance == "cosmetic" else _SORTS.get(change.fields, change.kind)
        return told


def load(name: str, corpus: Path) -> list[Pair]:
    """Return all pairs of a set."""
    folder, page = {
        "govuk": ("govuk-news-edits", _govuk),
        "debian": ("debian-news-edits", _debian),
        "usgov": ("usgov-markdown-edits", _usgov),
        "drought": ("ca-drought-news", _drought),
    }[name]
    with gzip.open(corpus / folder / "pairs.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines.read().split("\n") if line]
    pairs = [Pair(row["id"], row["expect"]["class"], page(row["before"], row), page(row["after"], row), _labels(row)) for row in rows]
    return [replace(pair, expected=_label(pair), machine_label=pair.expected) for pair in pairs]


def _labels(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row["expect"].get("labels", ()))


def _label(pair: Pair) -> str:
    if pair.id in _MISLABELLED or pair.expected != "content_edit":
        return _MISLABELLED.get(pair.id, pair.expected)
    return "link_or_image_only" if _said(pair.before) == _said(pair.after) else "content_edit"


def _said(page: bytes) -> str:
    """Return the words of a page and where its blocks part, by no more than its markup."""
    text = page.decode("utf-8", "replace")
    parted = re.sub(r"\s*(?:</?(?:p|div|li|ul|ol|h\d|blockquote|br|hr|table|tr|td|pre|figure|center)\b[^>]*>\s*)+", " ¶ ", text)
    plain = folded(unescape(re.sub(r"<[^>]+>", "", parted)))
    return re.sub(r"\s*(?:¶\s*)+", "¶", plain)


def _dressed(title: str, body: str, lang: str = "en") -> bytes:
    return _SHELL.format(lang=lang, title=escape(title), body=body).encode("utf-8", "surrogatepass")


def _govuk(side: str, row: dict[str, Any]) -> bytes:
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", side, re.S)
    return _dressed(re.sub(r"<[^>]+>|\s+", " ", heading[1]).strip() if heading else "GOV.UK", side)


def _debian(side: dict[str, Any], row: dict[str, Any]) -> bytes:
    if "bytes_b64" in side:
        raw = base64.b64decode(side["bytes_b64"])
        title = re.search(rb"<define-tag pagetitle>(.*?)</define-tag>", raw)
        head = (
            b"<html><head><title>" + (title[1] if title else b"") + b"</title></head><body><h1>" + (title[1] if title else b"") + b"</h1>"
        )
        return head + re.sub(rb"<define-tag[^>]*>.*?</define-tag>|^#.*$", b"", raw, flags=re.M) + b"</body></html>"
    body = f'<main><h1>{side["title"]}</h1><p class="date">{side["date"]}</p>{side["body_html"]}</main>'
    return _dressed(side["title"], body, row.get("lang", "en"))


def _usgov(side: str, row: dict[str, Any]) -> bytes:
    from markdown_it import MarkdownIt

    parts = side.split("---", 2)
    matter, text = (parts[1], parts[2]) if len(parts) == 3 else ("", side)
    text = _published(text)
    facts = dict(re.findall(r"^(\w+):[ \t]*(.*)$", matter, re.M))
    title, deck = (facts.get(key, "").strip().strip("\"'") for key in ("title", "deck"))
    head = f'<h1>{title}</h1><p class="date">{facts.get("date", "")[:10]}</p><p>{deck}</p>'
    body = f"<main><article>{head}{MarkdownIt().render(text)}</article></main>"
    return _dressed(unescape(title), body)


def _published(text: str) -> str:
    """Return Markdown as its site generator passes it on: shortcodes, tags and filters replaced by what they stand for."""
    text = re.sub(r"\(https:\{\{< legacy-img src=\"([^\")]*)\)", r"(\1)", text)  # cut off in the source
    text = re.sub(r"\{\{[<%]\s*(?:rel)?(?:ref|link|tmp)\b[^\"]*\"([^\"]*)\"\s*[>%]\}\}", _address, text)
    text = re.sub(r"\{\{[<%]\s*[\w-]*img[\w-]*\s(.*?)[>%]\}\}", _picture, text)
    text = re.sub(r"\{%.*?\bimg=(.*?)%\}", "", text)
    text = re.sub(r"\{\{[<%]\s*[\w-]+\s(.*?)[>%]\}\}", lambda match: " ".join(re.findall(r"\"([^\"]*)\"", match[1])), text)
    text = re.sub(r"\{\{\s*\"([^\"]*)\"\s*\|\s*(?:url|absURL|relURL|team_link)\s*\}\}", r"\1", text)
    return re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.S)


def _address(match: re.Match[str]) -> str:
    return "/" + match[1].removesuffix("/").rsplit("/", 1)[-1].removesuffix(".md")


def _picture(match: re.Match[str]) -> str:
    facts = dict(re.findall(r"(\w+)=\"([^\"]*)\"", match[1]))
    return f"![{facts.get('alt', '')}](/{facts.get('src', '').rsplit('/', 1)[-1]}) {facts.get('caption', '')} "


def _drought(side: dict[str, Any], row: dict[str, Any]) -> bytes:
    return _dressed(side["title"], f"<main><article><h1>{side['title']}</h1>{side['content']}</article></main>")


def shares(pairs: Sequence[Pair], told: dict[str, str]) -> Iterator[str]:
    """Yield a line for each expected class: how many met it, and what became of the others."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.expected].append(pair)
    for name, group in sorted(groups.items()):
        good = sum(met(name, told[pair.id]) for pair in group)
        others = Counter(told[pair.id] for pair in group if not met(name, told[pair.id]))
        yield f"{name:20} {good:4} of {len(group):4} = {good / len(group):6.1%}   otherwise: {dict(others)}"


def main() -> None:
    corpus = Path(os.environ.get("PRESSWATCH_CORPUS", Path(__file__).parent.parent.parent / "shared" / "corpus"))
    for name in sys.argv[1:]:
        pairs = load(name, corpus)
        with tempfile.TemporaryDirectory() as folder:
            told = outcomes(pairs, Path(folder))
        by_machine = [replace(pair, expected=pair.machine_label) for pair in pairs]
        print(f"{name}, as the corpus labels its pairs", *shares(by_machine, told), sep="\n  ")
        print(f"{name}, as a person labels those that failed", *shares(pairs, told), sep="\n  ")
        if os.environ.get("PAIRS_VERBOSE"):
            for pair in pairs:
                if not met(pair.expected, told[pair.id]):
                    print("   ", pair.id, pair.expected, told[pair.id], *pair.labels)


if __name__ == "__main__":
    main()
