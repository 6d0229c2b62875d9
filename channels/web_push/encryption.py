"""Encryption for one browser (RFC 8291), by pywebpush."""

from __future__ import annotations

from base64 import urlsafe_b64decode

from pywebpush import WebPusher

from schemas.contact import WebPushKeys

_POINT, _SECRET = 65, 16  # bytes: an uncompressed point on P-256, and the secret (RFC 8291 sections 2 and 3.2)

_ANYBODY = {"endpoint": ""}
"""pywebpush wants an endpoint; what it encrypts does not depend on it."""


class KeysError(Exception):
    """Nothing can be encrypted with the keys of a subscription. Its text is the reason, without the keys."""


def encrypted(keys: WebPushKeys, plaintext: bytes) -> bytes:
    """Return the aes128gcm body, 103 bytes longer than the plaintext: one record, a key pair of its own.

    The keys are checked here: pywebpush takes what decodes to anything, and raises errors of four libraries.

    Raises:
        KeysError: they are no point on P-256 and no secret of 16 bytes.
    """
    pusher = WebPusher(_ANYBODY)
    # Set here: of a subscription it copies all, and decodes the keys once more.
    pusher.receiver_key, pusher.auth_key = _raw("p256dh", keys.p256dh, _POINT), _raw("auth", keys.auth, _SECRET)
    try:
        body: bytes = pusher.encode(plaintext)["body"]
    except ValueError:
        raise KeysError("p256dh is no point on P-256") from None
    return body


def _raw(name: str, text: str, length: int) -> bytes:
    bare = text.rstrip("=")
    try:
        raw = urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except ValueError:
        raw = b""
    if len(raw) != length or len(bare) != -(-length * 4 // 3):
        raise KeysError(f"{name} is not {length} bytes of base64url")
    return raw
