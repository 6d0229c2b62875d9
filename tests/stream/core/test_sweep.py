"""The sweep: `adoption: record_only` records what was past, and celebrates nothing."""

from __future__ import annotations

from typing import Any

from stream.core.sweep import adopt_row
from tests.stream.core.samples import APPLIED_MS, Contact, document, event

METRICS: dict[str, Any] = {
    "uses": {"count": "events", "from": "used"},
    "money": {"sum": "value", "from": "paid"},
}


def past() -> Contact:
    """Return a contact who used 12 times and paid 60, of which 45 were refunded, before there was a milestone."""
    contact = Contact(document(METRICS, []))
    contact.crossings(*(event() for _ in range(12)), event("paid", 60), event("paid", -45))
    return contact


def adopted(contact: Contact, *entries: dict[str, Any], adoption: str = "record_only") -> list[Any]:
    """Put these milestones into force, later, and sweep."""
    listed = [{**entry, "adoption": entry.get("adoption", adoption)} for entry in entries]
    contact.edit(document(METRICS, listed), APPLIED_MS + 1000)
    return list(adopt_row(contact.rules, contact.row, "c-1", contact.rules.version - 1))


def test_what_is_past_is_recorded_once_and_not_celebrated() -> None:
    """By the high-water mark: a refund takes nothing away."""
    contact = past()
    crossed = adopted(contact, {"id": "uses", "when": {"uses": [10, 100]}}, {"id": "rich", "when": {"money": 50}})
    assert [(each.milestone, each.value, each.not_celebrated_because) for each in crossed] == [
        ("uses-10", 12, "adopted"),
        ("rich", 15, "adopted"),
    ]
    assert {each.occurred_at_ms for each in crossed} == {APPLIED_MS + 1000}
    contact.restart()
    assert adopt_row(contact.rules, contact.row, "c-1", 0) == ()
    assert contact.names(event("paid", 90)) == []


def test_silent_milestones_get_nothing() -> None:
    """And are not crossed later either."""
    contact = past()
    assert adopted(contact, {"id": "ten", "when": {"uses": 10}}, adoption="silent") == []
    assert contact.names(event()) == []


def test_what_is_ahead_is_left_to_events() -> None:
    """They celebrate it."""
    contact = past()
    assert adopted(contact, {"id": "more", "when": {"uses": 13}}) == []
    assert contact.crossings(event(at_ms=APPLIED_MS + 1000))[0].celebrate


def test_what_an_event_crossed_before_the_sweep_is_not_recorded_again() -> None:
    """The sweep is slow, and events come meanwhile."""
    contact = past()
    contact.edit(document(METRICS, [{"id": "m", "when": {"uses": 13}, "adoption": "record_only"}]), APPLIED_MS + 1000)
    assert contact.names(event(at_ms=APPLIED_MS + 1000)) == ["m/1"]
    assert adopt_row(contact.rules, contact.row, "c-1", 1) == ()


def test_every_occurrence_is_recorded_and_the_next_has_the_next_number() -> None:
    """Of a very long past the newest thousand."""
    contact = past()
    crossed = adopted(contact, {"id": "club", "when": {"uses": "every 5"}})
    assert [(each.occurrence, each.threshold) for each in crossed] == [(1, 5), (2, 10)]
    assert contact.names(*(event() for _ in range(3))) == ["club/3"]
    rich = past()
    rich.crossings(event("paid", 9_000_000))
    assert [each.occurrence for each in adopted(rich, {"id": "club", "when": {"money": "every 1"}})][::999] == [
        8_999_016,
        9_000_015,
    ]


def test_a_composite_whose_members_are_past_is_recorded() -> None:
    """Whether they were recorded themselves or not."""
    contact = past()
    crossed = adopted(
        contact,
        {"id": "a", "when": {"uses": 10}},
        {"id": "b", "when": {"money": 50}, "adoption": "silent"},
        {"id": "both", "when": {"all_of": ["a", "b"]}},
        {"id": "more", "when": {"all_of": ["both", "far"]}},
        {"id": "far", "when": {"uses": 100}},
    )
    assert [each.milestone for each in crossed] == ["a", "both"]
    assert (crossed[1].kind, crossed[1].threshold, crossed[1].value) == ("all_of", 2, 2)


def test_under_the_version_of_the_last_sweep_nothing_is_left() -> None:
    """A row that was swept is not looked at again."""
    contact = past()
    contact.edit(document(METRICS, [{"id": "m", "when": {"uses": 5}, "adoption": "record_only"}]), APPLIED_MS + 1000)
    assert adopt_row(contact.rules, contact.row, "c-1", contact.rules.version) == ()
    assert len(adopt_row(contact.rules, contact.row, "c-1", contact.rules.version - 1)) == 1
