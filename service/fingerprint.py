"""Identity of a reading, with the version of the rule that made it.

Anyone can recompute a print: SHA-256 over UTF-8 JSON without spaces, keys in the order written here. Raise ``RULE`` with every
change of this module or of ``text.folded`` that changes a print.
"""

import hashlib
import json
from collections.abc import Iterable
from itertools import repeat

from .models import Block, Fingerprint, Link, Reading
from .text import folded
from .urls import address_key

RULE = "1"

# below this many characters a body alone does not tell two releases apart ("Photo report"): its title must agree too
_TELLING = 160


def canonical_bytes(reading: Reading) -> bytes:
    """Return what is displayed of a reading as canonical JSON: title, published, block texts, links and attachments.

    What is not displayed, or is no words (images, paths of blocks, modified, canonical address), is no part of it.
    """
    return _canonical(
        {
            "title": reading.title,
            "published": reading.published,
            "blocks": [block.text for block in reading.blocks],
            "links": [[link.url, link.text] for link in reading.links],
            "attachments": [[link.url, link.text] for link in reading.attachments],
        }
    )


def reading_from(data: bytes, paths: Iterable[str] | None = None) -> Reading:
    """Return the reading whose ``canonical_bytes`` these are; its blocks are plain paragraphs, unless ``paths`` are theirs.

    Raises ``ValueError`` for bytes that are none, and for too few or too many paths.
    """
    told = json.loads(data.decode("utf-8", "surrogatepass"))
    texts = told["blocks"]
    return Reading(
        title=told["title"],
        published=told["published"],
        blocks=tuple(Block(path, text) for path, text in zip(paths or repeat("p", len(texts)), texts, strict=True)),
        links=tuple(Link(*pair) for pair in told["links"]),
        attachments=tuple(Link(*pair) for pair in told["attachments"]),
    )


def fingerprint(reading: Reading) -> Fingerprint:
    """Return the prints of a reading by the present rule. Equal ``exact`` means equal ``content`` and ``body``."""
    blocks = [text for text in (folded(block.text) for block in reading.blocks) if text]
    title = folded(reading.title)
    content = {
        "title": title,
        "published": reading.published,
        "blocks": blocks,
        "links": sorted({_target(link) for link in reading.links}),
        # a file replaced behind its address shows in the words beside it: "PDF, 245 KB"
        "attachments": sorted({(_target(link), folded(link.text)) for link in reading.attachments}),
    }
    body = " ".join(blocks)
    return Fingerprint(
        rule=RULE,
        content=_digest(_canonical(content)),
        exact=_digest(canonical_bytes(reading)),
        body=_digest((body if len(body) >= _TELLING else f"{title}\n{body}").encode("utf-8", "surrogatepass")),
    )


def _target(link: Link) -> str:
    try:
        return address_key(link.url)
    except ValueError:
        return link.url


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
