"""Which addresses belong to the open internet, and which are somebody's inside (server-side request forgery).

An explicit list, because what ``ipaddress`` calls global differs between patch releases of Python (``3fff::/20`` is missing in 3.11.7).
"""

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# IANA special-purpose registries (RFC 6890, updated 2024); and cloud metadata that sits on a public address
_CLOSED_4 = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; 100.100.100.200 serves metadata
        "127.0.0.0/8",
        "168.63.129.16/32",  # metadata of Azure
        "169.254.0.0/16",  # link-local; 169.254.169.254 serves metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays, given up by RFC 7526
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_OPEN_6 = ipaddress.IPv6Network("2000::/3")  # all global unicast there is
_CLOSED_6 = tuple(
    ipaddress.IPv6Network(net)
    for net in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4 carries any IPv4 address inside
        "3fff::/20",
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the only way to IPv4 from some networks


def is_public(text: str) -> bool:
    """Return whether an IP address in text form, zone index included, is one of the open internet.

    An IPv4 address mapped into IPv6 or translated by NAT64 counts as what it carries. Raises ``ValueError`` for what is no address.
    """
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in net for net in _CLOSED_4)
    carried = address.ipv4_mapped or (ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None)
    if carried is not None:
        return is_public(str(carried))
    return address in _OPEN_6 and not any(address in net for net in _CLOSED_6)
