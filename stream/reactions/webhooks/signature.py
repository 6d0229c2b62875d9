"""The signature of one request, by Standard Webhooks: HMAC-SHA256 of id, timestamp and body. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence


def signed(secrets: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """Return the three headers; `timestamp` is in epoch seconds.

    Each secret signs, so that receivers may go over to a new one at any time while both are set.
    """
    content = b".".join((message_id.encode(), str(timestamp).encode(), body))
    signatures = (base64.b64encode(hmac.new(each, content, hashlib.sha256).digest()).decode() for each in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{each}" for each in signatures),
    }
