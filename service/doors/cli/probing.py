"""``presswatch probe`` and ``presswatch add``: what would be tracked at an address, and to begin with it."""

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.errors import UsageError
from service.models import Kind, Probe, Reading, Source
from service.text import displayed
from service.urls import has_password, is_web

from . import screen
from .call import Call, pass_call

if TYPE_CHECKING:
    from service.bootstrap import House

ENTRIES_SHOWN = 8
TEXT_SHOWN = 400  # letters of the reading
_ID = re.compile(r"[a-z0-9-]+")
BROWSER = click.option("--browser", is_flag=True, help="Read the pages as a browser builds them: for those that scripts make.")


@click.command(epilog="For example: presswatch probe https://example.org/news/")
@click.argument("url", metavar="URL")
@BROWSER
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_call
def probe(call: Call, url: str, browser: bool, as_json: bool) -> None:
    """Look at an address and say what would be tracked there: what kind it is, which releases, how one reads. Stores nothing."""
    with call.house() as house:
        found = look(house, url, browser=browser)
    if as_json:
        screen.say_json(probe_json(found))
        return
    for line in (*found_lines(found), *entry_lines(found), *reading_lines(found)):
        screen.say(line)
    asked = f"{found.url} --browser" if found.source.render else found.url
    screen.say(f"\nTo watch it: presswatch add {asked}\nor paste this into sources.toml:\n")
    screen.say(toml(found))


@click.command(epilog="For example: presswatch add https://example.org/news/ --id example")
@click.argument("url", metavar="URL")
@click.option("--id", "source_id", metavar="ID", help="Its short name: a-z, 0-9 and -.  [default: from the address]")
@click.option("--name", metavar="NAME", help="Its name for people.  [default: from the page]")
@BROWSER
@pass_call
def add(call: Call, url: str, source_id: str | None, name: str | None, browser: bool) -> None:
    """Probe an address and write it into sources.toml, keeping its comments."""
    if source_id is not None and not _ID.fullmatch(source_id):
        raise click.BadParameter(f"{source_id!r} has more than a-z, 0-9 and -", param_hint="--id")
    with call.house() as house:
        found = look(house, url, source_id, name, browser=browser)
        source = added(house.settings.config_dir, found)
        written = house.settings.config_dir / "sources.toml"
    for line in (*found_lines(found), *entry_lines(found)):
        screen.say(line)
    screen.say(f"\nWritten into {written}: source {source.id}, {source.url}")
    screen.say(f"To look at it now: presswatch refresh {source.id}\nTo keep watching: presswatch run")


def look(house: "House", url: str, source_id: str | None = None, name: str | None = None, *, browser: bool = False) -> Probe:
    """Return what is found at an address, with the source to write down for it; raises ``UsageError`` where there is nothing to read."""
    if has_password(url):
        raise UsageError("an address with a name and password in it is not asked for: give it without them")
    if not is_web(url):
        raise UsageError(f"{url!r} is no web address. It starts with https:// or http://")
    found = house.probe(url, on_step, "browser" if browser else None)
    named = displayed(found.source.name) if name is None else name
    return replace(found, source=replace(found.source, id=source_id or found.source.id, name=named or found.source.id))


def on_step(words: str) -> None:
    """Tell on a terminal what is being waited for."""
    if sys.stderr.isatty():
        screen.hint(f"{screen.safe(words)} ...")


def added(config_dir: Path, found: Probe) -> Source:
    """Write the source of a probe into sources.toml and return it as it will be read."""
    from service.settings import add_source

    (table,) = tomllib.loads(toml(found))["source"]
    return add_source(config_dir, table)


def found_lines(found: Probe) -> tuple[str, ...]:
    """Return what lies at the address, a line each."""
    facts = (
        ("address", screen.safe(found.url)),
        ("list at", screen.safe(found.final_url) if found.final_url != found.url else ""),
        ("kind", str(found.kind)),
        ("title", screen.safe(found.title)),
        ("language", screen.safe(found.language)),
        *(("feed", screen.safe(feed)) for feed in found.feeds),
        *(("warning", screen.safe(warning)) for warning in found.warnings),
    )
    return (*(f"{name:<9} {words}" for name, words in facts if words), *_template_lines(found))


def _template_lines(found: Probe) -> Iterator[str]:
    """Yield what the sample taught of the pages; nothing of a single page, which has no siblings."""
    from service.render import template_lines

    if found.kind is not Kind.PAGE:
        yield "\nThe template that the sample taught:"
        yield from (f"  {screen.safe(line)}" for line in template_lines(found.template))


def entry_lines(found: Probe) -> tuple[str, ...]:
    """Return the first releases that were found, two lines each."""
    if not found.entries:
        return ("\nNo releases were found there.",)
    if found.kind is Kind.PAGE:
        return ("\nNo list: this one page is what is watched.",)
    lines = [f"\nReleases found: {len(found.entries)}" + (", the first of them:" if len(found.entries) > ENTRIES_SHOWN else "")]
    for entry in found.entries[:ENTRIES_SHOWN]:
        lines.append(f"  {screen.safe(entry.published) or 'no date':<25}  {screen.safe(entry.title) or '(no title)'}")
        lines.append(f"  {'':<25}  {screen.safe(entry.url)}")
    return tuple(lines)


def reading_lines(found: Probe) -> tuple[str, ...]:
    """Return how the first release reads that could be read, so that a person can judge whether it is the release alone."""
    if not found.readings:
        return ("\nNone of the releases could be read.",) if found.entries else ()
    reading = found.readings[0]
    text = screen.safe(" ".join(block.text for block in reading.blocks))
    shown = text if len(text) <= TEXT_SHOWN else f"{text[:TEXT_SHOWN].rsplit(' ', 1)[0]} ..."
    parts = f"{len(reading.blocks)} blocks, {len(text.split())} words, {len(reading.attachments)} attachments, found by: {reading.method}"
    return ("\nHow one of them reads:", f"  {screen.safe(reading.title)}", f"  {_dates(reading)}; {parts}", f"  {shown}")


def _dates(reading: Reading) -> str:
    published = f"published {screen.safe(reading.published)}" if reading.published else "publication date unknown"
    return f"{published}, modified {screen.safe(reading.modified)}" if reading.modified else published


def toml(found: Probe) -> str:
    """Return the lines for sources.toml."""
    from service.settings import source_toml

    return source_toml(found.source)


def probe_json(found: Probe) -> dict[str, Any]:
    """Return a probe for programs."""
    from service.render import template_json

    entries = [{"url": entry.url, "title": entry.title, "published": entry.published} for entry in found.entries]
    readings = [
        {
            "title": reading.title,
            "published": reading.published,
            "modified": reading.modified,
            "method": reading.method,
            "text": reading.text,
        }
        for reading in found.readings
    ]
    return {
        "url": found.url,
        "final_url": found.final_url,
        "kind": str(found.kind),
        "title": found.title,
        "language": found.language,
        "feeds": list(found.feeds),
        "template": template_json(found.template),
        "entries": entries,
        "readings": readings,
        "warnings": list(found.warnings),
        "source": found.source.id,
        "toml": toml(found),
    }
