"""Nobody can use what is shown, and its owner knows it."""

from __future__ import annotations

import pytest

from deploy.cli.explain.masked import masked
from schemas.contact import WebPushKeys, WebPushTarget
from schemas.delivery import EmailTo, MobilePushTo, Target, WebPushTo


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        (EmailTo(address="anna.lee@example.com"), "a***@example.com"),
        (EmailTo(address="é@example.com"), "é***@example.com"),
        (EmailTo(address='"a@b"@example.com'), '"***@example.com'),
        (EmailTo(address="@example.com"), "***@example.com"),
        (EmailTo(address="no-address"), "***"),
        (MobilePushTo(token="f" * 140 + "a1b2"), "***a1b2"),
        (MobilePushTo(token="short-token"), "***"),
        (MobilePushTo(token=""), "***"),
    ],
)
def test_an_address_or_token_is_masked(target: Target, shown: str) -> None:
    """A domain and the end of a long token stay; of a short one nothing."""
    assert masked(target) == shown


def test_a_browser_is_its_push_service_and_the_end_of_its_endpoint() -> None:
    """The path of an endpoint is the right to push to it (RFC 8030 section 8.3)."""
    keys = WebPushKeys(p256dh="p", auth="a")
    endpoint = "https://fcm.googleapis.com/fcm/send/dJ4kP0aBcDeFgHiJkLmNoPqRsT:wXyZ"

    assert masked(WebPushTo(target=WebPushTarget(endpoint=endpoint, keys=keys))) == "fcm.googleapis.com/***wXyZ"
    assert masked(WebPushTo(target=WebPushTarget(endpoint="nonsense", keys=keys))) == "***/***"
