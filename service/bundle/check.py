"""Check a presswatch evidence bundle: python3 -I -S check.py [FOLDER]

Recomputes every digest in the folder from the bytes up, with Python's standard library alone, and names each thing that does not hold.
Exit code 0: all of it holds; 1: something does not. It opens no network connection and changes nothing; the signature of the checkpoint is
held against its key by openssl, where that is installed (version 3), for Python's standard library cannot; else it says how to.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from typing import Any, Iterator  # noqa: UP035 - Python 3.8 shall run this

SUMS, CHANGE, CAPTURES, LEDGER = "SHA256SUMS", "change.json", "captures.warc.gz", "ledger.json"
NAME = "presswatch/ledger"
BREAK = b"\r\n\r\n"
KEY_PREFIX = bytes.fromhex("302a300506032b6570032100")  # of an Ed25519 public key in DER (RFC 8410)


class Checker:
    """What was looked at in a folder, and what of it does not hold."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wrong: list[tuple[str, str]] = []
        self.done: list[str] = []
        self.payloads: set[str] = set()  # digests of what the records hold
        self.answers: dict[str, bytes] = {}  # blocks of the records, by their identity
        self.built_of: dict[str, str] = {}  # the identity of the answer that a page was built of, by the digest of the page's record

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
        for step, name in ((self.check_sums, SUMS), (self.check_sides, CHANGE), (self.check_ledger, LEDGER)):
            try:
                step()
            except (ValueError, KeyError, TypeError, IndexError, AttributeError, zlib.error) as error:
                self.hold(False, name, f"cannot be understood: {error}")
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
        told, pointer = side["capture"], side["snapshot"].split(":")
        block = captures.get(pointer[3], b"") if len(pointer) == 4 else page_of(captures, side)
        head, _, body = block.partition(BREAK)
        if told.get("built"):  # the page itself was kept, and refers to the answer that a browser built it of
            head, body = self.answers.get(self.built_of.get(pointer[3], ""), b"").partition(BREAK)[0], block
        self.hold(bool(block), CAPTURES, f"does not hold the answer that version {side['version']} was read from")
        self.hold(hashlib.sha256(body).hexdigest() == told["sha256"], CAPTURES, f"holds another page than {name}/")
        self.hold(self.bytes_of(side["page"]) == body, side["page"], f"is not the page in {CAPTURES}")
        self.hold(self.bytes_of(f"{name}/headers.txt") == head + b"\r\n", f"{name}/headers.txt", f"is not what {CAPTURES} has")
        for part, digest in side.get("parts", {}).items():
            is_kept = digest in self.payloads and hashlib.sha256(self.bytes_of(part)).hexdigest() == digest
            self.hold(is_kept, part, f"is not what {CAPTURES} has")
        self.done.append(f"{name}: page, headers and text are those of version {side['version']}")

    def check_text(self, name: str, reading: dict[str, Any]) -> None:
        text = self.bytes_of(f"{name}/text.txt").decode("utf-8", "replace")
        parts = [reading["title"]] + ([reading["published"]] if reading["published"] else []) + reading["blocks"]
        parts += [f"[{sort}] {words} {url}" for sort in ("link", "attachment") for url, words in reading[sort + "s"]]
        is_same = text == ("\n\n".join(parts) + "\n").encode("utf-8", "replace").decode("utf-8")
        self.hold(is_same, f"{name}/text.txt", f"is not the text of {name}/reading.json")

    def check_ledger(self) -> None:
        """Each proof leads to its checkpoint, and what is proven is what change.json says."""
        if not (self.folder / LEDGER).exists():
            return
        told = json.loads(self.bytes_of(CHANGE).decode("utf-8", "surrogatepass"))
        proofs = json.loads(self.bytes_of(LEDGER).decode("utf-8", "surrogatepass"))["proofs"]
        entries = [json.loads(proof["entry"]) for proof in proofs]
        self.hold(sum(said["entry"] == "change" for said in entries) == 1, LEDGER, "does not prove the change")
        for name in ("before", "after"):
            numbers = [said["number"] for said in entries if said["entry"] == "version"]
            self.hold(name not in told or told[name]["version"] in numbers, LEDGER, f"does not prove the version of {name}/")
        for said in entries:
            self.check_entry(said, told)
        for note, key in dict.fromkeys((proof["checkpoint"], proof["key"]) for proof in proofs):
            self.check_note(note, key, [proof for proof in proofs if proof["checkpoint"] == note])

    def check_entry(self, said: dict[str, Any], told: dict[str, Any]) -> None:
        if said["entry"] == "change":
            names = ("source", "kind", "significance", "classes", "declared", "fields", "before_version", "after_version", "summary")
            is_same = said["change"] == told["change"]["id"] and all(said[name] == told["change"][name] for name in names)
            self.hold(is_same, CHANGE, f"is not the change that {LEDGER} proves")
        if said["entry"] == "version":
            side: dict[str, Any] = next(
                (told[name] for name in ("before", "after") if name in told and told[name]["version"] == said["number"]), {}
            )
            same = {"reason": "reason", "title": "title", "published": "published", "rule": "rule", "snapshot": "snapshot"}
            same.update({"content": "content_hash", "exact": "exact_hash", **({"text": "exact_hash"} if said["text"] else {})})
            is_same = bool(side) and all(said[name] == side[other] for name, other in same.items())
            self.hold(is_same, CHANGE, f"is not version {said['number']} as {LEDGER} proves it")

    def check_note(self, note: str, key: str, proofs: list[dict[str, Any]]) -> None:
        if not note:
            self.done.append(f"{LEDGER}: {len(proofs)} entries, which no checkpoint speaks of yet: nothing is proven by them so far")
            return
        text, _, rest = note.partition("\n\n")
        _, number, chain, moment = text.split("\n")
        for proof in proofs:
            found = led(proof)
            wanted = (int(number), base64.b64decode(chain))
            self.hold(found == wanted, LEDGER, f"has a proof (of entry {proof['number']}) that does not lead to its checkpoint")
        self.done.append(f"{LEDGER}: {len(proofs)} entries lead to the checkpoint at entry {number}, of {moment}: {chain}")
        named = hashlib.sha256(f"{NAME}\n".encode() + b"\x01" + bytes.fromhex(key)).digest()[:4]
        signature = base64.b64decode(rest.rpartition(" ")[2])
        written = f"\u2014 {NAME} {base64.b64encode(named + signature[4:]).decode()}\n"
        self.hold((text.split("\n")[0], rest) == (NAME, written), LEDGER, "has a checkpoint that is not written as one")
        is_signed = signed(text + "\n", signature[4:], bytes.fromhex(key))
        self.hold(is_signed is not False, LEDGER, "has a checkpoint that is not signed with the key told")
        public = base64.b64encode(KEY_PREFIX + bytes.fromhex(key)).decode()
        words = "signed with" if is_signed else "NOT CHECKED here (no openssl 3): it should be signed with"
        self.done.append(f"{LEDGER}: the checkpoint is {words} the Ed25519 key {public}")

    def captures(self) -> Iterator[tuple[str, bytes]]:
        """Yield each record's digest as stored, and its block; what a record's own digests say is looked at."""
        data = self.bytes_of(CAPTURES)
        parts: list[str] = []
        while data:
            stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
            plain = stream.decompress(data)
            packed, data = data[: len(data) - len(stream.unused_data)], stream.unused_data
            head, _, rest = plain.partition(BREAK)
            lines = [line.split(": ", 1) for line in head.decode("utf-8").split("\r\n")[1:]]
            fields = dict(lines)
            parts += [value for name, value in lines if name == "Presswatch-Part-Digest"]
            block = rest[: -len(BREAK)]
            self.hold(stream.eof and len(block) == int(fields["Content-Length"]), CAPTURES, "has a record that is not whole")
            self.hold(digest_fits(fields["WARC-Block-Digest"], block), CAPTURES, "has a record that is not what its digest says")
            if fields["WARC-Type"] == "response":
                body = block.partition(BREAK)[2]
                self.hold(digest_fits(fields["WARC-Payload-Digest"], body), CAPTURES, "has a page that is not what its digest says")
            self.payloads.add(fields.get("WARC-Payload-Digest", fields["WARC-Block-Digest"]).partition(":")[2])
            self.answers[fields["WARC-Record-ID"]] = block
            digest = hashlib.sha256(packed).hexdigest()
            self.built_of[digest] = fields.get("WARC-Refers-To", "")
            yield digest, block
        missing = {part.partition(":")[2] for part in parts} - self.payloads
        self.hold(not missing, CAPTURES, "does not hold all that a page in it was kept with")


def page_of(captures: dict[str, bytes], side: dict[str, Any]) -> bytes:
    """Return the answer with the page of a side: of versions that are older than digests in pointers."""
    wanted = side["capture"]["sha256"]
    return next((block for block in captures.values() if hashlib.sha256(block.partition(BREAK)[2]).hexdigest() == wanted), b"")


def digest_fits(told: str, data: bytes) -> bool:
    name, _, value = told.partition(":")
    found = hashlib.new(name, data)
    return value in (found.hexdigest(), base64.b32encode(found.digest()).decode())


def led(proof: dict[str, Any]) -> tuple[int, bytes]:
    """Return the number and the chain digest that a proof leads to."""
    chain = bytes.fromhex(proof["before"])
    own = hashlib.sha256(proof["entry"].encode("utf-8", "surrogatepass")).digest()
    for digest in [own] + [bytes.fromhex(digest) for digest in proof["after"]]:
        chain = hashlib.sha256(chain + digest).digest()
    return proof["number"] + len(proof["after"]), chain


def signed(text: str, signature: bytes, public: bytes) -> bool | None:
    """Return whether a text is signed with a key, as openssl says; None where it cannot say."""
    tool = shutil.which("openssl")
    if tool is None:
        return None
    with tempfile.TemporaryDirectory() as place:
        files = {"text": text.encode(), "signature": signature, "key": KEY_PREFIX + public}
        for name, data in files.items():
            (Path(place) / name).write_bytes(data)
        command = [tool, *"pkeyutl -verify -pubin -keyform DER -inkey key -rawin -in text -sigfile signature".split()]
        done = subprocess.run(command, cwd=place, capture_output=True, check=False)  # noqa: S603 - of constants, and a path of the system
    told = done.stdout + done.stderr
    return True if done.returncode == 0 else False if b"Verification Failure" in told else None


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(Checker(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent).run())
