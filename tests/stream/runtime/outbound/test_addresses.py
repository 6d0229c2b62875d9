from __future__ import annotations

import pytest

from stream.runtime.outbound.addresses import is_public

PUBLIC = [
    "142.250.74.10",
    "34.107.65.5",
    "2a00:1450:4001:82a::200a",
    "2620:1ec:a92::156",
    "::ffff:142.250.74.10",
    "64:ff9b::142.250.74.10",
]
CLOSED = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.9.9.9",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:224.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::10.0.0.1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:8efa:4a0a::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_what_the_internet_reaches_is_public(address: str) -> None:
    """Push services live there; behind NAT64 (RFC 6052), too."""
    assert is_public(address)


@pytest.mark.parametrize("address", CLOSED)
def test_what_only_we_may_reach_is_not(address: str) -> None:
    """This machine, its neighbours, the metadata of a cloud, and IPv6 forms that lead to any of them."""
    assert not is_public(address)


def test_what_is_no_address() -> None:
    """A resolver that gives a name is a fault, not a public address."""
    with pytest.raises(ValueError, match="does not appear"):
        is_public("fcm.googleapis.com")
