"""The header Retry-After."""

from __future__ import annotations

import pytest

from stream.runtime.outbound.retry_after import LONGEST_WAIT, retry_after

NOW = 1_784_558_400.0
"""Mon, 20 Jul 2026 14:40:00 GMT."""


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("0000000000120", 120.0),
        ("Mon, 20 Jul 2026 14:42:00 GMT", 120.0),
        ("Mon, 20 Jul 2026 14:42:00", 120.0),
        ("Monday, 20-Jul-26 14:42:00 GMT", 120.0),
        ("Mon Jul 20 14:42:00 2026", 120.0),
        ("Mon, 20 Jul 2026 14:00:00 GMT", 0.0),
        ("86400", LONGEST_WAIT),
        ("9" * 400, LONGEST_WAIT),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_WAIT),
    ],
)
def test_seconds_and_dates(header: str, seconds: float) -> None:
    """RFC 9110 section 10.2.3, and the three forms of a date of section 5.6.7; at most an hour."""
    assert retry_after(header, NOW) == seconds


@pytest.mark.parametrize(
    "header", [None, "", "soon", "-5", "1.5", "٣", "Mon, 99 Jul 2026 14:42:00 GMT", "Wed, 99 Oct 2015", "1e3"]
)
def test_what_is_neither_is_not_there(header: str | None) -> None:
    """A header that is missing or nonsense is no wait of 0."""
    assert retry_after(header, NOW) is None
