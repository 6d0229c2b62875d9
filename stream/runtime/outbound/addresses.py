"""Which addresses a host of the world can have: those that the whole internet reaches. Pure."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address


def is_public(text: str) -> bool:
    """Whether an address in its usual text form is one that the whole internet reaches.

    A name server answers what its owner likes, so a host that is let in can lead to a neighbour of ours: to the
    machine itself, a private network, the metadata service of a cloud (169.254.169.254). An IPv6 address that carries
    an IPv4 address is judged by that one where a network really translates so (RFC 4291 section 2.5.5.2, RFC 6052).

    Raises:
        ValueError: it is no address.
    """
    address = ip_address(text)
    if isinstance(address, IPv4Address):
        return _is_public_4(address)
    carried = _carried(address)
    return _is_public_4(carried) if carried is not None else _is_public_6(address)


def is_loopback(text: str) -> bool:
    """Whether it is this machine.

    Raises:
        ValueError: it is no address.
    """
    return ip_address(text).is_loopback


def _is_public_4(address: IPv4Address) -> bool:
    return address.is_global and not any(address in network for network in _CLOSED_4)


def _is_public_6(address: IPv6Address) -> bool:
    return address in _UNICAST and address.is_global and not any(address in network for network in _CLOSED_6)


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFF_FFFF) if address in _NAT64 else None


# Written out although `is_global` knows most of them: what it knows differs between releases of Python.
_CLOSED_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",  # carrier-grade NAT, RFC 6598
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.88.99.0/24",  # 6to4 relays, RFC 7526
            "192.168.0.0/16",
            "198.18.0.0/15",  # benchmarks, RFC 2544
            "224.0.0.0/3",  # multicast and reserved; `is_global` is true for multicast
        ),
    )
)
_UNICAST = IPv6Network("2000::/3")
"""All that is handed out to anybody (RFC 4291 section 2.4); site-local fec0::/10 is outside, and `is_global`."""
_CLOSED_6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # Teredo (RFC 4380), benchmarks, ORCHID
            "2001:db8::/32",
            "2002::/16",  # 6to4, RFC 7526: it carries any IPv4 address
            "3fff::/20",  # documentation, RFC 9637
        ),
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052 section 2.1. The local-use prefix 64:ff9b:1::/48 (RFC 8215) is outside 2000::/3, so it is refused."""
