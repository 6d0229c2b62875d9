"""Nudges: near a threshold, or stuck there, once for each."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.milestones import Document
from stream.core.due import next_due
from stream.core.nudge import Nudge
from tests.stream.core.samples import APPLIED_MS, Contact, document, event

DAY_MS = 86_400_000


def nudging(when: Any, near: str = "90%", stuck_for: str | None = "5 days", kind: str = "sum", **rest: Any) -> Document:
    """Return a document with one metric and one entry that nudges."""
    nudge = {"near": near, **({"stuck_for": stuck_for} if stuck_for else {})}
    entry_rest: dict[str, Any] = {key: rest.pop(key) for key in ("holdout", "tier", "means") if key in rest}
    metric: dict[str, Any] = {kind: "events" if kind == "count" else "value", "from": "paid"}
    return document({"money": metric}, [{"id": "m", "when": {"money": when}, "nudge": nudge, **entry_rest}], **rest)


def paid(value: int | Decimal, day: float = 0, **rest: Any) -> Any:
    """Return a payment so many days after the rules were applied."""
    return event("paid", value, at_ms=APPLIED_MS + int(day * DAY_MS), **rest)


def stuck(contact: Contact, day: float) -> list[str]:
    """Return the nudges that are due that many days after the rules were applied."""
    fired = contact.fire(APPLIED_MS + int(day * DAY_MS))
    assert fired.crossed == ()
    return [f"{nudge.milestone}/{nudge.occurrence}/{nudge.kind}" for nudge in fired.nudges]


def test_a_contact_who_comes_near_is_nudged_once() -> None:
    """At the event that reaches the share, and never again, whatever is refunded."""
    contact = Contact(nudging(100))
    assert contact.nudges(paid(89)) == []
    assert contact.nudges(paid(1)) == ["m/1/near"]
    assert contact.nudges(paid(5), paid(-50), paid(50)) == []


def test_a_nudge_says_what_is_missing() -> None:
    """To the threshold, from the counter."""
    contact = Contact(nudging([10, 100], tier="major", means="Much."))
    outcome = contact.outcome(paid(Decimal("92.5")))
    assert isinstance(outcome, tuple)
    crossed, nudge = outcome
    assert isinstance(nudge, Nudge)
    assert (crossed.milestone, nudge.milestone, nudge.kind, nudge.metric) == ("m-10", "m-100", "near", "money")
    assert (nudge.threshold, nudge.value, nudge.remaining) == (100, Decimal("92.5"), Decimal("7.5"))
    assert (nudge.tier, nudge.rules_version, nudge.occurred_at_ms) == ("major", 1, APPLIED_MS)


def test_an_event_that_passes_the_threshold_as_well_gives_no_nudge() -> None:
    """There is something better to say."""
    contact = Contact(nudging(100))
    assert contact.nudges(paid(100)) == []
    assert contact.row.nudged is None
    assert stuck(contact, 400) == []


@pytest.mark.parametrize(
    ("kind", "threshold", "near", "first"), [("sum", 10, "95%", 10), ("count", 10, "85%", 9), ("count", 1, "90%", None)]
)
def test_near_is_the_share_and_not_less(kind: str, threshold: int, near: str, first: int | None) -> None:
    """Whole numbers come near at the next whole number; a threshold of 1 is never near."""
    contact = Contact(nudging(threshold, near, kind=kind))
    seen = [number for number in range(1, 12) if contact.nudges(paid(1))]
    assert seen == ([] if first is None or first >= threshold else [first])


def test_a_fraction_may_be_the_mark() -> None:
    """95% of 10 is 9.5, exactly."""
    contact = Contact(nudging(10, "95%"))
    assert contact.nudges(paid(Decimal("9.4999"))) == []
    assert contact.nudges(paid(Decimal("0.0001"))) == ["m/1/near"]


def test_each_occurrence_of_a_repeating_milestone_is_near_once() -> None:
    """Near the end of its own step: 90% of the way from one to the next."""
    contact = Contact(nudging("every 50"))
    near = [number for number in range(1, 201) if contact.nudges(paid(1))]
    assert near == [45, 95, 145, 195]
    assert contact.nudges(paid(-30), paid(30)) == []


def test_a_contact_who_is_stuck_near_a_threshold_is_nudged_by_time() -> None:
    """Five days after the last rise; a new rise begins them anew; once."""
    contact = Contact(nudging(100))
    contact.crossings(paid(92, 0), paid(1, 3))
    assert next_due(contact.rules, contact.row, "UTC") == APPLIED_MS + 8 * DAY_MS
    assert stuck(contact, 7.9) == []
    contact.restart()
    fired = contact.fire(APPLIED_MS + 9 * DAY_MS)
    (nudge,) = fired.nudges
    assert (nudge.kind, nudge.value, nudge.remaining) == ("stuck", 93, 7)
    assert nudge.occurred_at_ms == APPLIED_MS + 8 * DAY_MS
    assert contact.row.active is None
    contact.crossings(paid(1, 10))
    assert stuck(contact, 100) == []
    assert contact.row.active is None, "nothing waits any more"


def test_a_refund_is_no_progress_and_neither_is_its_return() -> None:
    """Only a new high-water mark is."""
    contact = Contact(nudging(100))
    contact.crossings(paid(92, 0), paid(-5, 3), paid(4, 4))
    assert next_due(contact.rules, contact.row, "UTC") == APPLIED_MS + 5 * DAY_MS
    (nudge,) = contact.fire(APPLIED_MS + 5 * DAY_MS).nudges
    assert (nudge.value, nudge.remaining) == (91, 9)


def test_a_crossing_ends_the_wait() -> None:
    """Nothing is kept of it."""
    contact = Contact(nudging(100))
    contact.crossings(paid(95), paid(5, 1))
    assert contact.row.active is None
    assert next_due(contact.rules, contact.row, "UTC") is None


def test_an_event_that_comes_late_does_not_move_the_last_rise_back() -> None:
    """The newest time counts."""
    contact = Contact(nudging(100))
    contact.crossings(paid(92, 3), paid(1, 1))
    assert next_due(contact.rules, contact.row, "UTC") == APPLIED_MS + 8 * DAY_MS


def test_of_a_repeating_milestone_each_step_has_its_wait() -> None:
    """Stuck at 47, then at 97."""
    contact = Contact(nudging("every 50"))
    contact.crossings(paid(47))
    assert stuck(contact, 6) == ["m/1/stuck"]
    contact.crossings(paid(20, 7))
    assert stuck(contact, 50) == []
    contact.crossings(paid(30, 51))
    assert stuck(contact, 60) == ["m/2/stuck"]


@pytest.mark.parametrize(
    ("history", "signed_up_ms", "day", "backfill"),
    [
        ("from_now", None, 0, False),
        ("from_now", APPLIED_MS - 1, 0, False),
        ("complete", None, -1, False),
        ("complete", None, 0, True),
    ],
    ids=["sign-up unknown", "old contact", "before the milestone", "backfill"],
)
def test_nobody_is_nudged_towards_what_would_not_be_celebrated(
    history: str, signed_up_ms: int | None, day: int, backfill: bool
) -> None:
    """Neither near nor stuck."""
    contact = Contact(nudging(100, history=history), signed_up_ms=signed_up_ms)
    assert contact.nudges(paid(95, day, backfill=backfill)) == []
    assert stuck(contact, 400) == []


def test_who_came_near_without_a_nudge_has_none_later() -> None:
    """The first event that comes near is the one that counts, though another threshold is passed after it."""
    contact = Contact(nudging([97, 100]))
    assert contact.nudges(paid(95, backfill=True)) == []
    assert contact.names(paid(2)) == ["m-97/1"]
    assert contact.nudges(paid(1)) == []
    assert contact.row.nudged is None


def test_a_contact_held_out_is_nudged_on_record_only() -> None:
    """The record says so, as a crossing does."""
    for share, held_out in (("100%", True), ("0%", False)):
        outcome = Contact(nudging(100, holdout=share)).outcome(paid(95))
        assert isinstance(outcome, tuple)
        assert [each.holdout for each in outcome] == [held_out]


def test_a_contact_near_before_the_nudge_came_is_stuck_only_after_a_rise() -> None:
    """Nobody is nudged for what lies before."""
    contact = Contact(document({"money": {"sum": "value", "from": "paid"}}, [{"id": "m", "when": {"money": 100}}]))
    contact.crossings(paid(92))
    contact.edit(nudging(100), APPLIED_MS + DAY_MS)
    assert stuck(contact, 100) == []
    assert contact.nudges(paid(1, 101)) == []
    assert stuck(contact, 107) == ["m/1/stuck"]


def test_without_a_nudge_nothing_of_it_is_kept() -> None:
    """It is asked for in the file."""
    contact = Contact(document({"money": {"sum": "value", "from": "paid"}}, [{"id": "m", "when": {"money": 100}}]))
    assert contact.nudges(paid(95)) == []
    assert (contact.row.active, contact.row.nudged) == (None, None)


STEPS = st.lists(st.tuples(st.integers(-30, 40), st.integers(0, 4)), max_size=30)


@settings(max_examples=100, deadline=None)
@given(STEPS, st.sampled_from([100, [20, 50, 100], "every 30"]), st.sampled_from(["50%", "85%", "99%"]))
def test_once_for_each_threshold_and_kind_and_only_below_it(steps: list[tuple[int, int]], when: Any, near: str) -> None:
    """Whatever comes and goes, with the timer between."""
    contact = Contact(nudging(when, near))
    share = int(near[:-1])
    seen: list[tuple[str, int, str]] = []
    day = 0
    total = high = 0
    for value, pause in steps:
        day += pause
        nudges = list(contact.fire(APPLIED_MS + day * DAY_MS).nudges)
        outcome = contact.outcome(paid(value, day))
        assert isinstance(outcome, tuple)
        before, total = high, total + value
        high = max(high, total)
        for nudge in nudges:
            assert (nudge.kind, nudge.occurred_at_ms <= APPLIED_MS + day * DAY_MS) == ("stuck", True)
            assert before < nudge.threshold
        for each in outcome:
            if isinstance(each, Nudge):
                step = 30 if when == "every 30" else each.threshold
                mark = each.threshold - step + Decimal(step * share) / 100
                assert before < mark <= high < each.threshold
                nudges.append(each)
        seen += [(nudge.milestone, nudge.occurrence, nudge.kind) for nudge in nudges]
        contact.restart()
    assert len(seen) == len(set(seen))
