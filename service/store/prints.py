"""Prints of addresses: what stands for an address in an index, however long it is (PostgreSQL takes 2.7 KB at most)."""

import hashlib

from service.urls import address_key


def key_print(key: str) -> bytes:
    """Return the 16 bytes that stand for an address key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:16]


def url_print(url: str) -> bytes | None:
    """Return the print of an address by its key; None for what is no web address: nothing can be found under it."""
    try:
        return key_print(address_key(url))
    except ValueError:
        return None
