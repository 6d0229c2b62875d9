from __future__ import annotations

import pytest

from channels.testing import base64url
from channels.testing.user_agent import UserAgent
from channels.web_push.encryption import KeysError, encrypted
from schemas.contact import WebPushKeys

BROWSER = UserAgent()


def test_only_the_browser_reads_it() -> None:
    """And no two messages are alike: salt and key pair are new for each (RFC 8291 section 3.1)."""
    keys = WebPushKeys(p256dh=BROWSER.p256dh, auth=BROWSER.auth)
    first, second = encrypted(keys, b"Ten!"), encrypted(keys, b"Ten!")

    assert BROWSER.decrypt(first) == BROWSER.decrypt(second) == b"Ten!"
    assert first[:16] != second[:16]
    assert first[21:86] != second[21:86]


def test_padding_is_allowed() -> None:
    """Old browsers and some libraries write base64url with it."""
    keys = WebPushKeys(p256dh=BROWSER.p256dh + "=", auth=BROWSER.auth + "==")

    assert BROWSER.decrypt(encrypted(keys, b"Ten!")) == b"Ten!"


POINT = base64url.decode(BROWSER.p256dh)
BAD = {
    "p256dh empty": {"p256dh": "="},
    "p256dh short": {"p256dh": BROWSER.p256dh[:-4]},
    "p256dh long": {"p256dh": BROWSER.p256dh + "AAAA"},
    "p256dh of other characters": {"p256dh": "!" + BROWSER.p256dh[1:]},
    "p256dh not ASCII": {"p256dh": "é" * 87},
    "p256dh off the curve": {"p256dh": base64url.encode(POINT[:-1] + bytes([POINT[-1] ^ 1]))},
    "p256dh compressed": {"p256dh": base64url.encode(bytes([2 + POINT[-1] % 2]) + POINT[1:33])},
    "p256dh hybrid": {"p256dh": base64url.encode(bytes([6 + POINT[-1] % 2]) + POINT[1:])},
    "p256dh zero": {"p256dh": base64url.encode(bytes(65))},
    "auth short": {"auth": BROWSER.auth[:-4]},
    "auth long": {"auth": BROWSER.auth + "AAAA"},
    "auth of other characters": {"auth": "*" * 22},
    "auth empty": {"auth": ""},
}


@pytest.mark.parametrize("changed", BAD.values(), ids=BAD)
def test_bad_keys(changed: dict[str, str]) -> None:
    """One error for all of them, which holds no key."""
    keys = WebPushKeys(**{"p256dh": BROWSER.p256dh, "auth": BROWSER.auth, **changed})
    with pytest.raises(KeysError) as raised:
        encrypted(keys, b"Ten!")

    assert not any(each in str(raised.value) for each in changed.values() if len(each) > 1)
