"""Check a presswatch evidence bundle: python3 -I -S check.py [FOLDER]

Recomputes every digest in the folder from the bytes up, with Python's standard library alone, and names each thing that does not hold.
Exit code 0: all of it holds; 1: something does not. It opens no other file, no network connection, and changes nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import zlib
from pathlib import Path
from typing import Any, Iterator  # noqa: UP035 - Python 3.8 shall run this

SUMS, CHANGE, CAPTURES = "SHA256SUMS", "change.json", "captures.warc.gz"
BREAK = b"\r\n\r\n"


class Checker:
    """What was looked at in a folder, and what of it does not hold."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wrong: list[tuple[str, str]] = []
        self.done: list[str] = []

    def hold(self, is_so: bool, name: str, words: str) -> None:
        """Note down that a file does not hold, unless it does."""
        if not is_so:
            self.wrong.append((name, words))

    def bytes_of(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            self.hold(False, name, f"cannot be read: {error.strerror}")
            return b""

    def run(self) -> int:
        for step in (self.check_sums, self.check_sides):
            try:
                step()
            except (ValueError, KeyError, TypeError, IndexError, AttributeError, zlib.error) as error:
                self.hold(False, CHANGE if step == self.check_sides else SUMS, f"cannot be understood: {error}")
        for line in self.done:
            say(f"holds       {line}")
        for name, words in dict.fromkeys(self.wrong):
            say(f"DOES NOT    {name}: {words}")
        say("\nSomething does not hold: see above." if self.wrong else "\nAll of it holds.")
        return 1 if self.wrong else 0

    def check_sums(self) -> None:
        """Every file has the digest that is written down, and there is no other file."""
        lines = self.bytes_of(SUMS).split(b"\n")
        body = b"".join(line + b"\n" for line in lines[:-2])
        seal = f"# seal {hashlib.sha256(body).hexdigest()}".encode()
        self.hold(lines[-2:] == [seal, b""], SUMS, "its last line is not the digest of those before it")
        named = {SUMS}
        for line in lines[:-2]:
            digest, _, name = line.decode("utf-8", "replace").partition("  ")
            named.add(name)
            is_inside = bool(name) and ".." not in name.split("/") and not name.startswith("/")
            self.hold(is_inside, SUMS, "names a file outside of the bundle")
            if is_inside:
                self.hold(hashlib.sha256(self.bytes_of(name)).hexdigest() == digest, name, "is not the file that was packed")
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            self.hold(path.is_dir() or name in named, name, "is no part of the bundle")
        self.done.append(f"{len(named) - 1} files have the digests of {SUMS}")

    def check_sides(self) -> None:
        """The captures are whole and are those that the change speaks of; pages, headers and texts are theirs."""
        told = json.loads(self.bytes_of(CHANGE).decode("utf-8", "surrogatepass"))
        captures = {}
        if any(told.get(name, {}).get("capture") for name in ("before", "after")):
            captures = dict(self.captures())
            self.done.append(f"{len(captures)} records of {CAPTURES} have the digests that they bear")
        for name in ("before", "after"):
            if name in told:
                self.check_side(name, told[name], captures)

    def check_side(self, name: str, side: dict[str, Any], captures: dict[str, bytes]) -> None:
        if side["reason"] != "tombstone":
            reading = self.bytes_of(f"{name}/reading.json")
            self.hold(hashlib.sha256(reading).hexdigest() == side["exact_hash"], f"{name}/reading.json", "is not the text of the version")
            self.check_text(name, json.loads(reading.decode("utf-8", "surrogatepass")))
        if side["capture"] is None:
            self.done.append(f"{name}: no raw answer was kept ({side['capture_missing']})")
            return
        block = captures.get(side["snapshot"].split(":")[3], b"") if side["snapshot"].count(":") == 3 else page_of(captures, side)
        head, _, body = block.partition(BREAK)
        self.hold(bool(block), CAPTURES, f"does not hold the answer that version {side['version']} was read from")
        self.hold(hashlib.sha256(body).hexdigest() == side["capture"]["sha256"], CAPTURES, f"holds another page than {name}/")
        self.hold(self.bytes_of(side["page"]) == body, side["page"], f"is not the page in {CAPTURES}")
        self.hold(self.bytes_of(f"{name}/headers.txt") == head + b"\r\n", f"{name}/headers.txt", f"is not what {CAPTURES} has")
        self.done.append(f"{name}: page, headers and text are those of version {side['version']}")

    def check_text(self, name: str, reading: dict[str, Any]) -> None:
        text = self.bytes_of(f"{name}/text.txt").decode("utf-8", "replace")
        parts = [reading["title"]] + ([reading["published"]] if reading["published"] else []) + reading["blocks"]
        parts += [f"[{sort}] {words} {url}" for sort in ("link", "attachment") for url, words in reading[sort + "s"]]
        is_same = text == ("\n\n".join(parts) + "\n").encode("utf-8", "replace").decode("utf-8")
        self.hold(is_same, f"{name}/text.txt", f"is not the text of {name}/reading.json")

    def captures(self) -> Iterator[tuple[str, bytes]]:
        """Yield each record's digest as stored, and its block; what a record's own digests say is looked at."""
        data = self.bytes_of(CAPTURES)
        while data:
            stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
            plain = stream.decompress(data)
            packed, data = data[: len(data) - len(stream.unused_data)], stream.unused_data
            head, _, rest = plain.partition(BREAK)
            fields = dict(line.split(": ", 1) for line in head.decode("utf-8").split("\r\n")[1:])
            block = rest[: -len(BREAK)]
            self.hold(stream.eof and len(block) == int(fields["Content-Length"]), CAPTURES, "has a record that is not whole")
            self.hold(digest_fits(fields["WARC-Block-Digest"], block), CAPTURES, "has a record that is not what its digest says")
            if fields["WARC-Type"] == "response":
                body = block.partition(BREAK)[2]
                self.hold(digest_fits(fields["WARC-Payload-Digest"], body), CAPTURES, "has a page that is not what its digest says")
            yield hashlib.sha256(packed).hexdigest(), block


def page_of(captures: dict[str, bytes], side: dict[str, Any]) -> bytes:
    """Return the answer with the page of a side: of versions that are older than digests in pointers."""
    wanted = side["capture"]["sha256"]
    return next((block for block in captures.values() if hashlib.sha256(block.partition(BREAK)[2]).hexdigest() == wanted), b"")


def digest_fits(told: str, data: bytes) -> bool:
    name, _, value = told.partition(":")
    found = hashlib.new(name, data)
    return value in (found.hexdigest(), base64.b32encode(found.digest()).decode())


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(Checker(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent).run())
