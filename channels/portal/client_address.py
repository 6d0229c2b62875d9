"""Who asks: the address of a client, behind a known number of proxies."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

from starlette.requests import HTTPConnection


def client_of(connection: HTTPConnection, trusted_proxies: int) -> str:
    """Return the client as the name of its rate limit: an IPv4 address, or the /64 network of an IPv6 one.

    Each proxy adds on the right of X-Forwarded-For whom it heard from, so what lies left of the last
    `trusted_proxies` entries was written by the client and is not believed.
    """
    peer = connection.client.host if connection.client else ""
    forwarded = [each.strip() for each in ",".join(connection.headers.getlist("x-forwarded-for")).split(",")]
    chain = [*filter(None, forwarded), peer]
    return name_of(chain[max(0, len(chain) - 1 - trusted_proxies)])


def name_of(address: str) -> str:
    """Return the client of an address: the address, or the /64 network of an IPv6 one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:_LONGEST]
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    # One household has 2**64 addresses; each with a bucket of its own would be no limit.
    return str(IPv6Network((int(parsed), 64), strict=False))


_LONGEST = 64
"""Characters of what is no address, such as `unknown` (RFC 7239 section 6.2)."""
