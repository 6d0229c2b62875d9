"""`adopt`: versions, numbers that are never reused, and since when a rule is in force."""

from __future__ import annotations

import msgspec

from schemas.adoption import AdoptedMetric, Adoption
from stream.core.adoption import adopt
from tests.stream.core.samples import counting, document, summing


def test_the_version_moves_only_when_the_document_says_something_else() -> None:
    """A restart with the same file is no new version."""
    first = adopt(None, counting(10), 1)
    assert first.version == 1
    assert adopt(first, counting(10), 2) is first
    assert adopt(first, counting(10, 100), 2).version == 2


def test_every_rung_is_a_milestone_of_its_own() -> None:
    """A rung added to a ladder touches no other."""
    first = adopt(None, counting(10, 100), 1)
    second = adopt(first, counting(10, 50, 100), 2)
    assert {name: (each.number, each.first_applied_ms) for name, each in second.milestones.items()} == {
        "uses-10": (0, 1),
        "uses-100": (1, 1),
        "uses-50": (2, 2),
    }


def test_a_number_is_never_given_twice() -> None:
    """What was removed keeps its number, also from what comes later."""
    first = adopt(None, counting(10), 1)
    second = adopt(first, counting(20), 2)
    third = adopt(second, counting(10, 20, 30), 3)
    assert {name: each.number for name, each in third.milestones.items()} == {"uses-10": 0, "uses-20": 1, "uses-30": 2}
    assert third.milestones["uses-10"].first_applied_ms == 1


def test_a_metric_that_comes_back_keeps_its_number_and_tells_of_the_gap() -> None:
    """It is known that its counters missed something."""
    first = adopt(None, counting(10), 1)
    back = adopt(adopt(first, summing(10), 2), counting(10), 3)
    assert back.metric("uses", "count") == AdoptedMetric(0, first_applied_ms=1, counted_since_ms=3)
    assert back.metric("uses", "count").has_gap
    assert not back.metric("money", "sum").present
    again = adopt(back, counting(10, 20), 4)
    assert again.metric("uses", "count") == back.metric("uses", "count"), "a gap is not forgotten"


def test_a_metric_of_another_kind_is_another_metric() -> None:
    """A counter of events says nothing of a sum."""
    first = adopt(None, document({"n": {"count": "events", "from": "a"}}, []), 1)
    second = adopt(first, document({"n": {"sum": "value", "from": "a"}}, []), 2)
    assert second.metric("n", "sum") == AdoptedMetric(1, 2, 2)


def test_a_draft_is_not_applied_until_it_is_active() -> None:
    """The time counts from the day on which it could first be crossed."""
    metrics = {"n": {"count": "events", "from": "a"}}
    draft = document(metrics, [{"id": "a", "when": {"n": 1}, "status": "draft"}])
    active = document(metrics, [{"id": "a", "when": {"n": 1}}])
    first = adopt(None, draft, 1)
    assert first.milestone("a").first_applied_ms is None
    second = adopt(first, active, 2)
    assert second.milestone("a").first_applied_ms == 2
    third = adopt(adopt(second, draft, 3), active, 4)
    assert third.milestone("a").first_applied_ms == 2


def test_an_adoption_is_stored_and_read_back() -> None:
    """It is a row of the tracker."""
    adoption = adopt(adopt(None, counting(10, every=5), 1), summing(3), 2)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(adoption), type=Adoption) == adoption
