"""What every list has in common: addresses made canonical, each release once, the list itself left out."""

from collections.abc import Iterable
from dataclasses import replace

from service import urls
from service.models import Entry, Snapshot, Source


def tidy(entries: Iterable[Entry], source: Source, snapshot: Snapshot) -> tuple[Entry, ...]:
    """Return the entries that the source wants, in their order, by clean addresses, the first of each ``urls.address_key``.

    What is no web address is dropped, and so is the address of the list itself.
    """
    seen = {key for own in (source.url, snapshot.url, snapshot.final_url) if (key := key_of(own))}
    kept = []
    for entry in entries:
        key = key_of(entry.url)
        if key is None or key in seen:
            continue
        seen.add(key)
        address = urls.clean(entry.url)
        if urls.wanted(address, source.include, source.exclude):
            kept.append(entry if address == entry.url else replace(entry, url=address))
    return tuple(kept)


def key_of(url: str) -> str | None:
    """Return the ``urls.address_key`` of an address, or None for what is no web address."""
    try:
        return urls.address_key(url)
    except ValueError:
        return None


def web_links(base: str, hrefs: Iterable[str]) -> tuple[str, ...]:
    """Return the clean absolute addresses that these mean on a page at ``base``, each once, in their order."""
    found: dict[str, str] = {}
    for href in hrefs:
        address = urls.absolute(base, href)
        key = address and key_of(address)
        if address and key:
            found.setdefault(key, urls.clean(address))
    return tuple(found.values())
