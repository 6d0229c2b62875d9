"""A notification as FCM takes it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from channels.mobile_push.message import LIMIT, encoded
from channels.render.bounds import BODY, PICTURE_BYTES, TITLE, URL_BYTES
from channels.testing.fcm_message import violation
from tests.channels.mobile_push.samples import CONTENT, NOW, delivery

TOKEN = "dQw4w9WgXcQdQw4w9WgXcQ:APA91b" + "x" * 134


def message(device: str = TOKEN, ttl: float = 3600.0, **content: Any) -> dict[str, Any]:
    body = encoded(replace(CONTENT, **content), delivery(device), device, ttl=ttl, now=NOW)
    found: dict[str, Any] = json.loads(body)["message"]
    return found


def test_the_whole_of_it() -> None:
    """Title, body and picture once; data as texts; a repeat replaces what came before it on both systems."""
    assert message() == {
        "token": TOKEN,
        "notification": {"title": CONTENT.title, "body": CONTENT.body, "image": CONTENT.image_url},
        "data": {
            "url": CONTENT.url,
            "tag": CONTENT.tag,
            "decision_id": "f3b9b1a2-2c64-5a52-9a55-6f1de8b5a7c3",
            "milestone": "documents-1000",
        },
        "android": {
            "collapse_key": CONTENT.tag,
            "priority": "normal",
            "ttl": "3600s",
            "notification": {"tag": CONTENT.tag},
        },
        "apns": {
            "headers": {
                "apns-collapse-id": CONTENT.tag,
                "apns-expiration": "1800003600",
                "apns-priority": "5",
                "apns-push-type": "alert",
            },
            "payload": {"aps": {"mutable-content": 1, "thread-id": CONTENT.tag}},
        },
        "fcm_options": {"analytics_label": "documents-1000"},
    }


def test_the_device_is_named_by_what_it_registered() -> None:
    """A registration token goes into `token`, a Firebase installation id into `fid`: FCM refuses either elsewhere."""
    assert "fid" not in message(TOKEN)
    found = message("cA1b2C3d4E5f6G7h8I9j0K")
    assert (found["fid"], "token" in found) == ("cA1b2C3d4E5f6G7h8I9j0K", False)
    assert message("xA1b2C3d4E5f6G7h8I9j0K")["token"] == "xA1b2C3d4E5f6G7h8I9j0K"


def test_without_a_picture() -> None:
    """Nothing stands for it, and the app's extension is not woken."""
    found = message(image_url=None)
    assert "image" not in found["notification"]
    assert "mutable-content" not in found["apns"]["payload"]["aps"]


def test_now_or_never() -> None:
    """With a time to live of 0 both systems drop what cannot be shown at once."""
    found = message(ttl=0)
    assert (found["android"]["ttl"], found["apns"]["headers"]["apns-expiration"]) == ("0s", "0")


@pytest.mark.parametrize("letter", ["\N{PARTY POPPER}", '"', "\\", "é", "<"])
def test_the_largest_message_fits(letter: str) -> None:
    """Within the bounds of the renderer, whatever the letters, FCM has no reason to refuse it."""
    largest = replace(
        CONTENT,
        title=letter * TITLE,
        body=letter * BODY,
        url="https://acme.example/".ljust(URL_BYTES, "u"),
        image_url="https://acme.example/".ljust(PICTURE_BYTES, "i"),
        tag="t" * 32,
    )
    longest = "m" * 64
    body = encoded(largest, delivery(TOKEN, milestone=longest), TOKEN, ttl=2_419_200.0, now=NOW)
    found = json.loads(body)["message"]
    assert violation(found) is None
    assert len(body) - len(TOKEN) <= LIMIT
    assert len(found["apns"]["headers"]["apns-collapse-id"]) <= 64
    assert found["notification"]["title"] == letter * TITLE


def test_half_a_character_is_our_fault() -> None:
    """Half a surrogate pair cannot be sent: an error, not bytes that FCM would refuse."""
    with pytest.raises(ValueError, match="UTF-8"):
        message(title="\ud83c")


def test_messages_of_one_milestone_share_nothing_of_their_own() -> None:
    """Their form is made once; each has its own texts, also one that looks like a place in the form."""
    for device, title, url in (("a" * 30, '"', "https://acme.example/1"), ("b" * 30, "\ue000tag", "https://b.example")):
        found = message(device, title=title, url=url)
        assert (found["token"], found["notification"]["title"], found["data"]["url"]) == (device, title, url)


def test_a_message_to_nobody_is_refused() -> None:
    """As firebase-admin does."""
    with pytest.raises(ValueError, match="nobody"):
        message("")
