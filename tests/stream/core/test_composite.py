"""Composites: crossed when the last member is reached, whatever reaches it."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.milestone_crossed import Jump
from schemas.milestones import Document
from stream.core.due import fire
from tests.stream.core.samples import APPLIED_MS, Contact, document, event

DAY_MS = 86_400_000
METRICS: dict[str, Any] = {
    "uses": {"count": "events", "from": "used"},
    "money": {"sum": "value", "from": "paid"},
}
A = {"id": "a", "when": {"uses": 1}}
B = {"id": "b", "when": {"money": 10}}
BOTH = {"id": "both", "when": {"all_of": ["a", "b"]}}


def rules(*entries: dict[str, Any], **rest: Any) -> Document:
    """Return a document with these milestones."""
    return document(METRICS, list(entries), **rest)


def test_a_composite_is_crossed_with_its_last_member_and_once() -> None:
    """In the jump of the event that completed it."""
    contact = Contact(rules(A, B, BOTH))
    assert contact.names(event()) == ["a/1"]
    crossed = contact.crossings(event("paid", 10))
    assert [(each.milestone, each.jump) for each in crossed] == [
        ("b", Jump(index=1, of=2, top=False)),
        ("both", Jump(index=2, of=2, top=True)),
    ]
    both = crossed[1]
    assert (both.kind, both.metric, both.unit, both.threshold) == ("all_of", None, None, 2)
    assert (both.value_before, both.value, both.previous, both.next) == (1, 2, None, None)
    assert contact.names(event(), event("paid", -20), event("paid", 50)) == []


def test_one_event_may_reach_every_member() -> None:
    """Value before is then still one less."""
    metrics = {"one": {"count": "events", "from": "used"}, "two": {"count": "events", "from": "used"}}
    entries = [{"id": "a", "when": {"one": 1}}, {"id": "b", "when": {"two": 1}}, BOTH]
    crossed = Contact(document(metrics, entries)).crossings(event())
    assert [each.milestone for each in crossed] == ["a", "b", "both"]
    assert (crossed[2].value_before, crossed[2].value) == (1, 2)


def test_composites_may_be_members() -> None:
    """Inner ones first, all in one event."""
    outer = {"id": "outer", "when": {"all_of": ["both", "c"]}}
    contact = Contact(rules(outer, BOTH, A, B, {"id": "c", "when": {"uses": 2}}))
    assert contact.names(event(), event()) == ["a/1", "c/1"]
    assert contact.names(event("paid", 10)) == ["b/1", "both/1", "outer/1"]


def test_a_repeating_member_is_reached_the_first_time() -> None:
    """Later occurrences complete nothing."""
    contact = Contact(rules({"id": "a", "when": {"uses": "every 2"}}, B, BOTH))
    assert contact.names(event("paid", 10), event()) == ["b/1"]
    assert contact.names(event()) == ["a/1", "both/1"]
    assert contact.names(event(), event()) == ["a/2"]


def test_a_retired_member_is_still_reached() -> None:
    """It is not celebrated itself any more; its threshold is still the way to the composite."""
    contact = Contact(rules({**A, "status": "retired"}, B, BOTH))
    assert contact.names(event("paid", 10)) == ["b/1"]
    assert contact.names(event()) == ["both/1"]


def test_a_retired_composite_is_not_crossed_and_may_be_a_member() -> None:
    """The outer one waits for what the inner one waited for."""
    outer = {"id": "outer", "when": {"all_of": ["both", "c"]}}
    contact = Contact(rules(A, B, {**BOTH, "status": "retired"}, {"id": "c", "when": {"uses": 2}}, outer))
    assert contact.names(event(), event(), event("paid", 10)) == ["a/1", "c/1", "b/1", "outer/1"]


def test_a_member_that_was_past_when_it_came_counts_as_reached() -> None:
    """The high-water mark says so, also after a refund; nothing need be recorded of it."""
    contact = Contact(rules({"id": "z", "when": {"money": 500}}))
    contact.crossings(event("paid", 30), event("paid", -25))
    contact.edit(rules(A, B, BOTH), APPLIED_MS + 1)
    assert contact.names(event(at_ms=APPLIED_MS + 1)) == ["a/1", "both/1"]


def test_a_composite_that_was_complete_when_it_came_is_passed_over() -> None:
    """Nothing completes it any more, so nobody is told of it out of the blue."""
    contact = Contact(rules(A, B, {"id": "club", "when": {"uses": "every 2"}}))
    contact.crossings(event(), event("paid", 10), event())
    club, other = {"id": "club", "when": {"uses": "every 2"}}, {"id": "other", "when": {"money": 50}}
    contact.edit(rules(A, B, BOTH, club, other), APPLIED_MS + 1)
    assert contact.names(*(event(at_ms=APPLIED_MS + 1) for _ in range(2)), event("paid", 90)) == ["club/2", "other/1"]


def test_a_timer_completes_a_composite() -> None:
    """At the moment of the anniversary."""
    contact = Contact(rules({"id": "a", "when": {"signed_up": "30 days"}}, B, BOTH), signed_up_ms=APPLIED_MS)
    contact.crossings(event("paid", 10))
    crossed = fire(contact.rules, contact.row, "c-1", APPLIED_MS + 31 * DAY_MS, "UTC").crossed
    assert [each.milestone for each in crossed] == ["a", "both"]
    assert crossed[1].occurred_at_ms == crossed[0].occurred_at_ms
    assert crossed[1].celebrate


def test_a_later_anniversary_completes_nothing() -> None:
    """As with any member that repeats: it was reached with the first."""
    monthly = {"id": "a", "when": {"signed_up": "every 1 month"}}
    contact = Contact(rules(monthly, B), signed_up_ms=APPLIED_MS)
    contact.crossings(event("paid", 10))
    assert len(contact.fire(APPLIED_MS + 40 * DAY_MS).crossed) == 1
    contact.edit(rules(monthly, B, BOTH), APPLIED_MS + 41 * DAY_MS)
    crossed = contact.fire(APPLIED_MS + 70 * DAY_MS).crossed
    assert [(each.milestone, each.occurrence) for each in crossed] == [("a", 2)]


def test_an_anniversary_passed_over_in_silence_counts_as_reached() -> None:
    """A contact of many years can still complete it by what is left."""
    made = rules({"id": "a", "when": {"signed_up": "30 days"}}, B, BOTH)
    contact = Contact(made, signed_up_ms=APPLIED_MS - 99 * DAY_MS)
    assert fire(contact.rules, contact.row, "c-1", APPLIED_MS, "UTC").crossed == ()
    assert contact.names(event("paid", 10)) == ["b/1", "both/1"]


@pytest.mark.parametrize(
    ("metrics", "at_ms", "backfill", "reason"),
    [
        ({}, APPLIED_MS, False, None),
        ({}, APPLIED_MS - 1, False, "before_milestone"),
        ({}, APPLIED_MS, True, "backfill"),
        ({"uses": {"history": "from_now"}}, APPLIED_MS, False, "history_incomplete"),
        ({"money": {"history": "from_now"}}, APPLIED_MS, False, "history_incomplete"),
    ],
)
def test_a_composite_is_celebrated_as_its_completing_event_and_only_if_every_metric_is_whole(
    metrics: dict[str, Any], at_ms: int, backfill: bool, reason: str | None
) -> None:
    """Guarantee G3."""
    merged = {name: {**metric, **metrics.get(name, {})} for name, metric in METRICS.items()}
    contact = Contact(document(merged, [A, B, BOTH]))
    contact.crossings(event())
    crossed = contact.crossings(event("paid", 10, at_ms=at_ms, backfill=backfill))
    assert {each.milestone: each.not_celebrated_because for each in crossed}["both"] == reason
