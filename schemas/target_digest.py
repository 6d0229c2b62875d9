"""How a place that messages go to is named where it must not stand itself."""

from __future__ import annotations

from hashlib import sha256


def address_digest(address: str) -> str:
    """Return the digest of an email address: that of its lower-case form, for nobody means another box by its case."""
    return target_digest(address.strip().lower())


def target_digest(target: str) -> str:
    """Return the SHA-256 (hex) of a web push endpoint or an FCM token, in UTF-8."""
    return sha256(target.encode()).hexdigest()
