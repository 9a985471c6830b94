"""``presswatch show``: a release as it reads, now or then."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from service.errors import UsageError
from service.models import Memento, Reading, Release, VersionLine

from . import moments, screen
from .call import Call, pass_call
from .named import Numbered, memento_named, tracked

if TYPE_CHECKING:
    from service.archive import Capture
    from service.bootstrap import House

_MOST_THEIRS = 5  # mementos of others that are listed


@click.command(epilog="For example: presswatch show https://example.org/news/7 --at yesterday")
@click.argument("url", metavar="URL")
@click.option(
    "--version", type=Numbered(), metavar="N", help="That version; 1 is the first we saw, m7 is somebody else's.  [default: the latest]"
)
@click.option("--at", metavar="TIME", help="As it was seen then: 2026-11-21T14:30, 2h, 3d, yesterday.")
@click.option("--evidence", is_flag=True, help="How it was served: addresses, status, headers, who answered, its certificate, digests.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_call
def show(call: Call, url: str, version: str | None, at: str | None, evidence: bool, as_json: bool) -> None:
    """A release: its title, its dates, its text, and when we saw it so; with --evidence how it was served instead of its text."""
    if version is not None and at is not None:
        raise click.UsageError("--version and --at do not go together")
    with call.house() as house:
        if version is not None and version.startswith("m"):
            _show_theirs(house, url, version, evidence=evidence, as_json=as_json)
            return
        number = None if version is None else int(version)
        release = tracked(house, url, number, moments.option("--at", at, house.clock.now()))
        if release.version is None:
            raise UsageError(_no_such_version(release, number, at))
        kept = _captured(house, release.version) if evidence else None
        others = house.store.mementos.of(release.item_url)
    if as_json:
        from service.render import capture_json, show_json

        told = {"evidence": capture_json(kept.snapshot, kept.seen_again)} if kept is not None else {}
        screen.say_json({**show_json(release), **told})
        return
    for line in (*head(release, release.version), *_theirs(others)):
        screen.say(line)
    screen.say()
    screen.say(body(release.version.reading) if kept is None else _served(kept, release.version))


def _show_theirs(house: "House", url: str, name: str, *, evidence: bool, as_json: bool) -> None:
    """Show what somebody else captured of a release."""
    from service.render import show_memento_json

    release = tracked(house, url)
    memento = memento_named(house, release.item_url, name)
    if as_json:
        screen.say_json(show_memento_json(release.item_url, memento))
        return
    zone, (captured, imported) = moments.local_column((memento.captured_at, memento.imported_at))
    lines = (
        screen.safe(memento.title) or "(no title)",
        screen.safe(release.item_url),
        f"memento {memento.name}: captured by {screen.safe(memento.keeper)}, which says at {captured} {zone}".rstrip(),
        f"got from {screen.safe(memento.url)} at {imported} {zone}".rstrip(),
        "Not seen by this presswatch: it is the word of somebody else.",
    )
    facts = f"page  SHA-256 {memento.payload}\nrecord  {memento.snapshot or '(not kept)'}\ntext  SHA-256 {memento.exact_hash}"
    screen.say("\n".join(lines) + "\n")
    screen.say(facts if evidence else body(memento.reading))


def _theirs(mementos: Sequence[Memento]) -> Iterator[str]:
    """Yield what others captured of a release: the first few of it."""
    for one in mementos[:_MOST_THEIRS]:
        yield f"{one.name}, captured by {screen.safe(one.keeper)}: {one.captured_at:%Y-%m-%d %H:%M} UTC, {screen.safe(one.url)}"
    if len(mementos) > _MOST_THEIRS:
        yield f"and {len(mementos) - _MOST_THEIRS} more that others captured, up to {mementos[-1].name}"


def _captured(house: "House", version: VersionLine) -> "Capture":
    if not version.snapshot:
        raise UsageError(f"no raw answer was kept of version {version.number}: [keep] snapshots was off, or it is older than that")
    return house.archive.capture(version.snapshot)


def _served(kept: "Capture", version: VersionLine) -> str:
    from service.render import capture_lines

    facts = [*capture_lines(kept.snapshot, kept.seen_again), ("record", version.snapshot), ("text", f"SHA-256 {version.exact_hash}")]
    return "\n".join(f"{name:<14}  {value}" for name, value in facts)


def _no_such_version(release: Release, version: int | None, at: str | None) -> str:
    if version is not None:
        return f"{release.item_url} has {release.versions} version(s): there is no version {version}"
    if at is not None:
        return f"we had not seen {release.item_url} yet at {at}"
    return f"no text of {release.item_url} was read yet. To look now: presswatch refresh {release.item_url}"


def head(release: Release, version: VersionLine) -> tuple[str, ...]:
    """Return what stands above the text, a line each, safe for a terminal."""
    published = f"published {screen.safe(release.published)}" if release.published else "publication date unknown"
    language = f", language {screen.safe(release.language)}" if release.language else ""
    return (
        screen.safe(version.title) or "(no title)",
        screen.safe(release.item_url),
        f"source {release.source}, {release.state}, {published}{language}",
        f"version {version.number} of {release.versions}, seen from {_seen(version)}",
        *_copied(release, version),
        *_repeats(release),
        *(f"in another language: {screen.safe(other.item_url)} {screen.safe(other.title)}" for other in release.translations),
    )


def _copied(release: Release, version: VersionLine) -> tuple[str, ...]:
    """Return where a web archive has copied it."""
    copy = release.copy_of(version.number)
    if copy is None:
        return ()
    zone, (when,) = moments.local_column((copy.copied_at,))
    return (f"a web archive copied it at {when} {zone}".rstrip() + f": {screen.safe(copy.url)}",)


def _repeats(release: Release) -> tuple[str, ...]:
    """Return what the first version said that another release had said before it."""
    if release.repeats is None:
        return ()
    other = screen.safe(release.repeats.item_url)
    if release.repeats.percent == 100:
        return (f"came with the same text as {other}",)
    return (f"came with nearly the same text as {other} ({release.repeats.percent} % of it)",)


def body(reading: Reading | None) -> str:
    """Return the text of a version with a blank line between its blocks, safe for a terminal."""
    if reading is None:
        return "(no longer served: this version says so)"
    texts = [_block(block.tag, screen.safe(block.text)) for block in reading.blocks]
    texts += [f"[attachment] {screen.safe(link.text)} {screen.safe(link.url)}".replace("  ", " ") for link in reading.attachments]
    return "\n\n".join(texts) if texts else "(no text)"


def _block(tag: str, text: str) -> str:
    return f"- {text}" if tag == "li" else f"> {text}" if tag == "blockquote" else text


def _seen(version: VersionLine) -> str:
    zone, (earlier, later) = moments.local_column((version.seen_from, version.seen_until))
    return f"{earlier} until {later} {zone}".rstrip()
