"""Real articles through all their versions, served as one site: each step is reported once, or silent, as its text says."""

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from html import unescape
from itertools import pairwise
from pathlib import Path

from service.text import folded

from . import pairs
from .newsroom import Newsroom
from .watching import source, watch

# What an oracle of no more than its markup takes for the release: the heading, the lead and the text.
_PARTS = (r"<h1\b[^>]*>(.*?)</h1>", r"<p class=\"gem-c-lead-paragraph[^>]*>(.*?)</p>", r"<div[^>]*class=\"[^\"]*govspeak[^>]*>(.*)")
_TEXT_ENDS = re.compile(r"<div[^>]*class=\"[^\"]*(?:gem-c-share-links|published-dates|contextual-footer)")
_SIZE = re.compile(r"\(?(?:[A-Z]{3,4}, )?\d+(?:\.\d+)? ?[KM]B(?:, \d+ pages?)?\)?")


def load(corpus: Path) -> dict[str, list[pairs.Pair]]:
    """Return each article by its address as its steps, a version before and the next one."""
    with gzip.open(corpus / "govuk-news-edits" / "chains.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines.read().split("\n") if line]
    versions: dict[str, list[str]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["seen"]):
        versions[row["url"]].append(row["html"])
    return {url: [_step(url, *step) for step in pairwise(found)] for url, found in versions.items()}


def _step(url: str, before: str, after: str) -> pairs.Pair:
    return pairs.Pair(url.rsplit("/", 1)[-1], _expected(before, after), dressed(before), dressed(after))


def dressed(side: str) -> bytes:
    """Return a version as a page; the collector took the element around it away from the older ones."""
    return pairs.dressed_govuk(side if "<main" in side else f"<main>{side}</main>")


def _expected(before: str, after: str) -> str:
    return "content_edit" if told(before) != told(after) else "link_or_image_only"


def told(side: str) -> list[str]:
    """Return the words of a release, by its markup alone; where its blocks part and how large its files are is no word."""
    parts = [match[1] for pattern in _PARTS if (match := re.search(pattern, side, re.S))]
    parts[-1] = _TEXT_ENDS.split(parts[-1])[0]
    plain = " ".join(unescape(re.sub(r"<[^>]+>", " ", part)) for part in parts)
    return re.findall(r"\w+", _SIZE.sub(" ", folded(plain)))


def replay(chains: Mapping[str, Sequence[pairs.Pair]], folder: Path) -> list[tuple[str, int, str, tuple[str, ...]]]:
    """Serve all articles version by version; return each step with what its text says and the outcomes reported of it, in order."""
    longest = max(map(len, chains.values()))
    site = pairs.PairSite({f"/{steps[0].id}": steps[0].before for steps in chains.values()})
    seen: list[tuple[str, int, str, tuple[str, ...]]] = []
    with Newsroom(site), watch(folder, source("chains", site.url, kind='"listing"')) as watched:
        watched.one()
        for number in range(longest):
            now = [steps[number] for steps in chains.values() if number < len(steps)]
            site.pages |= {f"/{pair.id}": pair.after for pair in now}
            known = {change.id for change in watched.changes()}
            watched.one()
            reported: dict[str, list[str]] = defaultdict(list)
            for change in watched.changes():
                if change.id not in known:
                    reported[(change.item_url or "").rsplit("/", 1)[-1]].append(pairs.outcome_of(change))
            seen += [(pair.id, number, pair.expected, tuple(reported.pop(pair.id, ()))) for pair in now]
            seen += [(name, number, "nothing new", tuple(outcomes)) for name, outcomes in reported.items()]
    return seen
