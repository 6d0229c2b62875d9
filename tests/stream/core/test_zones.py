"""Local days: the traps of the calendar, and every zone against the slow way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.moment import parse_rfc3339
from stream.core.zones import date_of, day_of, day_parts, days_last, midnight_ms, week_of

ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Paris",
        "America/New_York",
        "America/St_Johns",
        "America/Goose_Bay",
        "America/Sao_Paulo",
        "America/Havana",
        "Asia/Kathmandu",
        "Asia/Gaza",
        "Asia/Beirut",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Pacific/Chatham",
        "Pacific/Kiritimati",
        "Etc/GMT+12",
        "Antarctica/Troll",
    ]
)
MOMENTS = st.integers(parse_rfc3339("2000-01-01T00:00:00Z"), parse_rfc3339("2037-12-31T00:00:00Z"))


SET_BACK = parse_rfc3339("2010-11-07T02:31:00Z")
"""St. John's: 00:01 on 7 November becomes 23:01 on the 6th."""


def _local(at_ms: int, zone: str) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(zone))


@pytest.mark.parametrize(
    ("at", "zone", "local"),
    [
        ("2026-11-20T22:59:59.999Z", "Europe/Paris", "2026-11-20"),
        ("2026-11-20T23:00:00Z", "Europe/Paris", "2026-11-21"),
        ("2026-06-20T21:59:59.999Z", "Europe/Paris", "2026-06-20"),
        ("2026-06-20T22:00:00Z", "Europe/Paris", "2026-06-21"),
        ("2026-03-29T22:00:00Z", "Europe/Paris", "2026-03-30"),  # 23 hours long
        ("2026-10-25T22:00:00Z", "Europe/Paris", "2026-10-25"),  # 25 hours long
        ("2026-05-01T18:14:59Z", "Asia/Kathmandu", "2026-05-01"),  # +05:45
        ("2026-05-01T18:15:00Z", "Asia/Kathmandu", "2026-05-02"),
        ("2026-01-15T12:59:59Z", "Australia/Lord_Howe", "2026-01-15"),  # +11:00 in summer, +10:30 in winter
        ("2026-01-15T13:00:00Z", "Australia/Lord_Howe", "2026-01-16"),
        ("2026-07-15T13:29:59Z", "Australia/Lord_Howe", "2026-07-15"),
        ("2026-07-15T13:30:00Z", "Australia/Lord_Howe", "2026-07-16"),
        ("2011-12-30T09:59:59Z", "Pacific/Apia", "2011-12-29"),  # there was no 30 December
        ("2011-12-30T10:00:00Z", "Pacific/Apia", "2011-12-31"),
        ("2018-11-04T02:59:59Z", "America/Sao_Paulo", "2018-11-03"),  # midnight was skipped
        ("2018-11-04T03:00:00Z", "America/Sao_Paulo", "2018-11-04"),
        ("2024-02-29T12:00:00Z", "UTC", "2024-02-29"),
        ("2026-05-01T11:00:00Z", "Etc/GMT+12", "2026-04-30"),
        ("2026-05-01T11:00:00Z", "Pacific/Kiritimati", "2026-05-02"),
    ],
)
def test_a_moment_falls_on_the_date_that_the_wall_shows(at: str, zone: str, local: str) -> None:
    """Midnight, both changes of the clock, odd offsets, dates that never were."""
    assert date_of(day_of(parse_rfc3339(at), zone)) == date.fromisoformat(local)


@settings(deadline=None)
@given(MOMENTS, ZONES)
def test_the_day_is_the_date_of_the_local_time(at_ms: int, zone: str) -> None:
    """However it is remembered."""
    assert date_of(day_of(at_ms, zone)) == _local(at_ms, zone).date()


@pytest.mark.parametrize("year", [2000, 2006, 2010])
def test_a_date_that_is_left_again_after_a_minute_is_told_to_the_minute(year: int) -> None:
    """St. John's set the clock back at 00:01: the new date showed for a minute, went, and came back an hour later."""
    back = next(
        at
        for minute in range(20 * 24 * 60)
        if _local(at := parse_rfc3339(f"{year}-10-25T00:01:00Z") + minute * 60_000, "America/St_Johns").date()
        < _local(at - 60_000, "America/St_Johns").date()
    )
    days = [day_of(back + minute * 60_000, "America/St_Johns") for minute in (-2, -1, 0, 58, 59)]
    assert [day - days[0] for day in days] == [0, 1, 0, 0, 1]


@pytest.mark.parametrize(
    ("local", "zone", "begins"),
    [
        ("2026-11-20", "Europe/Paris", "2026-11-19T23:00:00Z"),
        ("2026-03-29", "Europe/Paris", "2026-03-28T23:00:00Z"),
        ("2026-03-30", "Europe/Paris", "2026-03-29T22:00:00Z"),
        ("2026-10-25", "Europe/Paris", "2026-10-24T22:00:00Z"),
        ("2026-10-26", "Europe/Paris", "2026-10-25T23:00:00Z"),
        ("2026-05-02", "Asia/Kathmandu", "2026-05-01T18:15:00Z"),
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z"),  # 00:00 did not exist: 01:00
        ("2018-02-18", "America/Sao_Paulo", "2018-02-18T03:00:00Z"),  # the evening before came twice
        ("2026-11-01", "America/Havana", "2026-11-01T04:00:00Z"),  # 00:00 comes twice: the first
        ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z"),  # the date did not exist: the next
        ("2011-12-31", "Pacific/Apia", "2011-12-30T10:00:00Z"),
        ("2010-03-27", "Asia/Gaza", "2010-03-26T22:00:00Z"),  # 00:01 to 01:01: midnight existed
    ],
)
def test_a_date_begins_with_its_first_moment(local: str, zone: str, begins: str) -> None:
    """00:00; the first of two; the first after one that is skipped."""
    assert midnight_ms(date.fromisoformat(local), zone) == parse_rfc3339(begins)


@settings(deadline=None)
@given(st.dates(date(2000, 1, 2), date(2037, 12, 30)), ZONES)
def test_nothing_of_a_date_is_before_its_beginning(local: date, zone: str) -> None:
    """The moment before is an earlier date; the moment itself is the date, or a later one where the clock skips it."""
    begins = midnight_ms(local, zone)
    here, before = _local(begins, zone).date(), _local(begins - 1, zone).date()
    assert before < local <= here
    if here != local:
        assert (local, zone) == (date(2011, 12, 30), "Pacific/Apia")


def test_weeks_begin_on_monday() -> None:
    """ISO 8601, through the turn of the year."""
    days = [day_of(parse_rfc3339(f"{day}T12:00:00Z"), "UTC") for day in ("2026-12-27", "2026-12-28", "2027-01-03")]
    assert [week_of(day) - week_of(days[0]) for day in days] == [0, 1, 1]


@settings(deadline=None)
@given(st.integers(-100_000, 100_000))
def test_a_week_has_seven_days_of_one_iso_week(day: int) -> None:
    """Its number grows by one each Monday."""
    assert week_of(day) - week_of(day - 1) == (date_of(day).weekday() == 0)
    assert week_of(day + 7) == week_of(day) + 1


def test_a_zone_that_is_not_known_counts_as_utc() -> None:
    """A contact's zone is free text; it stops nobody."""
    at_ms = parse_rfc3339("2026-11-20T23:30:00Z")
    for zone in ("Mars/Olympus", "", "Europe", "../etc/passwd"):
        assert day_of(at_ms, zone) == day_of(at_ms, "UTC")


def test_a_date_beyond_the_calendar_is_told() -> None:
    """A duration of 36,500 years has no date."""
    with pytest.raises(OverflowError):
        date_of(10**8)
    with pytest.raises(OverflowError):
        midnight_ms(date.min, "Asia/Tokyo")


@given(
    at_ms=MOMENTS | st.integers(SET_BACK - 7_200_000, SET_BACK + 7_200_000),
    after=st.integers(0, 90_000_000),
    zone=ZONES,
)
@settings(max_examples=500)
def test_every_moment_until_a_day_ends_is_of_that_day(at_ms: int, after: int, zone: str) -> None:
    """Mutation: do not ask `_day_of_quarter`, and in St. John's the 6th of November 2010 is counted as the 7th."""
    day = day_of(at_ms, zone)
    until = days_last(at_ms, day + 1, zone)
    if at_ms + after < until:
        assert day_of(at_ms + after, zone) == day
    elif until > at_ms:
        assert day_of(until - 1, zone) == day < day_of(until, zone)


@given(at_ms=MOMENTS, zone=ZONES)
def test_the_parts_of_a_day_are_all_of_it_with_the_right_offset(at_ms: int, zone: str) -> None:
    """One after the other, from midnight to midnight."""
    day = day_of(at_ms, zone)
    parts = day_parts(day, zone)
    assert parts[0][0] == midnight_ms(date_of(day), zone)
    assert parts[-1][1] == midnight_ms(date_of(day + 1), zone)
    assert all(before[1] == after[0] and before[2] != after[2] for before, after in pairwise(parts))
    for start, end, offset_ms in parts:
        for at in (start, (start + end) // 2, end - 1):
            wall = _local(at, zone).utcoffset()
            assert wall is not None
            assert wall.total_seconds() * 1000 == offset_ms


def test_the_days_with_a_switch_have_two_parts() -> None:
    """23 and 25 hours; and the day that Samoa left out has none."""
    lengths = [
        [(end - start) / 3_600_000 for start, end, _ in day_parts(date(*day).toordinal() - 719_163, zone)]
        for day, zone in [
            ((2026, 3, 29), "Europe/Paris"),
            ((2026, 10, 25), "Europe/Paris"),
            ((2026, 7, 1), "Europe/Paris"),
            ((2011, 12, 30), "Pacific/Apia"),
        ]
    ]
    assert lengths == [[2, 21], [3, 22], [24], []]
