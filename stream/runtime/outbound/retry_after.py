"""How long a provider asks to be left alone, in HTTP. Pure."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 3600.0
"""Seconds. Whoever asks for more is asked again after these: one wrong header must not silence a provider for a day."""


def retry_after(header: str | None, now: float) -> float | None:
    """Return the seconds that Retry-After (RFC 9110 section 10.2.3) asks for at `now` (epoch seconds), or None.

    It is a number of seconds or an HTTP date; one in the past asks for no wait, what is neither is not there. A longer
    wish than `LONGEST_WAIT` is cut.
    """
    text = (header or "").strip()
    if re.fullmatch("[0-9]+", text):
        return min(float(text), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
        # An HTTP date is in GMT whatever it says of its zone (RFC 9110 section 5.6.7); without one it would be read in
        # that of this machine.
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)
