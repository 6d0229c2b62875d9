"""Edits of the rules: what a contact hears next, and what it never hears again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.milestones import Document
from schemas.moment import parse_rfc3339
from schemas.usage_event import UsageEvent
from stream.core.crossed import Crossed
from stream.core.sweep import adopt_row, is_past
from tests.stream.core.samples import Contact, document, event

METRICS: dict[str, Any] = {
    "documents": {"sum": "value", "from": "processed"},
    "pages": {"sum": "pages", "from": "processed"},
    "uses": {"count": "events", "from": "processed", "where": {"kind": "use"}},
}


def rules(*entries: dict[str, Any], metrics: dict[str, Any] | None = None) -> Document:
    """Return a document with these milestones."""
    return document(metrics or METRICS, [*entries])


def club(when: dict[str, Any], **rest: Any) -> Document:
    """Return a document with one milestone, the same in every edit."""
    return rules({"id": "club", "when": when, **rest})


def process(contact: Contact, documents: int, **rest: Any) -> list[tuple[int, Any]]:
    """Process documents at once; return (occurrence, threshold) of what is crossed."""
    one = event("processed", documents, properties={"pages": 10 * documents, **rest})
    return facts(contact.crossings(one))


def processed(documents: int) -> UsageEvent:
    """Return the event of so many documents, of a page each."""
    return event("processed", documents, properties={"pages": documents})


def facts(crossed: Iterable[Crossed]) -> list[tuple[int, Any]]:
    return [(each.occurrence, each.threshold) for each in crossed]


def edit(contact: Contact, after: Document) -> list[tuple[int, Any]]:
    """Put other rules into force a moment later; return what the walk over all rows records."""
    before = contact.rules.version
    contact.edit(after, contact.now_ms + 1000)
    due = is_past(contact.rules, contact.row, before)
    crossed = adopt_row(contact.rules, contact.row, "c-1", before)
    assert due == bool(crossed)
    assert not any(each.celebrate for each in crossed)
    return facts(crossed)


def test_a_larger_step_goes_on_with_the_first_multiple_above_the_mark() -> None:
    """3,200 by 500, then by 1,000: 4,000 is next, and its occurrence is the seventh, for six were said."""
    contact = Contact(club({"documents": "every 500"}))
    assert process(contact, 3200)[-1] == (6, 3000)
    assert edit(contact, club({"documents": "every 1000"})) == []
    assert process(contact, 799) == []
    assert process(contact, 1) == [(7, 4000)]
    assert process(contact, 2500) == [(8, 5000), (9, 6000)]


def test_a_row_of_an_earlier_release_goes_on_likewise() -> None:
    """It was silent up to 7,000."""
    contact = Contact(club({"documents": "every 1000"}))
    process(contact, 3200)
    contact.row.occurrences = {0: 6}
    contact.restart()
    assert process(contact, 800) == [(7, 4000)]


def test_a_smaller_step_goes_on_with_the_first_multiple_above_the_mark() -> None:
    """3,200 by 1,000, then by 500: nothing of what is past, then 3,500, the seventh multiple."""
    contact = Contact(club({"documents": "every 1000"}))
    assert process(contact, 3200)[-1] == (3, 3000)
    assert edit(contact, club({"documents": "every 500"})) == []
    assert process(contact, 299) == []
    assert process(contact, 1) == [(7, 3500)]


def test_an_occurrence_is_never_given_twice_to_and_fro() -> None:
    """500, 1,000 and 500 again: each number once, each larger than the last."""
    contact = Contact(club({"documents": "every 500"}))
    said = process(contact, 3200)
    for step in (1000, 500, 1000):
        edit(contact, club({"documents": f"every {step}"}))
        said += process(contact, 1500)
    assert said[5:] == [(6, 3000), (7, 4000), (10, 5000), (11, 5500), (12, 6000), (13, 7000)]


def test_another_metric_begins_where_the_contact_stands_there() -> None:
    """The occurrence counts on; nothing that is past there is said."""
    contact = Contact(club({"documents": "every 500"}))
    assert process(contact, 1200)[-1] == (2, 1000)
    edit(contact, club({"pages": "every 5000"}))
    assert process(contact, 250) == []  # 14,500 pages
    assert process(contact, 50) == [(3, 15_000)]


def test_another_kind_of_metric_begins_at_its_first_multiple() -> None:
    """A sum that becomes a count starts anew at 0, and so do the multiples; the numbers of what was said stay."""
    contact = Contact(club({"documents": "every 10"}))
    assert process(contact, 55)[-1] == (5, 50)
    counts = {**METRICS, "documents": {"count": "events", "from": "processed"}}
    edit(contact, rules({"id": "club", "when": {"documents": "every 10"}}, metrics=counts))
    assert [fact for _ in range(20) for fact in process(contact, 1)] == [(6, 10), (7, 20)]


def test_days_that_become_weeks_begin_at_the_first_multiple_of_weeks() -> None:
    """The longest run of days is no number of weeks: 30 days do not silence 4 weeks."""
    day = 86_400_000
    days, weeks = (
        rules(
            {"id": "club", "when": {"row": "every 2"}},
            {"id": "long", "when": {"row": 4}},
            metrics={"row": {"streak": streak, "from": "processed"}},
        )
        for streak in ("days", "weeks")
    )
    contact = Contact(days)
    monday = parse_rfc3339("2026-06-01T12:00:00Z")
    names = contact.names(*(event("processed", at_ms=monday + step * day) for step in range(30)))
    assert names[-1] == "club/15"
    assert edit(contact, weeks) == []
    names = contact.names(*(event("processed", at_ms=monday + (35 + 7 * step) * day) for step in range(4)))
    assert names == ["club/16", "club/17"], "long was reached in days and is kept"
    assert contact.row.high(0) == 4


def test_a_filter_that_changes_leaves_the_mark() -> None:
    """What was counted stays counted, and the next multiple is the one above it."""
    contact = Contact(club({"uses": "every 2"}))
    assert [fact for _ in range(3) for fact in process(contact, 1, kind="use")] == [(1, 2)]
    edit(
        contact,
        rules(
            {"id": "club", "when": {"uses": "every 2"}},
            metrics={**METRICS, "uses": {**METRICS["uses"], "where": {"kind": "other"}}},
        ),
    )
    assert process(contact, 1, kind="use") == []
    assert process(contact, 1, kind="other") == [(2, 4)]


@pytest.mark.parametrize(
    ("before", "after", "at", "heard"),
    [
        (500, 1000, 300, [(1, 1000)]),  # raised, not reached: at the new one
        (500, 1000, 700, []),  # raised, reached: never again
        (1000, 500, 300, [(1, 500)]),  # lowered, below it
        (1000, 500, 700, []),  # lowered below where the contact stands: past
    ],
)
def test_a_threshold_that_is_moved(before: int, after: int, at: int, heard: list[Any]) -> None:
    """Once in a life, and nothing for the past."""
    contact = Contact(club({"documents": before}))
    process(contact, at)
    edit(contact, club({"documents": after}))
    assert process(contact, 1000) == heard


def test_rungs_added_taken_away_and_changed_touch_no_other() -> None:
    """A rung is a milestone of its own: below the mark it is past, above it is still to come."""
    contact = Contact(club({"documents": [10, 100]}))
    assert contact.names(processed(60)) == ["club-10/1"]
    edit(contact, club({"documents": [10, 50, 70]}))
    assert contact.names(processed(60)) == ["club-70/1"]
    edit(contact, club({"documents": [10, 100, 130]}))
    assert contact.names(processed(60)) == ["club-130/1"]


def test_a_rung_added_where_a_contact_stands_is_not_reached_by_its_next_event() -> None:
    """Events may come before the walk over all rows does: the mark says what is past, and so it is past at the mark."""
    contact = Contact(club({"documents": [10, 100]}))
    process(contact, 20)
    contact.edit(club({"documents": [10, 20, 21, 100]}), contact.now_ms + 1000)
    assert contact.names(processed(1)) == ["club-21/1"]


def test_once_becomes_every_and_every_becomes_once() -> None:
    """From then on as if it had always been so, but for what was said."""
    contact = Contact(club({"documents": 500}))
    assert process(contact, 3200) == [(1, 500)]
    edit(contact, club({"documents": "every 500"}))
    assert process(contact, 300) == [(7, 3500)]
    edit(contact, club({"documents": 4000}))
    assert process(contact, 1000) == [], "it was reached, under whatever condition"


@pytest.mark.parametrize("adoption", ["silent", "record_only"])
def test_what_is_passed_while_it_is_retired_is_not_said(adoption: str) -> None:
    """With `record_only` it is recorded when the milestone comes back, with the occurrence of each multiple."""
    active = club({"documents": "every 1000"}, adoption=adoption)
    contact = Contact(active)
    assert process(contact, 3200)[-1] == (3, 3000)
    edit(contact, club({"documents": "every 1000"}, adoption=adoption, status="retired"))
    assert process(contact, 2000) == []
    assert edit(contact, active) == ([(4, 4000), (5, 5000)] if adoption == "record_only" else [])
    assert process(contact, 1000) == [(6, 6000)]


def test_an_edit_of_the_step_records_nothing_of_the_past_again() -> None:
    """Which of the new multiples were said under the old step is not known."""
    contact = Contact(club({"documents": "every 1000"}, adoption="record_only"))
    assert process(contact, 3200)[-1] == (3, 3000)
    after = club({"documents": "every 500"}, adoption="record_only")
    assert edit(contact, after) == []
    assert edit(contact, rules(*after.plain()["milestones"], {"id": "x", "when": {"documents": 9000}})) == []
    assert process(contact, 300) == [(7, 3500)]


def test_of_who_had_nothing_an_edit_records_what_is_past_now() -> None:
    """As when the milestone came."""
    contact = Contact(club({"documents": "every 1000"}, adoption="record_only"))
    process(contact, 700)
    assert edit(contact, club({"documents": "every 300"}, adoption="record_only")) == [(1, 300), (2, 600)]
    assert process(contact, 200) == [(3, 900)]


def test_next_and_previous_name_what_was_said_and_what_will_be() -> None:
    """By the occurrences that they have, not by the places of their multiples."""
    contact = Contact(club({"documents": "every 500"}))
    process(contact, 3200)
    edit(contact, club({"documents": "every 1000"}))
    process(contact, 800)
    (crossed,) = contact.crossings(processed(1000))
    assert crossed.previous is not None
    assert crossed.next is not None
    assert (crossed.previous.occurrence, crossed.previous.threshold) == (7, 4000)
    assert (crossed.next.occurrence, crossed.next.threshold, crossed.next.remaining) == (9, 6000, 1000)


def test_a_nudge_is_towards_the_next_multiple() -> None:
    """Near 4,000, not near 7,000."""
    nudge = {"near": "90%"}
    contact = Contact(club({"documents": "every 500"}, nudge=nudge))
    process(contact, 3200)
    edit(contact, club({"documents": "every 1000"}, nudge=nudge))
    assert contact.nudges(processed(700)) == ["club/7/near"]


# ---- anniversaries


DAY_MS = 86_400_000
SIGNED_UP_MS = parse_rfc3339("2024-01-15T12:00:00Z")


def fire(contact: Contact, day: str) -> list[tuple[int, Any, bool]]:
    fired = contact.fire(parse_rfc3339(f"{day}T12:00:00Z"))
    contact.restart()
    return [(each.occurrence, each.threshold, each.celebrate) for each in fired.crossed]


def edit_on(contact: Contact, day: str, after: Document) -> None:
    contact.edit(after, parse_rfc3339(f"{day}T12:00:00Z"))


def signed_up(when: str, **rest: Any) -> Contact:
    return Contact(
        club({"signed_up": when}, **rest), signed_up_ms=SIGNED_UP_MS, now_ms=parse_rfc3339("2024-01-01T00:00:00Z")
    )


def test_years_that_become_half_years_make_up_for_nothing() -> None:
    """After two years: the next is two and a half, not a year and a half."""
    contact = signed_up("every 1 year")
    assert fire(contact, "2026-01-16") == [(1, 1, True), (2, 2, True)]
    edit_on(contact, "2026-03-01", club({"signed_up": "every 6 months"}))
    assert fire(contact, "2026-03-02") == []
    assert fire(contact, "2026-07-16") == [(5, 30, True)]
    assert fire(contact, "2027-01-16") == [(6, 36, True)]


def test_half_years_that_become_years_miss_none() -> None:
    """After four half years: the next is the third year, not the fifth; its occurrence is the fifth said."""
    contact = signed_up("every 6 months")
    assert [each[0] for each in fire(contact, "2026-01-16")] == [1, 2, 3, 4]
    edit_on(contact, "2026-03-01", club({"signed_up": "every 1 year"}))
    assert fire(contact, "2026-12-31") == []
    assert fire(contact, "2027-01-16") == [(5, 3, True)]
    assert fire(contact, "2028-01-16") == [(6, 4, True)]
    edit_on(contact, "2028-02-01", club({"signed_up": "every 6 months"}))
    assert fire(contact, "2028-07-16") == [(9, 54, True)]


@pytest.mark.parametrize(
    ("before", "after", "on", "heard"),
    [
        ("60 days", "30 days", "2024-02-20", []),  # the 30th day is past
        ("60 days", "30 days", "2024-02-01", [(1, 30, True)]),
        ("30 days", "60 days", "2024-02-01", [(1, 60, True)]),
        ("30 days", "60 days", "2024-02-20", []),  # had it on the 30th day
    ],
)
def test_an_age_that_is_moved(before: str, after: str, on: str, heard: list[Any]) -> None:
    """Once in a life, and nothing for the past."""
    contact = signed_up(before)
    fire(contact, on)
    edit_on(contact, on, club({"signed_up": after}))
    assert fire(contact, "2025-01-01") == heard


@pytest.mark.parametrize("adoption", ["silent", "record_only"])
def test_dates_while_it_is_retired_are_not_celebrated(adoption: str) -> None:
    """With `record_only` they are recorded when it comes back."""
    contact = signed_up("every 1 month", adoption=adoption)
    assert fire(contact, "2024-02-16") == [(1, 1, True)]
    edit_on(contact, "2024-03-01", club({"signed_up": "every 1 month"}, adoption=adoption, status="retired"))
    assert fire(contact, "2024-05-01") == []
    edit_on(contact, "2024-05-02", club({"signed_up": "every 1 month"}, adoption=adoption))
    missed = [(2, 2, False), (3, 3, False)] if adoption == "record_only" else []
    assert fire(contact, "2024-05-03") == missed
    assert fire(contact, "2024-05-16") == [(4, 4, True)]


def test_a_number_that_becomes_a_date_counts_on() -> None:
    """Every 500 documents, then every month: the next month, with the next occurrence."""
    contact = Contact(
        club({"documents": "every 500"}), signed_up_ms=SIGNED_UP_MS, now_ms=parse_rfc3339("2024-01-01T00:00:00Z")
    )
    assert process(contact, 3200)[-1] == (6, 3000)
    edit_on(contact, "2024-03-01", club({"signed_up": "every 1 month"}))
    assert fire(contact, "2024-04-01") == [(7, 2, True)]
    edit_on(contact, "2024-04-02", club({"documents": "every 1000"}))
    assert fire(contact, "2024-09-01") == []
    assert process(contact, 900) == [(8, 4000)]


# ---- any sequence of edits


STEPS = st.sampled_from([1, 2, 3, 5, 7, 10])
CONDITIONS = (
    st.builds(lambda step: {"documents": f"every {step}"}, STEPS)
    | st.builds(lambda step: {"pages": f"every {step}"}, st.sampled_from([4, 10, 25]))
    | st.builds(lambda threshold: {"documents": threshold}, st.integers(1, 60))
    | st.builds(lambda months: {"signed_up": f"every {months} months"}, st.integers(1, 5))
)
CHAPTERS = st.lists(
    st.tuples(
        CONDITIONS,
        st.sampled_from(["active", "active", "active", "retired"]),
        st.lists(st.integers(-3, 9), max_size=6),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=300, deadline=None)
@given(CHAPTERS, st.sampled_from(["silent", "record_only"]))
def test_after_any_edits_the_next_is_the_first_multiple_above_the_mark(
    chapters: list[tuple[dict[str, Any], str, list[int]]], adoption: str
) -> None:
    """Nothing is said twice, no occurrence comes again or goes back, and nothing is said of the past."""
    contact: Contact | None = None
    last = 0
    marks: dict[str, Any] = {"documents": 0, "pages": 0}
    sums = dict(marks)
    now_ms = SIGNED_UP_MS
    for condition, status, amounts in chapters:
        after = club(condition, adoption=adoption, status=status)
        if contact is None:
            contact = Contact(after, signed_up_ms=SIGNED_UP_MS, now_ms=now_ms)
        else:
            now_ms += 40 * DAY_MS
            before = contact.rules.version
            contact.edit(after, now_ms)
            recorded = adopt_row(contact.rules, contact.row, "c-1", before)
            assert not any(each.celebrate for each in recorded)
            last = _rising(last, recorded)
        ((name, asked),) = condition.items()
        for amount in amounts:
            crossed = contact.crossings(event("processed", amount, at_ms=now_ms, properties={"pages": 4 * amount}))
            was = dict(marks)
            for metric, factor in (("documents", 1), ("pages", 4)):
                sums[metric] += factor * amount
                marks[metric] = max(marks[metric], sums[metric])
            if status == "active" and isinstance(asked, str) and name in marks:
                step = int(asked.removeprefix("every "))
                multiples = range(int(was[name] // step) + 1, int(marks[name] // step) + 1)
                assert [each.threshold for each in crossed] == [multiple * step for multiple in multiples]
                assert all(each.celebrate for each in crossed)
            elif status != "active" or name == "signed_up":
                assert crossed == []
            else:
                assert all(was[name] < each.threshold <= marks[name] for each in crossed)
            last = _rising(last, crossed)
            contact.restart()
        due = contact.fire(now_ms + 39 * DAY_MS).crossed
        for each in due:
            assert each.celebrate == (each.occurred_at_ms >= now_ms)
            assert each.celebrate or adoption == "record_only"
        if status == "active" and name == "signed_up" and int(asked.split()[1]) == 1:
            assert any(each.celebrate for each in due), "a month has a date in 39 days"
        last = _rising(last, due)


def _rising(last: int, crossed: Iterable[Crossed]) -> int:
    for each in crossed:
        assert each.occurrence > last
        last = each.occurrence
    return last
