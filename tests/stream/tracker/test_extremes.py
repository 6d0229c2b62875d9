"""Every door of the tracker with extreme but well-formed values, through the whole task: each has a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.door import Door
from schemas.examination import examine
from schemas.limits import DEFAULTS
from schemas.reject_codes import CODES
from schemas.rejection import Rejection
from schemas.topics import (
    CONTACT_CHANGES,
    CONTACT_CHANGES_DLQ,
    CONTACTS,
    CONTACTS_DLQ,
    USAGE_EVENTS,
    USAGE_EVENTS_DLQ,
)
from schemas.usage_event import UsageEvent
from stream.runtime.metrics import TIMERS_DROPPED
from stream.testing.driver import START_MS
from stream.tracker.topology import DUE
from tests.schemas.stand_in import StandIn
from tests.stream.extremes import (
    CHANGES,
    DATES,
    FRAMES,
    MOMENTS,
    NUMBERS,
    STAMPS,
    TEXTS,
    changed,
    codes,
    number,
    written,
)
from tests.stream.tracker.played import Played, read

CONTRACT = read((Path(__file__).parents[2] / "schemas/milestones/contract.yaml").read_text("utf-8"))
DAY = 86_400_000
LETTERS = (USAGE_EVENTS_DLQ, CONTACTS_DLQ, CONTACT_CHANGES_DLQ)
CONTACT_IDS = ["c-1", "c-2", "c-3"]

PROPERTIES = {"sample": False, "amount": 5, "currency": "USD", "members": 3, "invitee_id": "i-1"}
EVENT_NAMES = [
    *("documents_processed", "project_created", "payment_received", "payment_refunded", "team_changed"),
    *("teammate_invited", "session_started", "elsewhere"),
]
PROFILE: dict[str, Any] = {
    "email": "ada@example.com",
    "consent_email": True,
    "consent_email_at": "2025-12-01T00:00:00Z",
    "web_push_subscription": True,
    "web_push_targets": [{"endpoint": "https://push.example/1", "keys": {"p256dh": "p", "auth": "a"}}],
    "fcm_key": ["token"],
    "name": "Ada",
    "locale": "fr-CA",
    "time_zone": "Europe/Paris",
    "signed_up_at": "2025-06-01T00:00:00Z",
    "attributes": {"plan": "team"},
}
CHANGE: dict[str, Any] = {"change": "erase", "at": START_MS}

Written = tuple[str, str, bytes | None, tuple[tuple[str, bytes], ...], int | None]
"""Topic, key, value, headers, timestamp."""


@st.composite
def plain_events(draw: st.DrawFn) -> Written:
    contact = draw(st.sampled_from(CONTACT_IDS))
    base = {
        "id": draw(st.sampled_from(["e-1", "e-2"]) | st.uuids().map(str)),
        "source": "app",
        "contact_id": contact,
        "event": draw(st.sampled_from(EVENT_NAMES)),
        "value": draw(st.sampled_from([1, 50, 1000, -3])),
        "at": draw(st.just(START_MS) | MOMENTS | st.sampled_from(NUMBERS).map(number)),
        "properties": PROPERTIES,
        "backfill": draw(st.booleans()),
    }
    value = draw(FRAMES) + written(draw(changed(base)), escaped=draw(st.booleans()))
    return USAGE_EVENTS, contact, value, (), draw(STAMPS)


@st.composite
def baselines(draw: st.DrawFn) -> Written:
    contact = draw(st.sampled_from(CONTACT_IDS))
    base = {
        "id": "b-1",
        "source": "cairn-baseline",
        "contact_id": contact,
        "event": "cairn.baseline",
        "value": draw(st.sampled_from([0, 7, 990])),
        "at": draw(st.just(START_MS - DAY) | MOMENTS | st.sampled_from(NUMBERS).map(number)),
        "properties": {"metric": draw(st.sampled_from(["documents", "revenue", "team_size", "day_streak", "none"]))},
        "backfill": True,
    }
    return USAGE_EVENTS, contact, written(draw(changed(base))), (), draw(STAMPS)


@st.composite
def structured_events(draw: st.DrawFn) -> Written:
    contact = draw(st.sampled_from(CONTACT_IDS))
    base = {
        "specversion": "1.0",
        "id": "ce-1",
        "source": "/app",
        "subject": contact,
        "type": draw(st.sampled_from(EVENT_NAMES)),
        "time": draw(MOMENTS),
        "datacontenttype": "application/json",
        "data": {"value": 3, "properties": PROPERTIES, "backfill": False},
    }
    kind = draw(st.sampled_from(["application/cloudevents+json", "application/cloudevents", "application/json"]))
    headers = (("content-type", kind.encode()),)
    return USAGE_EVENTS, contact, written(draw(changed(base))), headers, draw(STAMPS)


@st.composite
def binary_events(draw: st.DrawFn) -> Written:
    contact = draw(st.sampled_from(CONTACT_IDS))
    attributes: dict[str, Any] = {
        "ce_specversion": "1.0",
        "ce_id": "ce-1",
        "ce_source": "/app",
        "ce_subject": contact,
        "ce_type": draw(st.sampled_from(EVENT_NAMES)),
        "ce_time": draw(MOMENTS),
        "content-type": "application/json",
    }
    for name in draw(st.lists(st.sampled_from([*attributes]), max_size=2, unique=True)):
        attributes[name] = draw(st.sampled_from([*TEXTS, *DATES, *NUMBERS, "application/cloudevents+json; x=y"]))
    headers = [(name, text.encode("utf-8", "surrogatepass")) for name, text in attributes.items()]
    if draw(st.integers(0, 4)) == 0:
        headers.append(
            draw(st.sampled_from([("content-type", b"application/json"), ("ce_time", b"\xff"), ("ce_id", b"")]))
        )
    value = written(draw(changed({"value": 3, "properties": PROPERTIES})))
    return USAGE_EVENTS, contact, draw(st.sampled_from([value, value, b"", None])), tuple(headers), draw(STAMPS)


@st.composite
def profiles(draw: st.DrawFn) -> Written:
    contact = draw(st.sampled_from(CONTACT_IDS))
    value = draw(FRAMES) + written(
        draw(changed({"contact_id": contact} | PROFILE, most=4)), escaped=draw(st.booleans())
    )
    return CONTACTS, contact, draw(st.sampled_from([value] * 9 + [None])), (), draw(STAMPS)


@st.composite
def contact_changes(draw: st.DrawFn) -> Written:
    contact = draw(st.sampled_from(CONTACT_IDS))
    base = {"contact_id": contact} | CHANGE | {"change": draw(st.sampled_from(CHANGES))}
    more = ("channel", "digest", "web_push_target", "reason")
    return CONTACT_CHANGES, contact, written(draw(changed(base, *more))), (), draw(STAMPS)


EVENTS = plain_events() | baselines() | structured_events() | binary_events()
FUZZ = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def pipe(driver: Played, records: list[Written]) -> None:
    for topic, key, value, headers, stamp in records:
        driver.pipe(topic, key, value, headers=headers, timestamp_ms=stamp)


def plain(verdicts: Sequence[UsageEvent | Rejection]) -> list[str]:
    """Verdicts as plain data in which 1, 1.0 and True differ."""
    return [repr(msgspec.structs.asdict(each)) for each in verdicts]


@FUZZ
@given(st.lists(st.lists(EVENTS | profiles() | contact_changes(), max_size=8), max_size=3))
def test_whatever_comes_has_a_verdict(batches: list[list[Written]]) -> None:
    """Counted, taken, dropped or a dead letter with its reason, never a fault of ours: neither at once nor when the
    timers of years to come are due, nor after the rows were written and read again.
    """
    with Played(CONTRACT) as driver:
        for batch in batches:
            pipe(driver, batch)
            driver.run()
            driver.advance(DAY)
        for _ in range(3):
            driver.move(0)
            driver.advance(400 * DAY)
            driver.run()
        found = codes(driver, LETTERS)
        assert found["internal_error"] == 0
        assert found.keys() <= CODES.keys()
        assert driver.count(TIMERS_DROPPED, (DUE,)) == 0


@FUZZ
@given(st.lists(EVENTS, min_size=1, max_size=20), st.lists(plain_events(), max_size=300))
def test_the_chunk_and_the_single_record_have_one_verdict(some: list[Written], many: list[Written]) -> None:
    """Whatever the neighbours are."""
    records = [
        StandIn(value, key.encode(), [*headers] or None, (1, START_MS if stamp is None else stamp))
        for _, key, value, headers, stamp in [*some, *many]
    ]
    assert plain(Door().admit(records, START_MS)) == plain([examine(each, START_MS, DEFAULTS) for each in records])


@FUZZ
@given(st.lists(MOMENTS, min_size=1, max_size=30))
def test_a_chunk_whose_moments_are_all_texts_is_judged_as_each_is_alone(moments: list[str]) -> None:
    """The way that takes all moments at once."""
    body = {"contact_id": "c-1", "event": "documents_processed"}
    values = [written(body | {"id": f"e-{n}", "at": at}) for n, at in enumerate(moments)]
    records = [StandIn(value, b"c-1") for value in values]
    assert plain(Door().admit(records, START_MS)) == plain([examine(each, START_MS, DEFAULTS) for each in records])
