"""How the push services of browser makers word a refusal, for `PushService.answer`."""

from __future__ import annotations

import json

from channels.testing.script import Answer


def apple(status: int, reason: str) -> Answer:
    """As web.push.apple.com: a reason in JSON."""
    return Answer(status, json.dumps({"reason": reason}), {"apns-id": "4f1c0b1e-7b6f-4c52-9b0e-2f1f8b0c1d2e"})


def mozilla(status: int, errno: int, message: str = "", *, retry_after: int | None = None) -> Answer:
    """As updates.push.services.mozilla.com: the code, and autopush's own number for the reason."""
    document = {
        "code": status,
        "errno": errno,
        "error": "refused",
        "message": message or "Request did not validate",
        "more_info": "http://autopush.readthedocs.io/en/latest/http.html#error-codes",
    }
    return Answer(status, json.dumps(document), {} if retry_after is None else {"Retry-After": str(retry_after)})


def chrome(status: int, words: str) -> Answer:
    """As fcm.googleapis.com: plain words, or a page."""
    return Answer(status, words)
