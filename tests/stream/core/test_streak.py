"""Streaks: days and weeks in a row, late events, journeys."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.moment import epoch_ms, parse_rfc3339
from stream.core.progress import decode_progress, encode_progress
from stream.core.streak import LATENESS_MS
from tests.stream.core.oracle import Oracle
from tests.stream.core.samples import APPLIED_MS, Contact, document, event

HOUR_MS, DAY_MS = 3_600_000, 86_400_000


def contact(*thresholds: int, streak: str = "days", zone: str | None = None, product_zone: str = "UTC") -> Contact:
    """Return a contact whose ``used`` events are counted as days or weeks in a row."""
    product = {"name": "Acme", "url": "https://acme.example", "time_zone": product_zone}
    milestones = [{"id": "row", "when": {"days": list(thresholds)}}] if thresholds else []
    made = Contact(document({"days": {"streak": streak, "from": "used"}}, milestones, product=product))
    made.row.zone = zone
    return made


def at(text: str, zone: str = "UTC") -> int:
    """Return the moment (epoch ms) of a local time."""
    return epoch_ms(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


def lengths(made: Contact, *moments: int) -> list[int]:
    """Return the counter after each event."""
    counters = []
    for moment in moments:
        made.crossings(event(at_ms=moment))
        counters.append(int(made.row.counter(0)))
    return counters


def test_a_day_counts_once_and_a_missed_day_begins_anew() -> None:
    """The counter is the length of the newest run."""
    moments = [at(f"2026-11-{day:02}T{hour:02}:00") for day, hour in [(1, 0), (1, 23), (2, 12), (3, 5), (5, 5), (6, 1)]]
    assert lengths(contact(), *moments) == [1, 1, 2, 3, 1, 2]


@pytest.mark.parametrize("period", ["days", "weeks"])
def test_a_crossing_says_what_the_streak_counts(period: str) -> None:
    """A message can say "7 days in a row" without a guess from the metric's name; a unit of one's own wins."""
    crossed = contact(1, streak=period).crossings(event(at_ms=at("2026-11-02T12:00")))
    assert [each.unit for each in crossed] == [period]
    own = document(
        {"days": {"streak": period, "from": "used", "unit": "sunrises"}}, [{"id": "row", "when": {"days": 1}}]
    )
    assert [each.unit for each in Contact(own).crossings(event(at_ms=at("2026-11-02T12:00")))] == ["sunrises"]


def test_a_streak_is_crossed_once_and_not_again_after_a_break() -> None:
    """The crossing test is on the longest run there ever was."""
    made = contact(2, 3)
    days = [at(f"2026-11-{day:02}T12:00") for day in (1, 2, 10, 11, 12, 20, 21, 22)]
    assert made.names(*(event(at_ms=each) for each in days)) == ["row-2/1", "row-3/1"]
    assert made.row.high(0) == made.row.counter(0), "the newest run is as long as the longest"
    made.crossings(event(at_ms=at("2026-12-24T12:00")))
    assert (made.row.counters, made.row.peaks) == ([1], {0: 3})


def test_days_are_those_of_the_contacts_zone() -> None:
    """Two events an hour apart around local midnight are two days, wherever the contact lives."""
    around = [at("2026-11-20T23:30", "Asia/Kathmandu"), at("2026-11-21T00:30", "Asia/Kathmandu")]
    assert lengths(contact(zone="Asia/Kathmandu"), *around) == [1, 2]
    assert lengths(contact(product_zone="Asia/Kathmandu"), *around) == [1, 2]
    assert lengths(contact(), *around) == [1, 1]


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_the_days_on_which_the_clock_changes_are_days(day: str) -> None:
    """23 or 25 hours long: each counts once."""
    start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/Paris"))
    nights = [start + timedelta(days=offset, minutes=minute) for offset in (-1, 0, 1) for minute in (1, 1438)]
    assert lengths(contact(zone="Europe/Paris"), *map(epoch_ms, nights)) == [1, 1, 2, 2, 3, 3]


def test_a_date_that_a_country_skipped_breaks_no_streak() -> None:
    """Samoa had no 30 December 2011."""
    moments = [at("2011-12-29T12:00", "Pacific/Apia"), at("2011-12-31T12:00", "Pacific/Apia")]
    assert moments[1] - moments[0] == DAY_MS
    assert lengths(contact(zone="Pacific/Apia"), *moments) == [1, 2]


def test_a_leap_day_is_a_day() -> None:
    """28 and 29 February, 1 March; in a common year there is none to miss."""
    assert lengths(contact(), *(at(f"2024-{day}T12:00") for day in ("02-28", "02-29", "03-01"))) == [1, 2, 3]
    assert lengths(contact(), *(at(f"2026-{day}T12:00") for day in ("02-28", "03-01"))) == [1, 2]


def test_weeks_run_from_monday_to_sunday() -> None:
    """Sunday and Monday are two weeks, through the turn of the year."""
    days = ["2026-12-27", "2026-12-28", "2027-01-03", "2027-01-04"]
    made = contact(2, streak="weeks")
    assert lengths(made, *(at(f"{day}T12:00") for day in days)) == [1, 2, 2, 3]


def test_a_late_event_joins_two_runs_and_may_cross() -> None:
    """Day 2 comes after day 3."""
    made = contact(3)
    days = [at(f"2026-11-0{day}T12:00") for day in (1, 3, 2)]
    (crossed,) = made.crossings(*(event(at_ms=each) for each in days))
    assert (crossed.milestone, crossed.value, crossed.occurred_at_ms) == ("row-3", 3, days[2])


def test_a_late_event_on_an_older_run_crosses_and_leaves_the_newest_run() -> None:
    """The longest run that it touches decides; the counter is that of the newest."""
    made = contact(3)
    assert lengths(made, *(at(f"2026-11-0{day}T01:00") for day in (1, 2, 5))) == [1, 2, 1]
    (crossed,) = made.crossings(event(at_ms=at("2026-11-03T02:00")))
    assert (crossed.value_before, crossed.value) == (1, 3)
    assert (made.row.counter(0), made.row.high(0)) == (1, 3)


def test_an_event_later_than_the_lateness_counts_for_nothing_and_is_not_refused() -> None:
    """48 hours before the newest is taken, a millisecond more is not."""
    newest = at("2026-11-10T12:00")
    made = contact()
    assert lengths(made, newest, newest - LATENESS_MS - 1) == [1, 1]
    assert made.row.streaks is not None
    assert (made.row.streaks[0].newest_ms, made.row.streaks[0].runs) == (newest, [[20767, 20767, 1]])
    assert lengths(made, newest - LATENESS_MS, newest - DAY_MS) == [1, 3]


def test_runs_that_nothing_can_touch_are_forgotten() -> None:
    """A row does not grow with the years."""
    made = contact()
    lengths(made, *(APPLIED_MS + 2 * day * DAY_MS for day in range(1000)))
    assert made.row.streaks is not None
    assert len(made.row.streaks[0].runs) <= 3
    assert len(encode_progress(made.row)) < 250


@pytest.mark.parametrize(
    ("start", "end"),
    [("America/Los_Angeles", "Pacific/Auckland"), ("Pacific/Auckland", "America/Los_Angeles")],
    ids=["east", "west"],
)
def test_a_journey_never_loses_a_day(start: str, end: str) -> None:
    """An event every 23 hours is one on each day, in either zone: no run breaks, whenever the journey is.

    Each zone has a day with two of them, which is one day; a contact may meet both such days, or neither.
    """
    for hour in range(0, 24, 3):
        first = at("2026-06-01T00:00", start) + hour * HOUR_MS
        moments = [first + step * 23 * HOUR_MS for step in range(10)]
        made = contact(zone=start)
        before = lengths(made, *moments[:5])
        made.row.zone = end
        after = lengths(made, *moments[5:])
        assert all(later - earlier in (0, 1) for earlier, later in pairwise([*before, *after]))
        alone = [lengths(contact(zone=zone), *moments)[-1] for zone in (start, end)]
        assert min(alone) - 1 <= after[-1] <= max(alone) + 1


def test_a_day_that_was_counted_keeps_its_number_after_a_journey() -> None:
    """Monday in Auckland, then two hours later still Sunday in Los Angeles: no day more, and Monday there is one."""
    made = contact(zone="Pacific/Auckland")
    monday = at("2026-11-16T09:00", "Pacific/Auckland")
    assert lengths(made, monday) == [1]
    made.row.zone = "America/Los_Angeles"
    assert lengths(made, monday + 2 * HOUR_MS, monday + 24 * HOUR_MS) == [1, 2]


def test_flying_to_and_fro_gains_no_more_than_the_dates_seen() -> None:
    """An event in each zone, an hour apart, all through a day: the dates of the two zones, not one for each flight."""
    made = contact()
    noon = at("2026-11-16T20:00")
    for hour in range(20):
        made.row.zone = ("America/Los_Angeles", "Asia/Tokyo")[hour % 2]
        made.crossings(event(at_ms=noon + hour * HOUR_MS))
    assert made.row.counter(0) <= 3


def test_a_change_of_zone_is_for_later_days() -> None:
    """A late event from before the journey is numbered as the days around it were."""
    made = contact(zone="Asia/Tokyo")
    days = [at(f"2026-11-{day}T01:00", "Asia/Tokyo") for day in (16, 18)]
    assert lengths(made, *days) == [1, 1]
    made.row.zone = "America/Los_Angeles"
    assert lengths(made, at("2026-11-17T01:00", "Asia/Tokyo")) == [3]


def test_days_that_become_weeks_begin_anew() -> None:
    """Numbers of days and of weeks do not mix; what was reached stays reached."""
    made = contact(2, 3)
    days = [at(f"2026-11-{day}T12:00") for day in (16, 17)]
    assert made.names(*(event(at_ms=each) for each in days)) == ["row-2/1"]
    made.edit(contact(2, 3, streak="weeks").document, 2 * APPLIED_MS)
    weeks = [days[0] + week * 7 * DAY_MS for week in range(1, 4)]
    assert made.names(*(event(at_ms=each) for each in weeks)) == ["row-3/1"]


MOMENTS = st.lists(st.integers(0, 40 * 24 * 4), min_size=1, max_size=40).map(
    lambda quarters: [APPLIED_MS + quarter * HOUR_MS // 4 for quarter in quarters]
)
ZONES = st.sampled_from(["UTC", "Europe/Paris", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"])


@settings(deadline=None)
@given(MOMENTS, ZONES, st.sampled_from(["days", "weeks"]), st.data())
def test_events_shuffled_inside_the_lateness_cross_the_same(
    moments: list[int], zone: str, streak: str, data: st.DataObject
) -> None:
    """In order, or each up to a day and more late: the same milestones, the same last run."""
    moments = sorted(moments)
    shuffled = sorted(moments, key=lambda moment: moment + data.draw(st.integers(0, LATENESS_MS)))
    inside = all(moment >= max(shuffled[: place + 1]) - LATENESS_MS for place, moment in enumerate(shuffled))
    assert inside
    ordered, late = (contact(1, 2, 3, 5, 8, 13, streak=streak, zone=zone) for _ in range(2))
    names = ordered.names(*(event(at_ms=moment) for moment in moments))
    assert sorted(late.names(*(event(at_ms=moment) for moment in shuffled))) == sorted(names)
    assert late.row.counters == ordered.row.counters
    assert late.row.peaks == ordered.row.peaks


@settings(deadline=None)
@given(MOMENTS, ZONES, st.sampled_from(["days", "weeks"]))
def test_runs_are_what_the_oracle_counts(moments: list[int], zone: str, streak: str) -> None:
    """In any order, beyond the lateness too, with the row stored after each event."""
    made = contact(2, 3, 5, streak=streak, zone=zone)
    oracle = Oracle(0, zone=zone)
    assert made.adoption is not None
    for moment in moments:
        each = event(at_ms=moment)
        told = oracle.tell(made.document, made.adoption, each)
        assert isinstance(told, list)
        assert [crossed.milestone for crossed in made.crossings(each)] == [fact["milestone"] for fact in told]
        assert made.row.counter(0) == oracle.pasts["days/streak"].value
        assert made.row.high(0) == oracle.pasts["days/streak"].high
        made.row = decode_progress(encode_progress(made.row))


def test_a_late_event_does_not_move_the_window_back() -> None:
    """What is late is told from the newest event, not from the last to arrive."""
    made = contact()
    newest = parse_rfc3339("2026-11-10T12:00:00Z")
    lengths(made, newest, newest - DAY_MS)
    assert made.row.streaks is not None
    assert made.row.streaks[0].newest_ms == newest
