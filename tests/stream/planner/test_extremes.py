"""Every door of the planner with extreme but well-formed values, through the whole task: each has a verdict."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.delivery import decode_delivery
from schemas.reject_codes import CODES
from schemas.topics import (
    CONTACT_CHANGES,
    CONTACT_CHANGES_DLQ,
    CONTACTS,
    CONTACTS_DLQ,
    DELIVERIES,
    DELIVERY_RECEIPTS,
    DELIVERY_RECEIPTS_DLQ,
    MILESTONE_CROSSED,
    MILESTONE_CROSSED_DLQ,
    MILESTONE_NUDGES,
    MILESTONE_NUDGES_DLQ,
)
from stream.planner.topology import DUE
from stream.runtime.metrics import TIMERS_DROPPED
from stream.testing.driver import START_MS
from tests.stream.extremes import CHANGES, STAMPS, changed, codes, written
from tests.stream.planner.played import PROFILE, Played

RULES = """
version: 1
product: {name: Acme Boards, url: "https://app.acme.example", time_zone: Europe/Paris}
bundle: 0
quiet_hours: 21:00-08:00
cap: {messages: 3, within: 7 days, then: defer}
tiers:
  minor: {channels: [web_push, mobile_push], max_staleness: 1 day}
  major: {channels: [email, web_push, mobile_push], send_window: weekdays 09:00-11:30, max_staleness: 7 days}
metrics:
  documents: {sum: value, from: documents_processed}
milestones:
  - {id: documents, when: {documents: [10, 100]}, tier: minor, nudge: {near: 90%}}
  - id: documents-1000
    when: {documents: 1000}
    tier: major
    means: A lot.
    audience: {plan: [team, business], trial: {not: true}}
    call_to_action: {text: Go on, url: /go}
"""
DAY = 86_400_000
LETTERS = (MILESTONE_CROSSED_DLQ, MILESTONE_NUDGES_DLQ, CONTACTS_DLQ, CONTACT_CHANGES_DLQ, DELIVERY_RECEIPTS_DLQ)
CONTACT_IDS = ["c-1", "c-2"]
AT = "2026-01-01T00:00:00.000Z"
SOURCES: list[dict[str, Any]] = [
    {"kind": "event", "topic": "usage-events", "partition": 0, "offset": 1, "event_source": "", "event_id": "e"},
    {"kind": "timer", "due_at": AT},
]
CROSSING: dict[str, Any] = {
    "schema_version": 1,
    "metric": "documents",
    "kind": "sum",
    "unit": None,
    "occurrence": 1,
    "threshold": 10,
    "value_before": 9,
    "value": 12,
    "occurred_at": AT,
    "detected_at": AT,
    "days_since_signup": 3,
    "previous": {"milestone": "documents-1", "occurrence": 1, "threshold": 1},
    "next": {"milestone": "documents-100", "occurrence": 1, "threshold": 100, "remaining": 88},
    "celebrate": True,
    "holdout": False,
    "reward": "free_month",
    "rules_version": 1,
}
NUDGE: dict[str, Any] = {
    "schema_version": 1,
    "milestone": "documents-100",
    "occurrence": 1,
    "kind": "near",
    "metric": "documents",
    "tier": "minor",
    "threshold": 100,
    "value": 95,
    "remaining": 5,
    "occurred_at": AT,
    "detected_at": AT,
    "rules_version": 1,
}
DATED: dict[str, Any] = {"consent_email_at": "2025-12-01T00:00:00Z", "signed_up_at": "2025-06-01T00:00:00Z"}

Written = tuple[str, str, bytes | None, int | None]
"""Topic, key, value, timestamp."""


@st.composite
def crossings(draw: st.DrawFn) -> Written:
    contact = draw(st.sampled_from(CONTACT_IDS))
    milestone, tier = draw(st.sampled_from([("documents-10", "minor"), ("documents-1000", "major"), ("gone", "minor")]))
    base = CROSSING | {"milestone": milestone, "tier": tier, "contact_id": contact}
    base |= {"id": draw(st.uuids().map(str)), "source": draw(st.sampled_from(SOURCES))}
    if draw(st.booleans()):
        base["jump"] = {"index": 2, "of": 2, "top": True}
    return MILESTONE_CROSSED, contact, written(draw(changed(base)), escaped=draw(st.booleans())), draw(STAMPS)


@st.composite
def nudges(draw: st.DrawFn) -> Written:
    contact = draw(st.sampled_from(CONTACT_IDS))
    base = NUDGE | {"contact_id": contact, "id": draw(st.uuids().map(str)), "source": draw(st.sampled_from(SOURCES))}
    return MILESTONE_NUDGES, contact, written(draw(changed(base))), draw(STAMPS)


@st.composite
def profiles(draw: st.DrawFn) -> Written:
    contact = draw(st.sampled_from(CONTACT_IDS))
    value = written(draw(changed({"contact_id": contact} | PROFILE | DATED, most=4)), escaped=draw(st.booleans()))
    return CONTACTS, contact, draw(st.sampled_from([value] * 9 + [None])), draw(STAMPS)


@st.composite
def contact_changes(draw: st.DrawFn) -> Written:
    contact = draw(st.sampled_from(CONTACT_IDS))
    base = {"contact_id": contact, "change": draw(st.sampled_from(CHANGES)), "at": START_MS}
    more = ("channel", "digest", "web_push_target", "reason")
    return CONTACT_CHANGES, contact, written(draw(changed(base, *more))), draw(STAMPS)


@st.composite
def receipts(draw: st.DrawFn, delivery: dict[str, Any]) -> Written:
    """Of a delivery that is out, so that it is not passed over."""
    base = {
        "schema_version": 1,
        "id": "r-1",
        "delivery_id": delivery["id"],
        "decision_id": delivery["decision_id"],
        "contact_id": delivery["contact_id"],
        "channel": delivery["to"]["channel"],
        "attempt": delivery["attempt"],
        "outcome": draw(st.sampled_from(["deferred", "deferred", "sent", "gone"])),
        "until": AT,
        "released_at": delivery["released_at"],
        "at": AT,
    }
    value = written(draw(changed(base, "provider", "code", "detail", "tries", "took_ms")))
    return DELIVERY_RECEIPTS, delivery["contact_id"], value, draw(STAMPS)


def pipe(driver: Played, records: list[Written]) -> None:
    for topic, key, value, stamp in records:
        driver.pipe(topic, key, value, timestamp_ms=stamp)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(crossings() | nudges() | profiles() | contact_changes(), max_size=8), max_size=3), st.data())
def test_whatever_comes_has_a_verdict(batches: list[list[Written]], data: st.DataObject) -> None:
    """Taken, dropped or a dead letter with its reason, never a fault of ours: neither at once nor when what waits is
    due, nor after the rows were written and read again; and what is handed out can be read.
    """
    with Played(RULES, start_ms=START_MS) as driver:
        for batch in batches:
            pipe(driver, batch)
            for _ in range(3):
                driver.run()
                driver.advance(5 * 3_600_000)
            driver.run()
            out = [each.value() or b"" for topic in DELIVERIES.values() for each in driver.read(topic)]
            for value in out:
                decode_delivery(value)
                pipe(driver, [data.draw(receipts(msgspec.json.decode(value)))])
            driver.run()
        for _ in range(3):
            driver.move(0)
            driver.advance(8 * DAY)
            driver.run()
        found = codes(driver, LETTERS)
        assert found["internal_error"] == 0
        assert found.keys() <= CODES.keys()
        assert driver.count(TIMERS_DROPPED, (DUE,)) == 0
        assert driver.timers(DUE) == [], "nothing waits longer than the longest patience"
