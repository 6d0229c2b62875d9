"""Baselines: what was done before is imported in silence, once, and counted no second time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from schemas.rejection import Rejection
from schemas.usage_event import BASELINE_EVENT
from stream.core.advance import DUPLICATE, FILTERED, NOTHING
from stream.core.baseline import import_baseline
from stream.core.due import next_due
from stream.core.progress import encode_progress
from tests.stream.core.samples import APPLIED_MS, Contact, document, event

METRICS: dict[str, Any] = {
    "uses": {"count": "events", "from": "used"},
    "money": {"sum": "value", "from": "paid"},
    "size": {"highest": "value", "from": "team_changed"},
    "mates": {"distinct": "who", "from": "invited"},
    "days": {"streak": "days", "from": "used"},
}
LADDERS = [
    {"id": "uses", "when": {"uses": [10, 100]}},
    {"id": "money", "when": {"money": [10, 100]}},
    {"id": "size", "when": {"size": [10, 100]}},
    {"id": "club", "when": {"money": "every 20"}},
]
AS_OF_MS = APPLIED_MS - 1


def contact(*more: dict[str, Any], history: str = "from_now") -> Contact:
    """Return a contact of whom nothing was counted yet."""
    return Contact(document(METRICS, [*LADDERS, *more], history))


def baseline(metric: object, value: int | Decimal, as_of_ms: int = AS_OF_MS) -> Any:
    """Return the event that carries a baseline."""
    return event(BASELINE_EVENT, value, at_ms=as_of_ms, properties={"metric": metric}, backfill=True)


def take(made: Contact, metric: object, value: int | Decimal, as_of_ms: int = AS_OF_MS) -> Any:
    """Import it and return the outcome."""
    return import_baseline(made.rules, made.row, baseline(metric, value, as_of_ms))


def test_a_baseline_crosses_nothing_and_what_comes_after_is_celebrated() -> None:
    """The number is whole then, whenever the contact signed up."""
    made = contact()
    assert take(made, "money", 15) == NOTHING
    assert made.row.counters[1] == 15
    assert made.names(event("paid", 4)) == []
    crossed = made.crossings(event("paid", 90))
    assert [(each.milestone, each.value_before, each.value) for each in crossed if each.milestone != "club"] == [
        ("money-100", 19, 109)
    ]
    assert {each.not_celebrated_because for each in crossed} == {None}
    assert {each.milestone for each in made.crossings(event("team_changed", 10))} == {"size-10"}
    assert made.crossings(event("team_changed", 100))[0].not_celebrated_because == "history_incomplete"


def test_what_a_baseline_reaches_is_marked_in_silence() -> None:
    """Also the occurrences of a milestone that repeats: the next is the one after."""
    made = contact()
    take(made, "money", 65)
    assert [made.row.occurrence(made.rules.goals[name].number) for name in ("money-10", "money-100", "club")] == [
        1,
        0,
        3,
    ]
    assert made.names(event("paid", 15)) == ["club/4"]


@pytest.mark.parametrize(
    ("metric", "values", "counter"), [("uses", (7, 9), 9), ("money", (7, 3), 3), ("size", (7, 3), 7)]
)
def test_a_later_import_replaces_the_earlier_one(metric: str, values: tuple[int, int], counter: int) -> None:
    """The value of a total is corrected, a highest value stays."""
    made = contact()
    assert take(made, metric, values[0]) == NOTHING
    assert take(made, metric, values[1], AS_OF_MS + 1) == NOTHING
    assert made.row.counter(made.rules.steps[metric].slot) == counter


def test_the_same_import_again_changes_nothing() -> None:
    """Also once events have been counted: an import may be run again."""
    made = contact()
    take(made, "money", Decimal("12.50"))
    made.crossings(event("paid", 3, at_ms=APPLIED_MS))
    before = encode_progress(made.row)
    assert take(made, "money", Decimal("12.5")) is DUPLICATE
    assert encode_progress(made.row) == before


def test_a_baseline_comes_before_the_events_that_it_holds() -> None:
    """One that reaches over an event already counted would count it twice."""
    made = contact()
    made.crossings(event(at_ms=APPLIED_MS), event(at_ms=APPLIED_MS - 50))
    before = encode_progress(made.row)
    for as_of_ms in (APPLIED_MS + 10, APPLIED_MS - 50):
        refusal = take(made, "money", 5, as_of_ms)
        assert isinstance(refusal, Rejection)
        assert (refusal.code, refusal.pointer) == ("baseline_too_late", "/at")
    assert encode_progress(made.row) == before
    assert take(made, "money", 5, APPLIED_MS - 51) == NOTHING


def test_an_older_baseline_does_not_replace_a_newer_one() -> None:
    """Two imports may come in any order."""
    made = contact()
    take(made, "money", 5, AS_OF_MS)
    refusal = take(made, "money", 4, AS_OF_MS - 1)
    assert isinstance(refusal, Rejection)
    assert refusal.code == "baseline_too_late"


def test_events_that_a_baseline_holds_are_ignored_for_its_metric_alone() -> None:
    """At its time or before; a late one of another metric counts."""
    made = contact()
    take(made, "money", 50)
    before = encode_progress(made.row)
    assert made.outcome(event("paid", 7, at_ms=AS_OF_MS)) is FILTERED
    assert encode_progress(made.row) == before
    made.crossings(event("paid", 7, at_ms=AS_OF_MS + 1), event(at_ms=AS_OF_MS - 5))
    assert made.row.counters[:2] == [1, 57]


def test_a_falling_baseline_crosses_nothing_again() -> None:
    """The high-water mark stays, also for a milestone that comes later, and for a count, which else never falls."""
    made = contact()
    take(made, "uses", 50)
    take(made, "uses", 5, AS_OF_MS + 1)
    assert (made.row.counter(0), made.row.high(0)) == (5, 50)
    entries = [*LADDERS[1:], {"id": "uses", "when": {"uses": [8, 10, 51]}}]
    made.edit(document(METRICS, entries), APPLIED_MS + 1)
    assert made.names(*(event(at_ms=APPLIED_MS + 2) for _ in range(46))) == ["uses-51/1"]


def test_a_baseline_completes_no_composite_out_loud() -> None:
    """Nor later: its members were reached with it."""
    made = contact({"id": "both", "when": {"all_of": ["uses-10", "money-10"]}})
    take(made, "uses", 10)
    take(made, "money", 10)
    assert made.row.occurrence(made.rules.goals["both"].number) == 1
    other = contact({"id": "both", "when": {"all_of": ["uses-10", "money-10"]}})
    take(other, "uses", 10)
    other.row.signed_up_ms = APPLIED_MS
    assert [(each.milestone, each.celebrate) for each in other.crossings(event("paid", 10))] == [
        ("money-10", True),
        ("both", True),
    ]


def test_a_baseline_near_a_threshold_nudges_nobody() -> None:
    """Neither at once nor by time; a rise after it may."""
    made = contact({"id": "n", "when": {"money": 1000}, "nudge": {"near": "90%", "stuck_for": "5 days"}})
    assert take(made, "money", 950) == NOTHING
    assert next_due(made.rules, made.row, "UTC") is None
    assert made.nudges(event("paid", 1)) == []
    assert next_due(made.rules, made.row, "UTC") == APPLIED_MS + 5 * 86_400_000


def test_a_metric_that_was_away_after_its_baseline_is_not_whole() -> None:
    """What was missed in between is in no import."""
    made = contact()
    take(made, "money", 5)
    without = {name: metric for name, metric in METRICS.items() if name != "money"}
    made.edit(document(without, []), APPLIED_MS + 10)
    made.edit(document(METRICS, LADDERS, "from_now"), APPLIED_MS + 20)
    crossed = made.crossings(event("paid", 5, at_ms=APPLIED_MS + 30))
    assert crossed[0].not_celebrated_because == "history_incomplete"


@pytest.mark.parametrize(
    ("metric", "value", "code", "pointer"),
    [
        (None, 1, "field_missing", "/properties/metric"),
        (7, 1, "wrong_type", "/properties/metric"),
        ("sales", 1, "baseline_metric", "/properties/metric"),
        ("mates", 1, "baseline_metric", "/properties/metric"),
        ("days", 1, "baseline_metric", "/properties/metric"),
        ("uses", -1, "out_of_range", "/value"),
        ("uses", Decimal("1.5"), "out_of_range", "/value"),
    ],
)
def test_what_is_no_baseline_is_refused(metric: object, value: int | Decimal, code: str, pointer: str) -> None:
    """With the place of the mistake, and nothing changed."""
    made = contact()
    before = encode_progress(made.row)
    refusal = take(made, metric, value)
    assert isinstance(refusal, Rejection)
    assert (refusal.code, refusal.pointer) == (code, pointer)
    assert encode_progress(made.row) == before


def test_no_metric_counts_the_reserved_event() -> None:
    """Who counts it must ask for it."""
    rules = contact().rules
    assert rules.plan(BASELINE_EVENT) is rules.baseline
