"""`adopt`: versions, numbers that are never reused, and since when a rule is in force."""

from __future__ import annotations

import msgspec

from schemas.adoption import AdoptedMetric, Adoption
from schemas.rules import RulesVersion
from stream.core.adoption import adopt, next_version
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


def course(adoption: Adoption, name: str = "club") -> tuple[int | None, bool]:
    """Since when a milestone has its condition, and whether it ever had another."""
    found = adoption.milestones[name]
    assert found.course is not msgspec.UNSET
    return found.since_ms, found.course.changed


def test_since_when_a_condition_is_in_force() -> None:
    """It begins with an edit of the condition, and when the milestone comes back; nothing else of it matters."""
    first = adopt(None, counting(every=500), 1)
    assert course(first) == (1, False)
    same = adopt(first, counting(10, every=500), 2)
    assert course(same) == (1, False)
    edited = adopt(same, counting(10, every=1000), 3)
    assert course(edited) == (3, True)
    assert edited.milestones["club"].first_applied_ms == 1
    gone = adopt(edited, counting(10), 4)
    assert course(gone) == (3, True)
    back = adopt(gone, counting(10, every=1000), 5)
    assert course(back) == (5, True)


def test_a_milestone_that_only_was_away_is_not_changed() -> None:
    """Its occurrences still are its multiples."""
    first = adopt(None, counting(every=500), 1)
    back = adopt(adopt(first, counting(10), 2), counting(every=500), 3)
    assert course(back) == (3, False)


def test_what_an_earlier_release_adopted_is_held_against_its_document() -> None:
    """It wrote no condition: the document that was in force says which it was."""
    before = counting(every=500)
    first = adopt(None, before, 1)
    old = msgspec.structs.replace(
        first,
        milestones={
            name: msgspec.structs.replace(each, course=msgspec.UNSET) for name, each in first.milestones.items()
        },
    )
    assert course(adopt(old, counting(10, every=500), 2, before=before)) == (1, False)
    assert course(adopt(old, counting(every=1000), 2, before=before)) == (2, True)
    version = RulesVersion(1, 1, None, before, old)
    assert course(next_version(version, counting(every=1000), 2).adoption) == (2, True)


def test_a_draft_has_no_course() -> None:
    """What it says before it is active binds nobody."""
    metrics = {"uses": {"count": "events", "from": "used"}}
    drafts = [
        document(metrics, [{"id": "club", "when": {"uses": f"every {step}"}, "status": status}])
        for step, status in ((500, "draft"), (1000, "draft"), (2000, "active"))
    ]
    adoption = None
    for at, each in enumerate(drafts, start=1):
        adoption = adopt(adoption, each, at)
    assert adoption is not None
    assert course(adoption) == (3, False)
