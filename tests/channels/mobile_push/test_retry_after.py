"""The header Retry-After."""

from __future__ import annotations

import pytest

from channels.mobile_push.retry_after import LONGEST, retry_after

NOW = 1_445_412_480.0
"""Wed, 21 Oct 2015 07:28:00 GMT."""


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("Wed, 21 Oct 2015 07:29:30 GMT", 90.0),
        ("Wed, 21 Oct 2015 07:00:00 GMT", 0.0),
        ("Wed, 21 Oct 2037 07:28:00 GMT", LONGEST),
        ("999999999999999999999", LONGEST),
    ],
)
def test_seconds_and_dates(header: str, seconds: float) -> None:
    """Both forms are read; a date that is past asks for no wait, and nothing asks for more than an hour."""
    assert retry_after(header, NOW) == seconds


@pytest.mark.parametrize(
    "header", [None, "", "soon", "-5", "1.5", "٣", "Wed, 99 Oct 2015", "Wed, 21 Oct 2015 07:28:00"]
)
def test_what_cannot_be_read_asks_for_nothing(header: str | None) -> None:
    """A header that is missing or wrong is no wait of 0."""
    assert retry_after(header, NOW) is None
