"""The last weeks of a streak: no day is shown as kept that the streak's length does not hold."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.render.calendar import SHOWN, calendar_of
from schemas.milestone_crossed import MilestoneCrossed
from schemas.moment import rfc3339
from templates.context import Calendar
from templates.languages.languages import load
from tests.channels.render.story import one

SPOKEN = load(("en", "fr", "pl", "ar", "pt", "no"), None)


def crossing(
    value: int, unit: str | None = "days", at: str = "2026-11-20T14:00:00Z", **others: object
) -> MilestoneCrossed:
    found = one("week-streak").message.crossing
    assert found
    return msgspec.structs.replace(found, value=value, unit=unit, occurred_at=at, **others)


def shown(value: int, unit: str | None = "days", at: str = "2026-11-20T14:00:00Z", language: str = "en") -> Calendar:
    found = calendar_of(crossing(value, unit, at), UTC, SPOKEN.of(language))
    assert found
    return found


def marks(calendar: Calendar) -> list[str]:
    """Each row: # kept, R the day of the crossing, . another."""
    return ["".join("R" if day.reached else "#" if day.kept else "." for day in row) for row in calendar.rows]


@pytest.mark.parametrize(
    ("value", "rows", "first", "earlier"),
    [
        (1, ["....R.."], "20 November 2026", 0),
        (5, ["####R.."], "16 November 2026", 0),
        (7, [".....##", "####R.."], "14 November 2026", 0),
        (33, ["#######"] * 4 + ["####R.."], "19 October 2026", 0),
        (34, ["#######"] * 4 + ["####R.."], "19 October 2026", 1),
        (1_000, ["#######"] * 4 + ["####R.."], "19 October 2026", 967),
    ],
)
def test_the_days_of_a_streak(value: int, rows: list[str], first: str, earlier: int) -> None:
    """Friday the 20th is the last; five weeks at most."""
    calendar = shown(value)

    assert marks(calendar) == rows
    assert (calendar.first, calendar.last, calendar.earlier) == (first, "20 November 2026", earlier)
    assert calendar.weekdays == ("M", "T", "W", "T", "F", "S", "S")


@given(
    value=st.integers(1, 5_000),
    day=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    language=st.sampled_from(["en", "en-US", "ar"]),
)
def test_it_claims_what_is_true(value: int, day: date, language: str) -> None:
    """What is shown and what lies before is the length; the last kept day is that of the crossing; rows are whole."""
    calendar = shown(value, at=f"{day}T12:00:00Z", language=language)
    fields = [each for row in calendar.rows for each in row]
    kept = [index for index, each in enumerate(fields) if each.kept]

    assert len(kept) + calendar.earlier == value
    assert kept == list(range(kept[0], kept[-1] + 1))
    assert [index for index, each in enumerate(fields) if each.reached] == [kept[-1]]
    assert fields[kept[-1]].text == str(day.day)
    assert len(calendar.rows) <= SHOWN
    assert all(len(row) == 7 for row in calendar.rows)
    assert any(each.kept for each in calendar.rows[0])


def test_the_weeks_of_a_streak() -> None:
    """One row, each by the Monday that it begins with, as the streak counts weeks whatever the calendar begins with."""
    calendar = shown(4, "weeks", language="en-US")

    assert [day.text for day in calendar.rows[0]] == ["Oct 26", "Nov 2", "Nov 9", "Nov 16"]
    assert [day.text for day in shown(2, "weeks").rows[0]] == ["9 Nov", "16 Nov"]
    assert marks(calendar) == ["###R"]
    assert (calendar.weekdays, calendar.first, calendar.earlier) == ((), "October 26, 2026", 0)
    assert (marks(shown(52, "weeks")), shown(52, "weeks").earlier) == (["####R"], 47)


@pytest.mark.parametrize(
    ("language", "first", "row"),
    [
        ("en", "M", "####R.."),
        ("en-US", "S", "#####R."),
        ("en-GB", "M", "####R.."),
        ("fr", "L", "####R.."),
        ("pl", "P", "####R.."),
        ("ar", "س", "######R"),
        ("pt", "D", "#####R."),
        ("no", "M", "####R.."),
        ("xx-nonsense", "M", "####R.."),
    ],
)
def test_weeks_begin_as_the_language_has_it(language: str, first: str, row: str) -> None:
    """By the territory in the tag, or else the likely one; plain English as ISO 8601."""
    calendar = shown(7, language=language)

    assert calendar.weekdays[0] == first
    assert marks(calendar)[-1] == row


def test_days_are_written_as_in_other_dates() -> None:
    """In the digits of the contact's region, in the fields as beside them."""
    days, weeks = (shown(2, unit, language="ar-EG") for unit in ("days", "weeks"))

    assert (days.rows[0][-1].text, days.last) == ("\u0662\u0660", "\u0662\u0660 نوفمبر \u0662\u0660\u0662\u0666")
    assert [day.text for day in weeks.rows[0]] == ["\u0669 نوفمبر", "\u0661\u0666 نوفمبر"]


def test_weekdays_are_of_the_language_without_a_territory() -> None:
    """Norwegian has no data by territory in Babel; its days are not English for that."""
    assert shown(1, language="no").weekdays == ("M", "T", "O", "T", "F", "L", "S")


def test_the_day_is_that_of_the_contact() -> None:
    """Late on Friday in Paris is early on Saturday in Tokyo."""
    late = crossing(1, at="2026-11-20T22:30:00Z")

    for zone, row in (("Europe/Paris", "....R.."), ("Asia/Tokyo", ".....R.")):
        found = calendar_of(late, ZoneInfo(zone), SPOKEN.default)
        assert found
        assert marks(found) == [row]


@pytest.mark.parametrize(("unit", "known"), [("days", "days"), ("weeks", "weeks"), ("sunrises", None), (None, None)])
def test_what_a_streak_counts(unit: str | None, known: str | None) -> None:
    """Its unit says it; where that is one of somebody's own, nothing is claimed."""
    found = calendar_of(crossing(3, unit), UTC, SPOKEN.default)

    assert (found.unit if found else None) == known


@pytest.mark.parametrize("fault", [{"kind": "count"}, {"value": 0}, {"value": -3}])
def test_no_calendar(fault: dict[str, object]) -> None:
    """Other kinds have none, and a streak of nothing has no day."""
    assert calendar_of(msgspec.structs.replace(crossing(3), **fault), UTC, SPOKEN.default) is None


def test_the_oldest_moment() -> None:
    """No length and no moment makes it fail: a streak may be longer than the calendar."""
    ages = crossing(10**30, at=rfc3339(-62_000_000_000_000))

    assert calendar_of(ages, UTC, SPOKEN.default)
    assert SPOKEN.default.days.first_weekday == 0
    assert timedelta(days=7 * SHOWN) < timedelta(days=59)
