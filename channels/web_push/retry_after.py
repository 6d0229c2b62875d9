"""How long a push service asks to be left alone. Pure."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime

LONGEST = 3_600.0
"""Seconds. A longer wish is cut: one wrong header must not silence a push service for a day."""


def retry_after(header: str | None, now: float) -> float | None:
    """Return the seconds that Retry-After (RFC 9110 section 10.2.3) asks for at `now` (epoch seconds), or None.

    It is a number of seconds or an HTTP date; one in the past asks for no wait, what is neither is not there.
    """
    text = (header or "").strip()
    if re.fullmatch("[0-9]+", text, re.ASCII):
        return min(float(text[:_DIGITS]), LONGEST)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    # An HTTP date is in GMT whatever it says of its zone (RFC 9110 section 5.6.7).
    seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now
    return min(max(seconds, 0.0), LONGEST)


_DIGITS = 9
"""Enough for 31 years."""
