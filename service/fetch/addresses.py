"""Which addresses belong to the open internet, and which are somebody's inside (server-side request forgery).

An explicit list, because what ``ipaddress`` calls global differs between patch releases of Python (``3fff::/20`` is missing in 3.11.7).
"""

import ipaddress
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Inside:
    """Why an address is none of the open internet. ``may_be_allowed``: some newsrooms live there, and a setting lets us ask them."""

    words: str
    may_be_allowed: bool = True


_HERE = Inside("on this machine itself")
_PRIVATE = Inside("on a private network")
_LINK = Inside("on the local link")
_PROVIDER = Inside("behind a provider's translation")
_EXAMPLE = Inside("an address for examples and tests")
_METADATA = Inside("where a cloud hands out its secrets", may_be_allowed=False)
_MANY = Inside("many machines at once", may_be_allowed=False)
_TUNNEL = Inside("a tunnel that may end anywhere", may_be_allowed=False)
_RESERVED = Inside("an address of no public network", may_be_allowed=False)

# IANA special-purpose registries (RFC 6890, updated 2024), and where clouds serve metadata; the first that fits tells why
_CLOSED_4 = tuple(
    (ipaddress.IPv4Network(net), why)
    for net, why in (
        ("169.254.169.254/32", _METADATA),  # nearly all of them
        ("169.254.170.2/32", _METADATA),  # containers of Amazon
        ("100.100.100.200/32", _METADATA),  # Alibaba
        ("168.63.129.16/32", _METADATA),  # Azure, on a public address
        ("192.0.0.192/32", _METADATA),  # Oracle
        ("0.0.0.0/8", _HERE),
        ("127.0.0.0/8", _HERE),
        ("10.0.0.0/8", _PRIVATE),
        ("172.16.0.0/12", _PRIVATE),
        ("192.168.0.0/16", _PRIVATE),
        ("100.64.0.0/10", _PROVIDER),
        ("169.254.0.0/16", _LINK),
        ("192.0.2.0/24", _EXAMPLE),
        ("198.18.0.0/15", _EXAMPLE),
        ("198.51.100.0/24", _EXAMPLE),
        ("203.0.113.0/24", _EXAMPLE),
        ("192.88.99.0/24", _TUNNEL),  # 6to4 relays, given up by RFC 7526
        ("192.0.0.0/24", _RESERVED),
        ("224.0.0.0/4", _MANY),
        ("255.255.255.255/32", _MANY),
        ("240.0.0.0/4", _RESERVED),
    )
)
_CLOSED_6 = tuple(
    (ipaddress.IPv6Network(net), why)
    for net, why in (
        ("fd00:ec2::254/128", _METADATA),  # Amazon
        ("fd20:ce::254/128", _METADATA),  # Google
        ("::/127", _HERE),
        ("64:ff9b:1::/48", _PRIVATE),  # NAT64 of a network of one's own (RFC 8215)
        ("fc00::/7", _PRIVATE),
        ("fec0::/10", _PRIVATE),  # site-local, given up by RFC 3879 and still routed in places
        ("fe80::/10", _LINK),
        ("2001:db8::/32", _EXAMPLE),
        ("3fff::/20", _EXAMPLE),
        ("2001::/32", _TUNNEL),  # Teredo
        ("2002::/16", _TUNNEL),  # 6to4 carries any IPv4 address inside
        ("ff00::/8", _MANY),
        ("2001::/23", _RESERVED),  # protocol assignments
    )
)
_OPEN_6 = ipaddress.IPv6Network("2000::/3")  # all global unicast there is
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the only way to IPv4 from some networks
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
# IPv4-compatible (RFC 4291, section 2.5.5.1) and -translated (RFC 2765): what they carry tells why, but none of them leads outside
_OLD_CARRIERS = (ipaddress.IPv6Network("::/96"), ipaddress.IPv6Network("::ffff:0:0:0/96"))


def is_public(text: str) -> bool:
    """Return whether an IP address in text form, zone index included, is one of the open internet.

    An IPv4 address mapped into IPv6 or translated by NAT64 counts as what it carries. Raises ``ValueError`` for what is no address.
    """
    return inside(text) is None


def inside(text: str) -> Inside | None:
    """Return why an address, as in ``is_public``, is none of the open internet; None for one that is."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv4Address):
        return next((why for net, why in _CLOSED_4 if address in net), None)
    if address in _MAPPED or address in _NAT64:
        return inside(_carried(address))
    found = next((why for net, why in _CLOSED_6 if address in net), None)
    if found is None and any(address in net for net in _OLD_CARRIERS):
        found = inside(_carried(address))
    return found or (None if address in _OPEN_6 else _RESERVED)


def _carried(address: ipaddress.IPv6Address) -> str:
    return str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
