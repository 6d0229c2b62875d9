"""Anniversaries: by the calendar of the contact's zone, always from the day of sign-up."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.milestones.duration import Duration, Unit, read_age
from schemas.moment import epoch_ms, parse_rfc3339, rfc3339
from stream.core.anniversary import due_ms, occurrences_due


def due(signed_up: str, after: str, occurrence: int, zone: str) -> str:
    """Return when an occurrence is due, as text in UTC to the second."""
    at_ms = due_ms(parse_rfc3339(signed_up), read_age(after), occurrence, zone)
    return rfc3339(at_ms).replace(".000Z", "Z")


@pytest.mark.parametrize(
    ("signed_up", "after", "occurrence", "zone", "at"),
    [
        ("2026-01-10T15:00:00Z", "30 days", 1, "UTC", "2026-02-09T00:00:00Z"),
        ("2026-01-10T15:00:00Z", "2 weeks", 3, "UTC", "2026-02-21T00:00:00Z"),
        ("2026-03-20T12:00:00Z", "30 days", 1, "Europe/Paris", "2026-04-18T22:00:00Z"),  # through a change of the clock
        ("2026-03-28T12:00:00Z", "1 day", 1, "Europe/Paris", "2026-03-28T23:00:00Z"),
        ("2026-03-29T12:00:00Z", "1 day", 1, "Europe/Paris", "2026-03-29T22:00:00Z"),
        ("2026-10-25T12:00:00Z", "1 day", 1, "Europe/Paris", "2026-10-25T23:00:00Z"),
        ("2026-05-01T18:14:59Z", "1 day", 1, "Asia/Kathmandu", "2026-05-01T18:15:00Z"),  # signed up before midnight
        ("2026-05-01T18:15:00Z", "1 day", 1, "Asia/Kathmandu", "2026-05-02T18:15:00Z"),  # and at midnight
        ("2026-06-15T00:00:00Z", "6 months", 1, "Australia/Lord_Howe", "2026-12-14T13:00:00Z"),
        ("2026-12-15T00:00:00Z", "6 months", 1, "Australia/Lord_Howe", "2027-06-14T13:30:00Z"),
        ("2017-11-04T12:00:00Z", "1 year", 1, "America/Sao_Paulo", "2018-11-04T03:00:00Z"),  # midnight is skipped
        ("2025-11-01T12:00:00Z", "1 year", 1, "America/Havana", "2026-11-01T04:00:00Z"),  # midnight comes twice
        ("2010-12-30T12:00:00Z", "1 year", 1, "Pacific/Apia", "2011-12-30T10:00:00Z"),  # the date never was
        ("2026-01-31T12:00:00Z", "1 month", 1, "UTC", "2026-02-28T00:00:00Z"),
        ("2026-01-31T12:00:00Z", "1 month", 2, "UTC", "2026-03-31T00:00:00Z"),  # not the 28th of March
        ("2024-01-31T12:00:00Z", "1 month", 1, "UTC", "2024-02-29T00:00:00Z"),
        ("2026-08-31T12:00:00Z", "3 months", 1, "UTC", "2026-11-30T00:00:00Z"),
        ("2024-02-29T12:00:00Z", "1 year", 1, "UTC", "2025-02-28T00:00:00Z"),
        ("2024-02-29T12:00:00Z", "1 year", 4, "UTC", "2028-02-29T00:00:00Z"),
        ("2096-02-29T12:00:00Z", "4 years", 1, "UTC", "2100-02-28T00:00:00Z"),
        ("2024-12-31T23:30:00Z", "1 year", 1, "Europe/Paris", "2025-12-31T23:00:00Z"),  # signed up on 1 January there
        ("2025-02-28T23:30:00Z", "1 year", 1, "Europe/Paris", "2026-02-28T23:00:00Z"),
    ],
)
def test_an_anniversary_is_due_as_its_date_begins(
    signed_up: str, after: str, occurrence: int, zone: str, at: str
) -> None:
    """00:00 there, or the first moment of a date whose midnight is skipped."""
    assert due(signed_up, after, occurrence, zone) == at


ZONES = st.sampled_from(
    ["UTC", "Europe/Paris", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia"]
)
DURATIONS = st.builds(Duration, st.integers(1, 40), st.sampled_from([Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.YEAR]))
MOMENTS = st.integers(parse_rfc3339("2000-01-02T00:00:00Z"), parse_rfc3339("2037-01-01T00:00:00Z"))


def _naive(signed_up: date, after: Duration, occurrence: int) -> date:
    """Return the date by steps of one day, or of one month at a time."""
    amount = after.amount * occurrence
    if after.unit in (Unit.DAY, Unit.WEEK):
        return signed_up + timedelta(days=amount * (7 if after.unit == Unit.WEEK else 1))
    year, month = signed_up.year, signed_up.month
    for _ in range(amount * (12 if after.unit == Unit.YEAR else 1)):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return date(year, month, min(signed_up.day, calendar.monthrange(year, month)[1]))


@settings(deadline=None)
@given(MOMENTS, DURATIONS, st.integers(1, 12), ZONES)
def test_the_date_is_the_one_a_calendar_shows(signed_up_ms: int, after: Duration, occurrence: int, zone: str) -> None:
    """And the moment before it is an earlier one."""
    place = ZoneInfo(zone)
    signed_up = datetime.fromtimestamp(signed_up_ms / 1000, UTC).astimezone(place).date()
    wanted = _naive(signed_up, after, occurrence)
    at = datetime.fromtimestamp(due_ms(signed_up_ms, after, occurrence, zone) / 1000, UTC)
    assert (at - timedelta(seconds=1)).astimezone(place).date() < wanted <= at.astimezone(place).date()


@settings(deadline=None)
@given(MOMENTS, DURATIONS, st.integers(-400, 15_000), st.integers(-1, 1), ZONES)
def test_as_many_are_due_as_have_come(signed_up_ms: int, after: Duration, days: int, off: int, zone: str) -> None:
    """The count at any moment, also just before and at a due time, is that of the due times gone by."""
    now_ms = signed_up_ms + days * 86_400_000
    count = occurrences_due(signed_up_ms, after, now_ms, zone)
    for moment in (now_ms, due_ms(signed_up_ms, after, count + 1, zone) + off):
        count = occurrences_due(signed_up_ms, after, moment, zone)
        assert count == 0 or due_ms(signed_up_ms, after, count, zone) <= moment
        assert due_ms(signed_up_ms, after, count + 1, zone) > moment


def test_beyond_the_calendar_nothing_is_due() -> None:
    """36,500 years are allowed in the file, and never come."""
    now_ms = epoch_ms(datetime(2026, 1, 1, tzinfo=UTC))
    for after in ("36500 years", "36500 months", "9000 years"):
        with pytest.raises(OverflowError):
            due_ms(now_ms, read_age(after), 5, "UTC")
        assert occurrences_due(now_ms, read_age(after), now_ms, "UTC") == 0
