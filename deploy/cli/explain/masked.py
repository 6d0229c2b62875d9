"""Places that messages go to, shown so that their owner knows them and nobody else can use them."""

from __future__ import annotations

from urllib.parse import urlsplit

from schemas.delivery import EmailTo, Target, WebPushTo

_HIDDEN = "***"
_TAIL = 4
"""Characters of a token that are shown: enough to tell two of one contact apart, of 140 or more."""


def masked(target: Target) -> str:
    """Return `a***@example.com` for an address, the host and the last characters for a browser, these for a token."""
    match target:
        case EmailTo():
            name, at, domain = target.address.rpartition("@")
            return f"{name[:1]}{_HIDDEN}@{domain}" if at else _HIDDEN
        case WebPushTo():
            endpoint = target.target.endpoint
            return f"{urlsplit(endpoint).hostname or _HIDDEN}/{_tail(endpoint)}"
        case _:
            return _tail(target.token)


def _tail(secret: str) -> str:
    """The end of a long secret; of a short one nothing, for it would be most of it."""
    return _HIDDEN + (secret[-_TAIL:] if len(secret) >= 8 * _TAIL else "")
