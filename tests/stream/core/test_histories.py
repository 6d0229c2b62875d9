"""Whole histories: the fast path equals the oracle, and nothing is ever said twice."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.milestones import Document
from schemas.rejection import Rejection
from schemas.usage_event import UsageEvent
from stream.core.advance import Uncounted
from stream.core.crossed import Crossed
from stream.core.progress import decode_progress, encode_progress
from tests.stream.core.oracle import Oracle
from tests.stream.core.samples import APPLIED_MS, Contact, document

METRICS: dict[str, dict[str, Any]] = {
    "uses": {"count": "events", "from": ["used", "paid"]},
    "reds": {"count": "events", "from": "used", "where": {"color": ["red", 1]}},
    "money": {"sum": "value", "from": "paid"},
    "dollars": {"sum": "amount", "from": ["paid", "refunded"], "where": {"color": {"not": "blue"}}},
    "record": {"highest": "value", "from": ["paid", "refunded"]},
    "seats": {"highest": "amount", "from": "used"},
    "shades": {"distinct": "color", "from": ["used", "refunded"]},
    "days": {"streak": "days", "from": "used"},
    "weeks": {"streak": "weeks", "from": ["used", "paid"], "where": {"color": {"not": "blue"}}},
}
WHOLE = ("count", "distinct", "streak")
HOUR_MS = 3_600_000
THRESHOLDS = st.lists(st.integers(1, 25), min_size=1, max_size=4, unique=True).map(sorted)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Some of the metrics, each with a ladder, perhaps single and repeating milestones; composites of some of these."""
    names = draw(st.lists(st.sampled_from(sorted(METRICS)), min_size=1, unique=True))
    milestones: list[dict[str, Any]] = []
    for name in names:
        milestones.append({"id": f"{name}-at", "when": {name: draw(THRESHOLDS)}})
        if draw(st.booleans()):
            milestones.append({"id": f"{name}-once", "when": {name: draw(st.integers(1, 25))}})
        if draw(st.booleans()):
            milestones.append({"id": f"{name}-club", "when": {name: f"every {draw(st.integers(3, 9))}"}})
        if not any(kind in METRICS[name] for kind in WHOLE) and draw(st.booleans()):
            milestones.append(
                {"id": f"{name}-fine", "when": {name: draw(st.sampled_from([Decimal("2.5"), Decimal("7.75")]))}}
            )
    for entry in milestones:
        entry["status"] = draw(st.sampled_from(["active"] * 5 + ["retired", "draft"]))
    members = [milestone for entry in milestones if entry["status"] != "draft" for milestone in _ids(entry)]
    for number in range(draw(st.integers(0, 3)) if len(members) > 1 else 0):
        chosen = draw(st.lists(st.sampled_from(members), min_size=2, max_size=4, unique=True))
        status = draw(st.sampled_from(["active"] * 5 + ["retired"]))
        milestones.append({"id": f"all-{number}", "when": {"all_of": chosen}, "status": status})
        members.append(f"all-{number}")
    history = draw(st.sampled_from(["complete", "from_now"]))
    return document({name: METRICS[name] for name in names}, draw(st.permutations(milestones)), history)


def _ids(entry: dict[str, Any]) -> list[str]:
    """Return the ids of an entry's milestones."""
    (threshold,) = entry["when"].values()
    return [f"{entry['id']}-{each}" for each in threshold] if isinstance(threshold, list) else [entry["id"]]


AMOUNTS = st.integers(-8, 15) | st.sampled_from([Decimal("0.1"), Decimal("-2.25"), Decimal("3.50"), Decimal("4.00")])


@st.composite
def events(draw: st.DrawFn) -> UsageEvent:
    """Events of a few names and ids, so that they repeat; some without a usable amount."""
    properties: dict[str, Any] = {"color": draw(st.sampled_from(["red", "blue", 1, True, None]))}
    if draw(st.integers(0, 9)):
        properties["amount"] = draw(AMOUNTS)
    elif draw(st.booleans()):
        properties["amount"] = "12"
    return UsageEvent(
        id=f"e-{draw(st.integers(0, 30))}",
        source=draw(st.sampled_from(["", "importer"])),
        contact_id="c-1",
        event=draw(st.sampled_from(["used", "paid", "refunded"])),
        value=draw(AMOUNTS),
        at_ms=APPLIED_MS + draw(st.integers(-5, 40)) * draw(st.sampled_from([1, 1, 11 * HOUR_MS, 80 * HOUR_MS])),
        properties=properties,
        backfill=draw(st.integers(0, 5)) == 0,
    )


HISTORIES = st.lists(events(), max_size=25)


def _facts(crossed: Crossed) -> dict[str, Any]:
    previous, following = crossed.previous, crossed.next
    return {
        "milestone": crossed.milestone,
        "occurrence": crossed.occurrence,
        "threshold": Fraction(crossed.threshold),
        "value_before": Fraction(crossed.value_before),
        "value": Fraction(crossed.value),
        "previous": previous and (previous.milestone, previous.occurrence, Fraction(previous.threshold)),
        "next": following
        and (
            following.milestone,
            following.occurrence,
            Fraction(following.threshold),
            Fraction(following.remaining),
        ),
        "because": crossed.not_celebrated_because,
    }


def _told(contact: Contact, event: UsageEvent) -> str | list[dict[str, Any]]:
    """Return what the core says, in the oracle's words."""
    if contact.rules.plan(event.event) is None:
        return "filtered"
    outcome = contact.outcome(event)
    if isinstance(outcome, Uncounted):
        return outcome.value
    if isinstance(outcome, Rejection):
        return outcome.code
    return [_facts(crossed) for crossed in outcome if isinstance(crossed, Crossed)]


def _sorted(told: str | list[dict[str, Any]]) -> str | list[dict[str, Any]]:
    return told if isinstance(told, str) else sorted(told, key=lambda fact: (fact["milestone"], fact["occurrence"]))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(documents(), HISTORIES), min_size=1, max_size=4),
    st.sampled_from([0, 1, 4, 16]),
    st.none() | st.integers(-5, 40).map(lambda ms: APPLIED_MS + ms),
)
def test_the_fast_path_tells_what_the_oracle_tells(
    chapters: list[tuple[Document, list[UsageEvent]]], window: int, signed_up_ms: int | None
) -> None:
    """Through edits of the rules, repeats, refunds and bad amounts, with the row stored after each event."""
    contact = Contact(chapters[0][0], dedupe_ids=window, signed_up_ms=signed_up_ms)
    oracle = Oracle(window, signed_up_ms=signed_up_ms)
    for chapter, (rules, history) in enumerate(chapters):
        contact.edit(rules, APPLIED_MS + 10 * chapter)
        assert contact.adoption is not None
        for event in history:
            told = _told(contact, event)
            assert _sorted(told) == _sorted(oracle.tell(rules, contact.adoption, event))
            contact.row = decode_progress(encode_progress(contact.row))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(documents(), HISTORIES), min_size=2, max_size=5))
def test_no_edit_refund_or_return_makes_a_crossing_happen_twice(
    chapters: list[tuple[Document, list[UsageEvent]]],
) -> None:
    """Guarantee G1: once for each contact, milestone and occurrence, whatever becomes of the rules."""
    contact = Contact(chapters[0][0], dedupe_ids=0)
    said: list[tuple[str, int]] = []
    for chapter, (rules, history) in enumerate(chapters):
        contact.edit(rules, APPLIED_MS + chapter)
        for event in history:
            if contact.rules.plan(event.event) is None:
                continue
            outcome = contact.outcome(event)
            if isinstance(outcome, tuple):
                said += [(crossed.milestone, crossed.occurrence) for crossed in outcome]
    assert len(said) == len(set(said))


@settings(max_examples=80, deadline=None)
@given(documents(), HISTORIES, st.data())
def test_stored_rows_repeats_and_other_contacts_between_change_nothing(
    rules: Document, history: list[UsageEvent], data: st.DataObject
) -> None:
    """Any split into batches, repeats inside the window, any interleaving with another contact: the same crossings."""
    alone = Contact(rules)
    expected = [told for event in history if isinstance(told := _told(alone, event), list)]

    contact, other = Contact(rules), Contact(rules)
    seen: list[list[dict[str, Any]]] = []
    counted: list[UsageEvent] = []
    for event in history:
        if data.draw(st.booleans()):
            contact.row = decode_progress(encode_progress(contact.row))
        if data.draw(st.booleans()) and counted:
            repeat = data.draw(st.sampled_from(counted[-16:]))
            assert _told(contact, repeat) == "duplicate"
        if data.draw(st.booleans()):
            _told(other, event)
        told = _told(contact, event)
        if isinstance(told, list):
            seen.append(told)
            counted.append(event)
    assert seen == expected
    assert contact.row == alone.row


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=10), st.data())
def test_an_amount_in_parts_reaches_what_it_reaches_at_once(amounts: list[int], data: st.DataObject) -> None:
    """Amounts of the same kind may be split: the same milestones, each once."""
    rules = document(
        {"money": METRICS["money"]},
        [{"id": "at", "when": {"money": [5, 20, 80]}}, {"id": "club", "when": {"money": "every 7"}}],
    )
    whole, parts = Contact(rules), Contact(rules)
    reached: tuple[list[str], list[str]] = ([], [])
    for number, amount in enumerate(amounts):
        event = UsageEvent(id=f"w-{number}", contact_id="c-1", event="paid", value=amount, at_ms=APPLIED_MS)
        reached[0].extend(whole.names(event))
        part = data.draw(st.integers(0, amount))
        for suffix, value in (("a", part), ("b", amount - part)):
            piece = UsageEvent(id=f"p-{number}{suffix}", contact_id="c-1", event="paid", value=value, at_ms=APPLIED_MS)
            reached[1].extend(parts.names(piece))
    assert reached[0] == reached[1]


RULE_EDITS = [
    ("lowered below the value", [{"id": "m", "when": {"money": 5}}]),
    ("raised above the value", [{"id": "m", "when": {"money": 60}}]),
    ("a rung added", [{"id": "m", "when": {"money": 20}}, {"id": "n", "when": {"money": 25}}]),
    ("removed", []),
    ("made to repeat", [{"id": "m", "when": {"money": "every 20"}}]),
    ("moved to another metric", [{"id": "m", "when": {"uses": 1}}]),
]


@given(st.permutations(RULE_EDITS), st.integers(0, 60))
def test_a_milestone_once_reached_survives_every_edit(edits: list[tuple[str, Any]], fall: int) -> None:
    """The reached set is kept by the milestone's number, not by its threshold."""
    metrics = {"money": METRICS["money"], "uses": METRICS["uses"]}
    contact = Contact(document(metrics, [{"id": "m", "when": {"money": 20}}]))

    def paid(value: int) -> list[tuple[str, int]]:
        event = UsageEvent(id=f"x-{next(ids)}", contact_id="c-1", event="paid", value=value, at_ms=APPLIED_MS)
        return [(crossed.milestone, crossed.occurrence) for crossed in contact.crossings(event)]

    ids = iter(range(1000))
    assert paid(30) == [("m", 1)]
    for step, (_, milestones) in enumerate(edits):
        contact.edit(document(metrics, milestones), APPLIED_MS + step)
        assert ("m", 1) not in paid(-fall) + paid(fall) + paid(40)
