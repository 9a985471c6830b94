"""The index of the archive as players of web archives read it (pywb): CDXJ, one line for each answer, sorted by address and moment.

An address is written as a sort key (SURT: host from its end, no scheme, no ``www.``, small letters, arguments in order), so that
spellings of one address stand together. Sessions in addresses are not looked for, as other indexers do.
"""

import heapq
import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from .records import Record, http_of, members

_KINDS = ("response", "revisit")
_WWW = re.compile(r"www\d*\.")
_PLAIN = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"  # what is written as it is, besides letters and digits
_PORTS = {"http": 80, "https": 443}


def index(folder: Path) -> Iterator[bytes]:
    """Yield the lines of all files of a folder, sorted; one file's lines are in memory at a time, the others lie on disk meanwhile."""
    with ExitStack() as open_files, tempfile.TemporaryDirectory(prefix="presswatch-cdxj-") as place:
        sorted_lines = []
        for number, path in enumerate(sorted(folder.glob("*.warc.gz"))):
            portion = Path(place) / str(number)
            portion.write_bytes(b"".join(sorted(_lines(path))))
            sorted_lines.append(open_files.enter_context(portion.open("rb")))
        yield from heapq.merge(*sorted_lines)


def surt(url: str) -> str:
    """Return the sort key of an http(s) address as it goes on the wire: its host is ASCII."""
    parts = urlsplit(url.strip())
    host = _WWW.sub("", (parts.hostname or "").strip("."), count=1) if _WWW.match(parts.hostname or "") else parts.hostname or ""
    port = f":{parts.port}" if parts.port not in (None, _PORTS.get(parts.scheme)) else ""
    path = _steps(_spelt(parts.path)).lower() or "/"
    path = path.rstrip("/") or "/" if path.endswith("/") and len(path) > 1 else path
    query = "&".join(sorted(_spelt(parts.query).lower().split("&"), key=lambda pair: pair.split("=", 1)))
    return f"{','.join(reversed(host.split('.')))}{port}){path}{'?' + query if query else ''}"


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for member in members(file):
            if member.record.field("WARC-Type") in _KINDS:
                yield _line(member.record, path.name, member.offset, len(member.packed))


def _line(record: Record, name: str, offset: int, length: int) -> bytes:
    status_line, headers, _ = http_of(record)
    media = next((value for key, value in headers if key.lower() == "content-type"), "unk").partition(";")[0].strip()
    url = record.field("WARC-Target-URI")
    told = {
        "url": url,
        "mime": "warc/revisit" if record.field("WARC-Type") == "revisit" else media,
        "status": status_line.split()[1],
        "digest": record.field("WARC-Payload-Digest"),
        "length": str(length),
        "offset": str(offset),
        "filename": name,
    }
    moment = re.sub(r"\D", "", record.field("WARC-Date"))[:14]
    return f"{surt(url)} {moment} {json.dumps(told)}\n".encode()


def _spelt(text: str) -> str:
    """Return a part of an address in its one spelling: everything unescaped, then escaped once."""
    before, now = b"", text.encode()
    while now != before:
        before, now = now, unquote_to_bytes(now)
    return quote_from_bytes(now, safe=_PLAIN)


def _steps(path: str) -> str:
    """Return a path without empty steps, ``.`` and ``..``."""
    kept: list[str] = []
    for step in path.split("/")[1:]:
        if step == ".." and kept:
            kept.pop()
        elif step not in (".", ".."):
            kept.append(step)
    return "/" + "/".join(step for number, step in enumerate(kept) if step or number == len(kept) - 1)
