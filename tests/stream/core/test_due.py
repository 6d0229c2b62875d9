"""What time alone brings, once: anniversaries, what was missed, and when there is something next."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.milestone_crossed import Jump, TimerSource
from schemas.milestones import Document
from schemas.moment import parse_rfc3339, rfc3339
from stream.core.crossed import Crossed
from stream.core.due import fire, next_due
from stream.core.progress import Progress
from tests.stream.core.samples import Contact, document, event

DAY_MS = 86_400_000
SIGNED_UP_MS = parse_rfc3339("2026-03-10T15:00:00Z")


def calendar(*whens: str, **rest: Any) -> Document:
    """Return a document with an anniversary for each `signed_up`."""
    entries = [{"id": f"a-{number}", "when": {"signed_up": when}, **rest} for number, when in enumerate(whens)]
    return document({"uses": {"count": "events", "from": "used"}}, entries)


def contact(*whens: str, applied_ms: int = SIGNED_UP_MS, **rest: Any) -> Contact:
    """Return a contact who signed up on 10 March 2026, under rules applied then."""
    return Contact(calendar(*whens, **rest), signed_up_ms=SIGNED_UP_MS, now_ms=applied_ms)


def due_at(made: Contact) -> str | None:
    """Return when there is something next, as text."""
    at_ms = next_due(made.rules, made.row, "UTC")
    return None if at_ms is None else rfc3339(at_ms)[:10]


def test_an_anniversary_is_crossed_when_it_is_due_and_not_before() -> None:
    """Once; a milestone without `every` is over then."""
    made = contact("30 days")
    due = parse_rfc3339("2026-04-09T00:00:00Z")
    assert next_due(made.rules, made.row, "UTC") == due
    assert made.fire(due - 1).crossed == ()
    (crossed,) = made.fire(due).crossed
    assert (crossed.kind, crossed.metric, crossed.unit, crossed.occurrence) == ("signed_up", None, "days", 1)
    assert (crossed.threshold, crossed.value_before, crossed.value) == (30, 0, 30)
    assert (crossed.occurred_at_ms, crossed.days_since_signup, crossed.celebrate) == (due, 29, True)
    assert (crossed.jump, crossed.previous, crossed.next) == (None, None, None)
    assert made.fire(due + 1000 * DAY_MS).crossed == ()
    assert due_at(made) is None


def test_a_crossing_by_time_is_a_record() -> None:
    """Its source is the timer."""
    (crossed,) = contact("30 days").fire(SIGNED_UP_MS + 31 * DAY_MS).crossed
    record = crossed.record(TimerSource(due_at=rfc3339(crossed.occurred_at_ms)), SIGNED_UP_MS + 31 * DAY_MS)
    assert record.metric is None
    assert record.occurred_at == "2026-04-09T00:00:00.000Z"


def test_every_year_comes_again() -> None:
    """Occurrences 1, 2, 3; threshold and value in years since sign-up."""
    made = contact("every 1 year")
    for year in (1, 2, 3):
        assert due_at(made) == f"{2026 + year}-03-10"
        (crossed,) = made.fire(SIGNED_UP_MS + (365 * year + 2) * DAY_MS).crossed
        assert (crossed.occurrence, crossed.threshold, crossed.value_before) == (year, year, year - 1)
        made.restart()


def test_what_was_missed_is_one_jump_and_only_the_newest_is_on_top() -> None:
    """A worker that was away for weeks sends no burst."""
    made = contact("every 1 week")
    crossed = made.fire(SIGNED_UP_MS + 30 * DAY_MS).crossed
    assert [each.occurrence for each in crossed] == [1, 2, 3, 4]
    assert [each.jump for each in crossed] == [Jump(index=place, of=4, top=place == 4) for place in (1, 2, 3, 4)]
    assert [rfc3339(each.occurred_at_ms)[:10] for each in crossed] == [
        "2026-03-17",
        "2026-03-24",
        "2026-03-31",
        "2026-04-07",
    ]


def test_milestones_due_together_are_one_jump() -> None:
    """Twelve months and a year: one celebration, of the major one."""
    entries = [
        {"id": "year", "when": {"signed_up": "1 year"}, "tier": "major", "means": "A year."},
        {"id": "months", "when": {"signed_up": "12 months"}},
    ]
    rules = document({"uses": {"count": "events", "from": "used"}}, entries)
    made = Contact(rules, signed_up_ms=SIGNED_UP_MS, now_ms=SIGNED_UP_MS)
    crossed = made.fire(SIGNED_UP_MS + 366 * DAY_MS).crossed
    assert [(each.milestone, each.jump and each.jump.top) for each in crossed] == [("months", False), ("year", True)]


def test_occurrences_from_before_the_milestone_are_passed_over_in_silence() -> None:
    """Nobody is celebrated for the past; the next one keeps its number."""
    made = contact("30 days", "every 1 month", applied_ms=SIGNED_UP_MS + 100 * DAY_MS)
    assert made.fire(SIGNED_UP_MS + 100 * DAY_MS).crossed == ()
    assert due_at(made) == "2026-07-10"
    (crossed,) = made.fire(parse_rfc3339("2026-07-10T00:00:00Z")).crossed
    assert (crossed.milestone, crossed.occurrence, crossed.celebrate) == ("a-1", 4, True)


def test_what_is_due_at_the_moment_of_the_first_apply_is_celebrated() -> None:
    """A millisecond earlier it is past."""
    due = parse_rfc3339("2026-04-09T00:00:00Z")
    assert contact("30 days", applied_ms=due).fire(due).crossed[0].celebrate
    assert contact("30 days", applied_ms=due + 1).fire(due + 1).crossed == ()


def test_record_only_records_what_is_past_without_celebration() -> None:
    """Analysts see it, contacts do not."""
    made = contact("every 1 month", applied_ms=SIGNED_UP_MS + 70 * DAY_MS, adoption="record_only")
    crossed = made.fire(SIGNED_UP_MS + 100 * DAY_MS).crossed
    assert [(each.occurrence, each.not_celebrated_because) for each in crossed] == [
        (1, "adopted"),
        (2, "adopted"),
        (3, None),
    ]
    assert [each.jump is not None and each.jump.top for each in crossed] == [False, False, True]


def test_of_a_very_long_past_the_newest_thousand_are_recorded() -> None:
    """A daily milestone and a contact of ten years; the next day has the next number."""
    made = contact("every 1 day", applied_ms=SIGNED_UP_MS + 3650 * DAY_MS, adoption="record_only")
    crossed = made.fire(SIGNED_UP_MS + 3650 * DAY_MS).crossed
    assert [crossed[0].occurrence, crossed[-1].occurrence, len(crossed)] == [2651, 3650, 1000]
    assert [each.occurrence for each in made.fire(SIGNED_UP_MS + 3651 * DAY_MS).crossed] == [3651]


def test_a_contact_whose_sign_up_is_not_known_has_no_anniversary() -> None:
    """It comes when the sign-up becomes known, and what is past then comes at once."""
    made = contact("30 days")
    made.row.signed_up_ms = None
    assert due_at(made) is None
    assert made.fire(SIGNED_UP_MS + 900 * DAY_MS).crossed == ()
    made.row.signed_up_ms = SIGNED_UP_MS
    assert due_at(made) == "2026-04-09"


def test_the_contacts_zone_stands_before_the_products() -> None:
    """A day begins in Auckland while it is still yesterday in Honolulu."""
    made = contact("every 1 year")
    assert rfc3339(next_due(made.rules, made.row, "Pacific/Honolulu") or 0) == "2027-03-10T10:00:00.000Z"
    made.row.zone = "Pacific/Auckland"
    assert rfc3339(next_due(made.rules, made.row, "Pacific/Honolulu") or 0) == "2027-03-10T11:00:00.000Z"


def test_a_contact_who_moves_has_each_anniversary_once() -> None:
    """East or west, before or after the day."""
    for zones in (("Pacific/Auckland", "Pacific/Honolulu"), ("Pacific/Honolulu", "Pacific/Auckland")):
        made = contact("every 1 day")
        seen: list[int] = []
        for hour in range(24 * 20):
            made.row.zone = zones[hour // 50 % 2]
            seen += [each.occurrence for each in made.fire(SIGNED_UP_MS + hour * 3_600_000).crossed]
        assert seen == list(range(1, len(seen) + 1))
        assert len(seen) in (19, 20)


def test_a_corrected_sign_up_repeats_nothing() -> None:
    """What was reached stays reached; the next one is due by the new date."""
    made = contact("every 1 month")
    assert len(made.fire(SIGNED_UP_MS + 40 * DAY_MS).crossed) == 1
    made.row.signed_up_ms = SIGNED_UP_MS + 35 * DAY_MS
    assert due_at(made) == "2026-06-14"


@pytest.mark.parametrize("when", ["36500 years", "every 36500 months"])
def test_what_never_comes_is_never_due(when: str) -> None:
    """The calendar ends in 9999."""
    made = contact(when)
    made.fire(SIGNED_UP_MS + 10_000 * DAY_MS)
    if when == "36500 years":
        assert due_at(made) is None


def test_ten_years_for_a_thousand_contacts_take_seconds() -> None:
    """Each contact has 10 years, 20 half-years and one thirtieth day, each once, at the moment that was announced."""
    rules = contact("30 days", "every 6 months", "every 1 year").rules
    zones = ("Europe/Paris", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe")
    began = time.process_time()
    crossings = 0
    for number in range(1000):
        row = Progress([], zone=zones[number % 5], signed_up_ms=SIGNED_UP_MS + number * 7_919_000)
        assert row.signed_up_ms is not None
        end = row.signed_up_ms + 3660 * DAY_MS
        while (due := next_due(rules, row, "UTC")) is not None and due < end:
            fired = fire(rules, row, "c-1", due, "UTC")
            assert {each.occurred_at_ms for each in fired.crossed} == {due}
            crossings += len(fired.crossed)
    assert crossings == 1000 * (10 + 20 + 1)
    assert time.process_time() - began < 30


WHENS = st.lists(
    st.sampled_from(["1 day", "30 days", "every 1 week", "every 1 month", "every 1 year", "2 months", "every 17 days"]),
    min_size=1,
    max_size=3,
    unique=True,
)


@settings(max_examples=60, deadline=None)
@given(
    WHENS,
    st.integers(-50, 400),
    st.lists(st.integers(-10, 1000), max_size=8),
    st.sampled_from(["silent", "record_only"]),
)
def test_however_the_timer_runs_each_occurrence_comes_once(
    whens: list[str], applied: int, days: list[int], adoption: str
) -> None:
    """Often, seldom or late: the same crossings as of a timer that runs each day."""
    told: list[set[tuple[str, int, int]]] = []
    for moments in (range(-10, 1001), [*sorted(days), 1000]):
        made = contact(*whens, applied_ms=SIGNED_UP_MS + applied * DAY_MS, adoption=adoption)
        found: list[Crossed] = []
        for day in moments:
            if day % 3 == 0:
                made.restart()
            found += made.fire(SIGNED_UP_MS + day * DAY_MS).crossed
        keys = [(each.milestone, each.occurrence, each.occurred_at_ms) for each in found]
        assert len(keys) == len(set(keys))
        told.append(set(keys))
    assert told[0] == told[1]


def test_an_event_counts_beside_a_timer() -> None:
    """A row is one, whatever comes to it."""
    made = contact("30 days")
    made.crossings(event(at_ms=SIGNED_UP_MS))
    made.fire(SIGNED_UP_MS + 31 * DAY_MS)
    assert (made.row.counters, made.row.first_ms, made.row.last_day) == ([1], SIGNED_UP_MS, SIGNED_UP_MS // DAY_MS)
