"""How long an answer asks to wait."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

LONGEST = 3600.0
"""Seconds: a slip in a header must not keep a whole channel silent for longer; behind it FCM is asked again."""


def retry_after(header: str | None, now: float) -> float | None:
    """Return the seconds that a Retry-After header asks for, 3,600 at most; None without one that can be read.

    It holds seconds or an HTTP date (RFC 9110 section 10.2.3). `now` is Unix time, seconds.
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST)
    try:
        # A date without a zone would be read in that of this machine; RFC 9110 knows GMT alone.
        at = parsedate_to_datetime(text)
        return None if at.tzinfo is None else min(max(at.timestamp() - now, 0.0), LONGEST)
    except (ValueError, OverflowError):
        return None
