"""`highest` and `distinct`: levels that fall cross nothing twice, and values count once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.milestones.metric import DISTINCT_BOUND
from schemas.rejection import Rejection
from stream.core.advance import DUPLICATE, FILTERED
from stream.core.members import canonical
from stream.core.progress import encode_progress
from tests.stream.core.samples import Contact, document, event


def highest(*thresholds: Any, every: int | None = None, reads: str = "members") -> Contact:
    """Return a contact of whom the highest value is kept."""
    entries: list[dict[str, Any]] = [{"id": "team", "when": {"size": list(thresholds)}}] if thresholds else []
    if every:
        entries.append({"id": "club", "when": {"size": f"every {every}"}})
    return Contact(document({"size": {"highest": reads, "from": "team_changed"}}, entries))


def sized(members: Any) -> Any:
    """Return an event with that many members."""
    return event("team_changed", properties={"members": members})


def test_the_highest_value_is_kept_when_the_level_falls() -> None:
    """25, then 10, then 25 again crosses 25 once."""
    contact = highest(10, 25)
    assert contact.names(sized(25)) == ["team-10/1", "team-25/1"]
    assert contact.names(sized(10), sized(25), sized(3)) == []
    assert contact.row.counters == [25]
    assert contact.row.peaks is None


def test_value_and_value_before_are_levels() -> None:
    """From the highest so far to the new one."""
    (crossed,) = highest(20).crossings(sized(12), sized(5), sized(Decimal("30.5")))
    assert (crossed.kind, crossed.value_before, crossed.value) == ("highest", 12, Decimal("30.5"))


def test_a_level_below_zero_is_none() -> None:
    """A contact starts at 0."""
    contact = highest(1)
    contact.crossings(sized(-7))
    assert contact.row.counters == [0]


def test_the_highest_may_be_that_of_the_value() -> None:
    """`value` is the event's own."""
    contact = highest(5, reads="value")
    assert contact.names(event("team_changed", 6)) == ["team-5/1"]


def test_a_level_that_passes_too_many_occurrences_at_once_is_refused() -> None:
    """But a high level is none in itself: what counts is the rise."""
    contact = highest(every=5)
    assert len(contact.crossings(sized(5000))) == 1000
    assert len(contact.crossings(sized(10_000))) == 1000
    refusal = contact.outcome(sized(15_001))
    assert isinstance(refusal, Rejection)
    assert (refusal.code, refusal.pointer) == ("out_of_range", "/properties/members")


@pytest.mark.parametrize("kind", ["highest", "distinct", "sum"])
@pytest.mark.parametrize(
    ("value", "code"), [(None, "field_missing"), ([1], "wrong_type"), ({}, "wrong_type"), ("absent", "field_missing")]
)
def test_what_cannot_be_read_is_refused_and_nothing_counts(kind: str, value: object, code: str) -> None:
    """An event counts for all of its metrics or for none."""
    metrics = {"all": {"count": "events", "from": "used"}, "read": {kind: "thing", "from": "used"}}
    contact = Contact(document(metrics, []))
    before = encode_progress(contact.row)
    refusal = contact.outcome(event(properties={} if value == "absent" else {"thing": value}))
    assert isinstance(refusal, Rejection)
    assert (refusal.code, refusal.pointer) == (code, "/properties/thing")
    assert encode_progress(contact.row) == before
    assert contact.members.values == set()


def teammates(*thresholds: int, dedupe_ids: int = 16) -> Contact:
    """Return a contact whose different invitees are counted."""
    entries = [{"id": "mates", "when": {"mates": list(thresholds)}}] if thresholds else []
    rules = document({"mates": {"distinct": "who", "from": "invited", "where": {"test": {"not": True}}}}, entries)
    return Contact(rules, dedupe_ids=dedupe_ids)


def invited(who: object, **rest: Any) -> Any:
    """Return an event that invites someone."""
    return event("invited", properties={"who": who}, **rest)


def test_a_value_counts_once() -> None:
    """However often it comes."""
    contact = teammates(2)
    assert contact.names(*(invited(who) for who in ("ann", "ann", "ann"))) == []
    (crossed,) = contact.crossings(invited("bob"), invited("ann"))
    assert (crossed.kind, crossed.value_before, crossed.value) == ("distinct", 1, 2)
    assert contact.row.counters == [2]


def test_a_value_is_remembered_only_when_its_event_is_counted() -> None:
    """A repeat and an event that is filtered out bring no value in."""
    contact = teammates()
    contact.crossings(invited("ann", id="a"))
    assert contact.outcome(invited("bob", id="a")) is DUPLICATE
    assert contact.outcome(event("invited", properties={"who": "eve", "test": True})) is FILTERED
    assert contact.members.values == {("c-1", 0, '"ann"')}


def test_each_metric_has_values_of_its_own() -> None:
    """By its number."""
    metrics = {name: {"distinct": "who", "from": "invited"} for name in ("one", "two")}
    contact = Contact(document(metrics, []))
    contact.crossings(invited("ann"))
    assert contact.row.counters == [1, 1]
    assert contact.members.values == {("c-1", 0, '"ann"'), ("c-1", 1, '"ann"')}


def test_values_are_exact_up_to_the_bound_and_stay_there() -> None:
    """Beyond it nothing is remembered any more."""
    contact = teammates(DISTINCT_BOUND, dedupe_ids=0)
    contact.row.counters = [DISTINCT_BOUND - 1]
    assert contact.names(invited("last"), invited("one more")) == [f"mates-{DISTINCT_BOUND}/1"]
    assert contact.row.counters == [DISTINCT_BOUND]
    assert contact.members.values == {("c-1", 0, '"last"')}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1", '"1"'),
        (1, "1"),
        (True, "true"),
        (False, "false"),
        (Decimal("1.0"), "1"),
        (Decimal("1.50"), "1.5"),
        (Decimal("-0.0"), "0"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-7"), "0.0000001"),
        ('é\n"', '"é\\n\\""'),
        ("", '""'),
        (None, None),
        ([], None),
        ({}, None),
    ],
)
def test_values_are_told_apart_as_json(value: object, text: str | None) -> None:
    """By type and value; these texts are stored, so they must not change."""
    assert canonical(value) == text


SCALARS = st.text(max_size=3) | st.integers(-3, 3) | st.booleans() | st.decimals(-3, 3, places=2)


@settings(deadline=None)
@given(SCALARS, SCALARS)
def test_equal_values_are_one_and_others_are_two(one: Any, other: Any) -> None:
    """True is not 1, "1" is neither, 1.50 is 1.5."""
    numbers = all(isinstance(each, int | Decimal) and not isinstance(each, bool) for each in (one, other))
    equal = one == other and (numbers or type(one) is type(other))
    assert (canonical(one) == canonical(other)) is equal
