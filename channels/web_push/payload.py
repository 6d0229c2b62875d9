"""What a notification is on its way to the browser: the JSON that sw.js reads."""

from __future__ import annotations

import msgspec

from channels.render.content import PushContent

MOST = 3_993
"""Bytes: 4,096 of body less what aes128gcm takes (`channels.render.bounds` has the sum)."""


class PayloadError(Exception):
    """The content is not within its bounds. It holds nothing of it."""


class Payload(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The fields, named as `showNotification` has them; `url` is where a click leads."""

    title: str
    body: str
    url: str
    icon: str
    badge: str
    image: str | None = None
    tag: str
    lang: str


def payload_of(content: PushContent) -> bytes:
    """Return the JSON, in UTF-8: at most `MOST` bytes for content within its bounds.

    Raises:
        PayloadError: it is larger, so the content is not within its bounds.
    """
    payload = msgspec.json.encode(
        Payload(
            title=content.title,
            body=content.body,
            url=content.url,
            icon=content.icon_url,
            badge=content.badge_url,
            image=content.image_url,
            tag=content.tag,
            lang=content.language,
        )
    )
    if len(payload) > MOST:
        raise PayloadError(f"the notification has {len(payload)} bytes, and push services take {MOST}")
    return payload
