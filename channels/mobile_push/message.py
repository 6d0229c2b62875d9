"""A notification as FCM's HTTP v1 API takes it."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec
from firebase_admin import messaging

from channels.render.content import PushContent
from schemas.delivery import Delivery

LIMIT = 4_096
"""Bytes of a message to a device, its target left out. With the bounds of `channels.render.bounds` the largest has

title, body             4 x (100 + 300)            1,600
url, image              1,024 + 256                1,280
tag                     5 x 32                       160
decision, milestone     36 + 64 + 50                 150
names and punctuation                                440
                                                   3,630

The url stands in it once: a second one would not fit. So it is data only, and the app opens what `data.url` says.
"""

_INSTALLATION_ID = re.compile(r"[cdef][A-Za-z0-9_-]{21}")
"""A Firebase installation id: 17 bytes in base64url, cut to 22 characters, with 0111 as its first four bits."""
_LABEL = 50
"""Characters of an analytics label."""
_FORMS = 1_024
"""Bodies kept, some 2 kB each: milestones, with and without a picture."""
_TITLE, _BODY, _IMAGE, _URL, _TAG, _DECISION, _EXPIRATION, _DEVICE = (
    *("\ue000title", "\ue000body", "https://\ue000image", "\ue000url", "\ue000tag", "\ue000decision"),
    *("\ue000expiration", "\ue000device"),
)
"""What stands for texts in a form: a letter that no milestone has."""
_TEXT = re.compile('"((?:https://)?\ue000[a-z]+)"'.encode())


def encoded(content: PushContent, delivery: Delivery, device: str, *, ttl: float, now: float) -> bytes:
    """Return the body of the request, JSON in UTF-8.

    A repeat replaces what came before it: on its way by `collapse_key` and `apns-collapse-id`, on the screen by `tag`.
    The app reads `data`: url, tag, decision_id and milestone. Pictures of browsers are left out, for Android takes its
    icon from the app. The label of the analysis is the milestone, the same for everybody.

    Args:
        content: within the bounds of `channels.render.bounds`.
        delivery: what it says of the milestone and the decision.
        device: registration token, or Firebase installation id, which takes its place in newer apps.
        ttl: seconds for which FCM keeps it for a device that is off, 0 to 2,419,200.
        now: Unix time, seconds.

    Raises:
        ValueError: firebase-admin refuses it, or a text is no Unicode; a fault of ours.
    """
    subject = delivery.message.crossing or delivery.message.nudge
    milestone = subject.milestone if subject else ""
    target = "fid" if _INSTALLATION_ID.fullmatch(device) else "token"
    form = _form(milestone, target, has_image=content.image_url is not None, ttl=int(ttl))
    texts = {
        _TITLE: content.title,
        _BODY: content.body,
        _IMAGE: content.image_url or "",
        _URL: content.url,
        _TAG: content.tag,
        _DECISION: delivery.decision_id,
        _EXPIRATION: str(int(now + ttl) if ttl else 0),
        _DEVICE: device,
    }
    if not device:
        raise ValueError("a message to nobody")
    try:
        return b"".join([each if isinstance(each, bytes) else msgspec.json.encode(texts[each]) for each in form])
    except UnicodeEncodeError as error:
        raise ValueError(f"not JSON in UTF-8: {error}") from error


@lru_cache(_FORMS)
def _form(milestone: str, target: str, *, has_image: bool, ttl: int) -> tuple[bytes | str, ...]:
    """Return a body as firebase-admin makes and checks it, in pieces: the names of texts stand where those belong.

    It takes 40 us, a tenth of all that a message takes, and nothing in it but these texts is a message's own.

    Raises:
        ValueError: firebase-admin refuses it.
    """
    message = messaging.Message(
        notification=messaging.Notification(title=_TITLE, body=_BODY, image=_IMAGE if has_image else None),
        data={"url": _URL, "tag": _TAG, "decision_id": _DECISION, "milestone": milestone},
        android=messaging.AndroidConfig(
            collapse_key=_TAG,
            priority="normal",  # it is good news, but not worth waking a sleeping phone
            ttl=ttl,
            notification=messaging.AndroidNotification(tag=_TAG),
        ),
        apns=messaging.APNSConfig(
            headers={
                "apns-collapse-id": _TAG,
                "apns-expiration": _EXPIRATION,
                "apns-priority": "5",
                "apns-push-type": "alert",
            },
            payload=messaging.APNSPayload(
                # With mutable-content the app's extension may load the picture.
                messaging.Aps(thread_id=_TAG, mutable_content=has_image)
            ),
        ),
        fcm_options=messaging.FCMOptions(analytics_label=milestone[:_LABEL] or None),
    )
    # Set afterwards: the constructor's `token` warns that installation ids take its place, though FCM takes both.
    setattr(message, target, _DEVICE)
    # `str` is the public way to its encoder. That writes ASCII, where a letter may take 12 bytes: so once more.
    try:
        body = b'{"message":' + msgspec.json.encode(msgspec.json.decode(str(message))) + b"}"
    except msgspec.DecodeError as error:
        raise ValueError(f"not JSON in UTF-8: {error}") from error
    return tuple(each if at % 2 == 0 else each.decode() for at, each in enumerate(_TEXT.split(body)))
