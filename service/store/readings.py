"""Readings as kept: what is displayed goes into a text that versions share, the rest with the version. Pure."""

import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, groupby, repeat
from typing import Any

from service.fingerprint import canonical_bytes, reading_from
from service.models import Link, Reading

from . import texts

_WITHOUT_RULE = 6  # values of what was kept before there were rules


def pack(reading: Reading) -> tuple[bytes, bytes]:
    """Return a reading as its displayed part (canonical, whose SHA-256 is the exact fingerprint) and the rest, both uncompressed."""
    paths = [[path, len(list(run))] for path, run in groupby(block.path for block in reading.blocks)]
    rest = [
        paths,
        reading.modified,
        reading.language,
        [[image.url, image.text] for image in reading.images],
        reading.canonical,
        reading.method,
        reading.rule,
        reading.notes,
    ]
    return canonical_bytes(reading), texts.plain_json(rest)


def unpack(displayed: bytes, rest: bytes) -> Reading:
    """Return the reading that ``pack`` was given. Raises ``ValueError`` for bytes that are damaged."""
    paths, modified, language, images, canonical, method, rule, notes = _rest(rest)
    return replace(
        reading_from(displayed, _unrolled(paths)),
        modified=modified,
        language=language,
        images=tuple(Link(url, text) for url, text in images),
        canonical=canonical,
        method=method,
        rule=rule,
        notes=tuple(notes),
    )


def _rest(rest: bytes) -> list[Any]:
    told: list[Any] = json.loads(rest.decode("utf-8", "surrogatepass"))
    return told if len(told) > _WITHOUT_RULE else [*told, "", ()]


def _unrolled(paths: Iterable[tuple[str, int]]) -> Iterable[str]:
    return chain.from_iterable(repeat(path, times) for path, times in paths)
