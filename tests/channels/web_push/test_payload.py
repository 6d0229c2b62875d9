from __future__ import annotations

import json
from dataclasses import replace

import pytest

from channels.render.bounds import BODY, PICTURE_BYTES, TITLE, URL_BYTES
from channels.testing.user_agent import UserAgent
from channels.web_push.encryption import encrypted
from channels.web_push.payload import MOST, PayloadError, payload_of
from schemas.contact import WebPushKeys
from tests.channels.web_push.pushes import CONTENT

BODY_LIMIT = 4_096
"""Bytes that every push service takes (RFC 8030 section 7.2)."""


def test_what_the_service_worker_reads() -> None:
    """These names are the contract with sw.js; there is no image where there is none."""
    assert json.loads(payload_of(CONTENT)) == {
        "title": CONTENT.title,
        "body": CONTENT.body,
        "url": CONTENT.url,
        "icon": CONTENT.icon_url,
        "badge": CONTENT.badge_url,
        "tag": CONTENT.tag,
        "lang": "en",
    }
    assert json.loads(payload_of(replace(CONTENT, image_url="https://a.example/i")))["image"] == "https://a.example/i"


@pytest.mark.parametrize("character", ["x", '"', "\\", "\N{EURO SIGN}", "\N{PARTY POPPER}"])
def test_the_largest_content_fits(character: str) -> None:
    """Whatever the renderer may say by its bounds, the encrypted body is no larger than any push service takes."""
    picture = "https://a.example/".ljust(PICTURE_BYTES, "x")
    largest = replace(
        CONTENT,
        title=character * TITLE,
        body=character * BODY,
        url="https://a.example/".ljust(URL_BYTES, "x"),
        tag="t" * 32,
        icon_url=picture,
        badge_url=picture,
        image_url=picture,
        language="l" * 64,
    )
    browser = UserAgent()
    body = encrypted(WebPushKeys(p256dh=browser.p256dh, auth=browser.auth), payload_of(largest))

    assert len(body) <= BODY_LIMIT
    assert json.loads(browser.decrypt(body))["body"] == character * BODY


def test_what_a_body_takes() -> None:
    """`MOST` bytes of text make the largest body there may be, in one record."""
    browser = UserAgent()
    body = encrypted(WebPushKeys(p256dh=browser.p256dh, auth=browser.auth), b"x" * MOST)

    assert len(body) == BODY_LIMIT
    assert browser.decrypt(body) == b"x" * MOST


def test_content_beyond_its_bounds() -> None:
    """It is refused here, with its size alone, not by the push service with 413."""
    with pytest.raises(PayloadError, match="push services take 3993"):
        payload_of(replace(CONTENT, body="\N{PARTY POPPER}" * 1_000))
