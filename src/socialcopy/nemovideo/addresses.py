"""Which addresses a link may lead to.

A name is looked up once, every address it has is looked at, and the connection goes to one of
them: a second look-up could be answered otherwise (DNS rebinding). What counts is the address, so
`2130706433`, `0x7f.1` and `[::ffff:127.0.0.1]` are seen for what they are.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence

from socialcopy.nemovideo.errors import UnsafeLinkError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# All that IANA hands out to hosts.
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")

# RFC 6052: the last four bytes are an IPv4 address behind a translator.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

# Public by their number, and answered inside: Oracle's metadata, 6to4 relays, Azure's host.
CLOUD_SERVICES = tuple(
    ipaddress.IPv4Network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")
)


def is_public(host: str) -> bool:
    """Tell whether a host is known and all its addresses can be reached from anywhere."""
    try:
        return bool(safe_addresses(host))
    except UnsafeLinkError:
        return False


def safe_addresses(host: str, private: Sequence[Network] = ()) -> tuple[str, ...]:
    """Look a host's addresses up, once: all public, or inside a named private network.

    Raises UnsafeLinkError for a host that is unknown or has any other address.
    """
    found = _resolved(host)
    for address in found:
        if _is_inside(address) and not any(address in network for network in private):
            raise UnsafeLinkError(f"{host} leads to {address}, which is not public")
    return tuple(str(address) for address in found)


def _resolved(host: str) -> tuple[Address, ...]:
    try:
        # Also reads `2130706433` and `0x7f.1`, as the C library of whoever connects would.
        entries = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        raise UnsafeLinkError(f"{host} is not known") from exc
    return tuple(dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in entries))


def _is_inside(address: Address) -> bool:
    """Tell whether an address, or the IPv4 one written into it, is no public one of a host."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _embedded(address)
        if inner is not None:
            return _is_inside(inner)
        return not address.is_global or address not in GLOBAL_UNICAST
    is_served_inside = any(address in network for network in CLOUD_SERVICES)
    return not address.is_global or address.is_multicast or is_served_inside


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that a stack, a relay or a translator would go to instead.

    >>> [str(_embedded(ipaddress.IPv6Address(a))) for a in ("::ffff:10.0.0.8", "64:ff9b::7f00:1")]
    ['10.0.0.8', '127.0.0.1']
    """
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
