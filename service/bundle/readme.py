"""What an editor or a lawyer reads first: what a bundle shows, and what it does not."""

import re
from collections.abc import Sequence

from service.models import ChangeLine, Proof
from service.render import moment

from .sides import Side

_TEXT = """\
Evidence of change {number}: {summary}

  release   {title}
            {url}
  source    {source}
  kind      {kind}
  happened  {happened}
  found     {found} (all times are UTC)

WHAT IS IN HERE

{sides}
  diff.html         what differs, to be opened in any browser; it needs no network
  change.json       the change and both sides, for programs
  captures.warc.gz  the same answers in the format of web archives (WARC, ISO 28500), with the addresses, moments, redirects, the
                    network address of the server that answered, and the SHA-256 of its TLS certificate where it had one
  ledger.json       where the change and both versions stand in presswatch's ledger
  SHA256SUMS        the digest of every file here
  check.py          recomputes all of it

HOW TO CHECK IT

  python3 -I -S check.py

in this folder. It needs Python 3.8 or newer and nothing else: no installation, no network. It is short, so that whoever doubts it can
read it. It names every file that is not as it was. Without Python: sha256sum -c SHA256SUMS.

WHAT THIS SHOWS

- At the moments told, presswatch asked the address told, over the internet, and got the answers that are in this folder, byte by byte.
- What stood in the first answer and not in the second one, and the other way round, is what diff.html marks.
- What was edited was edited between the last look that saw the old text and the first that saw the new one: the two moments above.
- Every file is the one that was packed: one altered letter is told by check.py.

WHAT THIS DOES NOT SHOW

- Not who made the change, nor why.
- Not that the publisher vouches for the answers. They came from the server that answers at that address; its certificate, where it had
  one, was checked against the usual authorities. The publisher signed nothing, and other visitors may have been shown another page.
- Not what stood there between the looks.
{ledger}{copies}

The body of an answer is kept as it was after unpacking (gzip, br): headers that spoke of the packed bytes are named X-Archive-Orig-...
in headers.txt. Values of request headers that may be secret were never written down. The text of a release (text.txt, reading.json) is
what presswatch reads of a page: without menus, adverts and the like. Who doubts that looks at the page itself.
"""
_COPIED = """
- Not what the copy by a web archive says: it is none of ours and not in this folder. presswatch asked for it, after it had found the
  version it stands with; whoever looks at it there has the word of a third party for what was served at its own moment."""
_UNSIGNED = """\
- Digests in this folder tell alterations since it was packed. Whoever could repack all of it could make new ones, for no checkpoint
  of the ledger speaks of this change yet: make this bundle again in a minute, or compare it with another copy."""
_SIGNED = """\
- Not, by itself, that the records are as old as they say. ledger.json leads from the change and both versions to a checkpoint of
  presswatch's ledger, signed {moment}. Whoever was given that checkpoint at the time (on paper, by mail, by a
  time-stamp authority) can tell that nothing of this was altered since; whoever has a later one can have presswatch hold its whole
  ledger against it (presswatch verify --checkpoint). A checkpoint that nobody else has proves less: who holds the key can sign another
  ledger. check.py shows the checkpoint and the key."""


def readme(line: ChangeLine, sides: Sequence[Side], proofs: Sequence[Proof] = ()) -> str:
    """Return the text, the same for the same change."""
    return _TEXT.format(
        number=line.id,
        summary=_plain(line.summary) or line.kind,
        title=_plain(line.title) or "(no title)",
        url=line.item_url or "(the source as a whole)",
        source=line.source,
        kind=", ".join((line.kind, line.significance, *line.classes)),
        happened=f"between {moment(line.not_before)} and {moment(line.not_after)}"
        if line.not_before
        else f"before {moment(line.not_after)}",
        found=moment(line.detected_at),
        sides="\n".join(text for one in sides for text in _side(one)) or "  No texts: this change is not about the words of a release.",
        ledger=_ledger(proofs),
        copies=_COPIED if any(one.copy is not None for one in sides) else "",
    )


def _ledger(proofs: Sequence[Proof]) -> str:
    notes = [proof.checkpoint for proof in proofs]
    return _SIGNED.format(moment=notes[-1].split("\n")[3]) if notes and all(notes) else _UNSIGNED


def _side(one: Side) -> tuple[str, ...]:
    version = one.version
    lines = [f"  {one.name + '/':<17} version {version.number}, first seen {moment(version.seen_from)}"]
    if version.reading is None:
        lines.append(f"  {'':<17} (the release was no longer served)")
    if one.copy is not None:
        lines.append(f"  {'':<17} a web archive says it copied the release at {moment(one.copy.copied_at)}:")
        lines.append(f"  {'':<17} {one.copy.url}")
    if one.capture is None:
        return (*lines, f"  {'':<17} without the answer as served: {one.missing}")
    names = {name.partition("/")[2]: words for name, words in _named(one)}
    return (*lines, *(f"    {name:<15} {words}" for name, words in names.items()))


def _named(one: Side) -> list[tuple[str, str]]:
    words = {
        "text.txt": "its text as presswatch reads it",
        "reading.json": "the same with its links, in the form that is digested (exact_hash in change.json)",
        "headers.txt": "the headers of the answer",
        "request.txt": "what was asked",
        "picture.png": "a picture of the page",
    }
    is_built = one.capture is not None and one.capture.snapshot.built is not None
    page = "the page as a browser built it by its scripts; its text was read from it" if is_built else "the answer itself"
    sorts = {"page": page, "served": "the answer that the browser began with", "data": "what the scripts of the page fetched"}
    return [(name, words.get(name.partition("/")[2]) or sorts[re.split(r"[-.]", name.partition("/")[2])[0]]) for name, _ in one.files()]


def _plain(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
