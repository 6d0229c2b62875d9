"""Base64url without padding (RFC 4648, section 5), as web push writes its keys."""

import base64


def encode(raw: bytes) -> str:
    """No padding is written."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Padding may be there or not. Raises `ValueError` for what is not base64url."""
    bare = text.rstrip("=")
    return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
