"""Foreign text on a terminal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.cli.explain.clock import Clock
from deploy.cli.text import age, counted, day, exact_moment, moment, printable, readable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("Zoë 東京", "Zoë 東京"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("abc\u202edef", "abc\\u202edef"),
        ("\ud800", "\\ud800"),
    ],
)
def test_printable_lets_no_control_through(text: str, expected: str) -> None:
    """Escape sequences, line breaks, bidi overrides and lone surrogates are shown, not obeyed."""
    assert printable(text) == expected


@pytest.mark.parametrize(
    ("data", "expected"), [(None, "(null)"), (b"", ""), (b"c-1", "c-1"), (b"\xff\x00", "\\xff\\x00")]
)
def test_readable_shows_any_bytes(data: bytes | None, expected: str) -> None:
    """UTF-8 as text, other bytes as \\x.., no value as (null)."""
    assert readable(data) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"), [(-1, "0s"), (59.9, "59s"), (60, "1m"), (7_200, "2h"), (90_000, "1d")]
)
def test_age_in_its_largest_unit(seconds: float, expected: str) -> None:
    """One number and one unit; a clock that is ahead gives 0s."""
    assert age(seconds) == expected


def test_counted_and_moment() -> None:
    """One is singular, thousands are grouped; moments carry milliseconds only when they have some."""
    assert (counted(1, "event"), counted(2_000, "event")) == ("1 event", "2,000 events")
    assert (moment(0), moment(1_001)) == ("1970-01-01T00:00:00Z", "1970-01-01T00:00:01.001Z")
    assert (exact_moment(0), day(20_719)) == ("1970-01-01T00:00:00.000Z", "2026-09-23")


@given(st.integers())
def test_every_number_can_be_shown_as_a_moment_and_as_a_day(number: int) -> None:
    """A state or a topic may hold any; what is no date of the years 1 to 9999 is shown as the number that it is."""
    for told in (moment(number), exact_moment(number), day(number)):
        assert told.startswith("outside the calendar") or re.fullmatch(r"\d{4}-\d\d-\d\d(T.*Z)?", told)


@pytest.mark.parametrize("ms", [-62_135_596_800_001, 253_402_300_800_000, -(2**63), 2**63])
def test_what_lies_outside_the_calendar_is_said_to(ms: int) -> None:
    """The moments next to its two ends, and the largest numbers."""
    assert moment(ms) == f"outside the calendar ({ms:,} ms since 1970)"
    clock = Clock(0, "Asia/Tokyo")
    assert clock.local(ms) == clock.local_iso(ms) == moment(ms)
