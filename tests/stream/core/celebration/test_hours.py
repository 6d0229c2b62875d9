"""When a message may go out, against the clock on the contact's wall, minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.milestones.hours import read_hours, read_window
from schemas.moment import parse_rfc3339
from stream.core.celebration.hours import Opening, spread

ZONES = st.sampled_from(
    ["UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]
)
SWITCHES = st.sampled_from(
    [
        parse_rfc3339("2026-03-29T01:00:00Z"),  # Paris springs forward
        parse_rfc3339("2026-10-25T01:00:00Z"),  # and falls back
        parse_rfc3339("2026-11-01T06:00:00Z"),  # New York falls back
        parse_rfc3339("2026-04-04T15:00:00Z"),  # Lord Howe, by half an hour
        parse_rfc3339("2011-12-30T10:00:00Z"),  # Samoa leaves out a day
    ]
)
MOMENTS = st.builds(lambda at, minutes: at + minutes * 60_000, SWITCHES, st.integers(-3_000, 3_000))
WINDOWS = st.sampled_from([None, "weekdays 09:00-11:30", "daily 01:15-03:45", "sun 00:00-02:30", "mon,sat 22:00-00:00"])
QUIETS = st.sampled_from([None, "21:00-08:00", "02:10-02:50", "00:00-06:00", "12:00-12:30"])


def opening(window: str | None = None, quiet: str | None = None) -> Opening:
    return Opening(read_window(window) if window else None, read_hours(quiet) if quiet else None)


def shows(at_ms: int, zone: str, window: str | None, quiet: str | None) -> bool:
    """The oracle: look at the clock."""
    wall = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(zone))
    minute = wall.hour * 60 + wall.minute
    if quiet and minute in read_hours(quiet).minutes():
        return False
    asked = read_window(window) if window else None
    return asked is None or (wall.weekday() in asked.days and minute in asked.hours.minutes())


def test_quiet_hours_are_quiet_both_times_that_the_clock_shows_them() -> None:
    """02:10 to 02:50 comes twice in Paris on 25 October 2026. Mutation: begin each run at its first time."""
    made = opening(quiet="02:10-02:50")
    switch = parse_rfc3339("2026-10-25T01:00:00Z")
    for minute in range(-120, 120):
        at_ms = switch + minute * 60_000
        assert made.is_open(at_ms, "Europe/Paris") == shows(at_ms, "Europe/Paris", None, "02:10-02:50"), minute


@given(MOMENTS, ZONES, WINDOWS, QUIETS)
@settings(max_examples=300, deadline=None)
def test_nothing_goes_out_against_the_clock(at_ms: int, zone: str, window: str | None, quiet: str | None) -> None:
    """Around every switch of every zone: open is what is open on the wall, and an opening is so to its last minute."""
    made = opening(window, quiet)
    assert made.is_open(at_ms, zone) == shows(at_ms, zone, window, quiet)
    found = made.next_open(at_ms, zone)
    if found is None:
        return
    start, end = found
    assert at_ms <= start < end
    for minute in range(start, min(end, start + 86_400_000), 60_000):
        assert shows(minute, zone, window, quiet)


@given(MOMENTS, ZONES, WINDOWS, QUIETS)
@settings(max_examples=100, deadline=None)
def test_the_next_opening_is_the_next_one(at_ms: int, zone: str, window: str | None, quiet: str | None) -> None:
    """No minute between now and then is open on the wall."""
    found = opening(window, quiet).next_open(at_ms, zone)
    limit = found[0] if found else at_ms + 10 * 86_400_000
    for minute in range(at_ms, min(limit, at_ms + 2 * 86_400_000), 60_000):
        assert not shows(minute, zone, window, quiet)


@pytest.mark.parametrize(
    ("now", "zone", "window", "quiet", "opens"),
    [
        ("2026-11-21T22:00:00Z", "Europe/Paris", "weekdays 09:00-11:30", "21:00-08:00", "2026-11-23T08:00:00Z"),
        ("2026-11-20T20:30:00Z", "Europe/Paris", None, "21:00-08:00", "2026-11-21T07:00:00Z"),
        ("2026-11-20T12:00:00Z", "Europe/Paris", None, "21:00-08:00", "2026-11-20T12:00:00Z"),
        ("2026-03-28T22:00:00Z", "Europe/Paris", None, "21:00-08:00", "2026-03-29T06:00:00Z"),  # the short night
        ("2026-10-24T22:00:00Z", "Europe/Paris", None, "21:00-08:00", "2026-10-25T07:00:00Z"),  # the long one
        ("2026-11-20T12:00:00Z", "Asia/Kathmandu", "daily 09:00-10:00", None, "2026-11-21T03:15:00Z"),
        ("2026-03-29T00:30:00Z", "Europe/Paris", "daily 02:15-02:45", None, "2026-03-30T00:15:00Z"),  # a window skipped
    ],
)
def test_a_decent_hour(now: str, zone: str, window: str | None, quiet: str | None, opens: str) -> None:
    """In the contact's own time."""
    found = opening(window, quiet).next_open(parse_rfc3339(now), zone)
    assert found is not None
    assert found[0] == parse_rfc3339(opens)


def test_quiet_hours_that_leave_nothing_never_open() -> None:
    """The check of the file refuses such a window; here it is no endless search."""
    assert opening("daily 22:00-23:00", "21:00-08:00").next_open(0, "UTC") is None


@given(st.integers(0, 10**12), st.integers(-10, 10**7), st.integers(0, 10**6), st.text(max_size=20))
def test_spread_stays_within_the_opening_and_is_the_same_every_time(
    at: int, room: int, longest: int, name: str
) -> None:
    """A replay must release at the same moment."""
    found = spread(at, at + room, longest, name)
    assert at <= found < max(at + min(room, longest), at + 1)
    assert found == spread(at, at + room, longest, name)


def test_a_crowd_is_spread_over_the_time_there_is() -> None:
    """A thousand contacts whose window opens at one moment do not all come in it."""
    found = {spread(0, 10**9, 900_000, f"c-{number}") // 60_000 for number in range(1_000)}
    assert found == set(range(15))


@settings(max_examples=200, deadline=None)
@given(
    window=WINDOWS, quiet=QUIETS, zones=st.lists(ZONES, min_size=1, max_size=2), moments=st.lists(MOMENTS, max_size=8)
)
def test_what_was_asked_before_changes_no_answer(
    window: str | None, quiet: str | None, zones: list[str], moments: list[int]
) -> None:
    """It remembers the opening that it found last in a zone. Mutation: let that serve earlier moments too."""
    asked_often = opening(window, quiet)
    for at_ms in moments:
        for zone in zones:
            for moment in (at_ms, at_ms + 1):
                assert asked_often.next_open(moment, zone) == opening(window, quiet).next_open(moment, zone)
