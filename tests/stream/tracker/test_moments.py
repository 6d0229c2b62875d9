"""Moments that cannot be, at the tracker's doors and in rows that an earlier release wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from schemas.dead_letter import reason_of
from schemas.milestone_crossed import decode_crossing
from schemas.topics import (
    CONTACT_CHANGES,
    CONTACT_CHANGES_DLQ,
    CONTACTS,
    CONTACTS_DLQ,
    MILESTONE_CROSSED,
    USAGE_EVENTS,
    USAGE_EVENTS_DLQ,
)
from stream.core.progress import Progress, encode_progress
from stream.runtime.metrics import TIMERS_DROPPED
from stream.testing.driver import START_MS
from stream.tracker.topology import DUE, ERASED, PROGRESS, PROGRESS_TABLE
from tests.stream.tracker.played import Played, read

HOUR = 3_600_000
DAY = 24 * HOUR
YEAR = 366 * DAY
RULES_TEXT = """
version: 1
product: {name: Acme Boards, url: "https://app.acme.example", time_zone: Europe/Paris}
history: complete
metrics:
  documents: {sum: value, from: documents_processed}
milestones:
  - {id: docs, when: {documents: 10}}
  - {id: month, when: {signed_up: 30 days}}
  - {id: yearly, when: {signed_up: every 1 year}}
"""
RULES = read(RULES_TEXT)


@pytest.fixture
def driver() -> Iterator[Played]:
    with Played(RULES) as driver:
        yield driver


def profile(driver: Played, contact: str = "c-1", **fields: Any) -> None:
    driver.pipe(CONTACTS, contact, json.dumps({"contact_id": contact} | fields))


def use(driver: Played, contact: str = "c-1", number: int = 1, **fields: Any) -> None:
    body = {"id": f"e-{number}", "contact_id": contact, "event": "documents_processed"}
    driver.pipe(USAGE_EVENTS, contact, json.dumps(body | fields))


def letters(driver: Played, topic: str) -> list[tuple[str, str]]:
    reasons = [reason_of(each.headers()) for each in driver.read(topic)]
    return [(each.code, each.pointer) for each in reasons if each is not None]


def crossed(driver: Played) -> list[str]:
    return [decode_crossing(each.value() or b"").milestone for each in driver.read(MILESTONE_CROSSED)]


def keep(driver: Played, row: Progress, contact: str = "c-1") -> None:
    """Put a row into the store as an earlier release wrote it, with the timer that it made."""
    driver.run()
    changes = [(PROGRESS_TABLE.prefix_bytes + contact.encode(), b"\x01" + encode_progress(row))]
    if row.timer_ms:
        prefix = driver.process.tasks[0].view.timers[DUE].timer.prefix_bytes
        changes.append((prefix + row.timer_ms.to_bytes(8, "big") + contact.encode(), b"\x01"))
    driver.store(0).write(changes)
    driver.restart()


@pytest.mark.parametrize(
    ("at", "code"),
    [("0001-01-01T00:00:00+01:00", "time_too_early"), ("9999-12-31T23:59:59-05:00", "time_in_future")],
)
@pytest.mark.parametrize("neighbours", ["texts", "numbers", "none"])
def test_a_date_beyond_utc_is_refused_whatever_its_neighbours(
    driver: Played, at: str, code: str, neighbours: str
) -> None:
    """Twenty of them, where every event of the chunk has its time as text: each is a letter, the others count."""
    kinds: dict[str, Any] = {"texts": {"at": "2026-01-01T00:00:00Z"}, "numbers": {"at": START_MS}, "none": {}}
    for number in range(20):
        use(driver, number=2 * number, at=at)
        use(driver, number=2 * number + 1, **kinds[neighbours])
    driver.run()
    assert letters(driver, USAGE_EVENTS_DLQ) == [(code, "/at")] * 20
    assert driver.row(PROGRESS, "c-1").counters == [20]


@pytest.mark.parametrize(
    ("signed_up_at", "code"),
    [
        ("0001-01-01T00:00:00Z", "time_too_early"),
        ("1900-01-01T00:00:00Z", "time_too_early"),
        (START_MS // 1000, "time_too_early"),
        (0, "time_too_early"),
        (START_MS + 10 * HOUR, "time_in_future"),
        (START_MS * 1000, "time_in_future"),
        ("9999-12-31T23:59:59-05:00", "time_in_future"),
    ],
)
def test_a_sign_up_that_cannot_be_is_passed_over_and_told_once(driver: Played, signed_up_at: Any, code: str) -> None:
    """The zone is taken, events are counted, and nobody hears of 56 years with us."""
    profile(driver, signed_up_at=signed_up_at, time_zone="Asia/Tokyo")
    use(driver, value=10)
    driver.run()
    assert letters(driver, CONTACTS_DLQ) == [(code, "/signed_up_at")]
    row = driver.row(PROGRESS, "c-1")
    assert (row.zone, row.signed_up_ms) == ("Asia/Tokyo", None)
    driver.advance(3 * YEAR)
    driver.run()
    assert crossed(driver) == ["docs"]


def test_two_faults_are_two_letters_and_the_rest_is_taken(driver: Played) -> None:
    profile(driver, signed_up_at=0, consent_email_at=START_MS + DAY, time_zone="Mars/Olympus")
    driver.run()
    assert letters(driver, CONTACTS_DLQ) == [
        ("time_too_early", "/signed_up_at"),
        ("time_in_future", "/consent_email_at"),
        ("bad_zone", "/time_zone"),
    ]


def test_the_letters_of_an_erased_contact_say_nothing_of_it(driver: Played) -> None:
    """Nothing more of it is written anywhere."""
    profile(driver, time_zone="Asia/Tokyo")
    change = {"contact_id": "c-1", "change": "erase", "at": START_MS}
    driver.pipe(CONTACT_CHANGES, "c-1", json.dumps(change))
    driver.run()
    profile(driver, signed_up_at=START_MS + DAY)
    driver.run()
    assert letters(driver, CONTACTS_DLQ) == []
    assert driver.row(PROGRESS, "c-1") is None


def test_a_sign_up_ahead_of_the_clock_survives_no_erasure(driver: Played) -> None:
    """Neither one that comes now nor one that an earlier release took."""
    profile(driver, signed_up_at=START_MS + YEAR)
    keep(driver, Progress([3], signed_up_ms=START_MS + YEAR, zone="Asia/Tokyo"))
    driver.pipe(CONTACT_CHANGES, "c-1", json.dumps({"contact_id": "c-1", "change": "erase", "at": START_MS}))
    driver.run()
    assert driver.row(PROGRESS, "c-1") is None
    assert len(driver.rows(ERASED)) == 1


def test_a_sign_up_a_little_ahead_of_the_clock_survives_no_later_erasure(driver: Played) -> None:
    """Within the minutes that clocks are forgiven."""
    profile(driver, signed_up_at=START_MS + 9 * 60_000)
    driver.advance(60_000)
    erased_at = START_MS + 60_000
    driver.pipe(CONTACT_CHANGES, "c-1", json.dumps({"contact_id": "c-1", "change": "erase", "at": erased_at}))
    driver.run()
    assert driver.row(PROGRESS, "c-1") is None
    assert len(driver.rows(ERASED)) == 1


@pytest.mark.parametrize(
    "signed_up_ms",
    [-62_135_596_800_000, -62_135_600_400_000, 0, START_MS // 1000, START_MS * 1000, 253_402_318_799_000],
)
@pytest.mark.parametrize("timer_ms", [0, 1, START_MS + 1])
def test_a_row_with_a_sign_up_that_cannot_be_heals_when_it_is_read(
    driver: Played, signed_up_ms: int, timer_ms: int
) -> None:
    """Nothing breaks, whoever reads it: an event, a timer, the walk that a change of the rules asks for."""
    keep(driver, Progress([3], signed_up_ms=signed_up_ms, timer_ms=timer_ms))
    driver.advance(DAY)
    driver.run()
    use(driver, value=7)
    driver.run()
    driver.apply(read(RULES_TEXT + "  - {id: week, when: {signed_up: 7 days}}\n"))
    driver.run()
    driver.advance(2 * YEAR)
    driver.run()
    assert crossed(driver) == ["docs"]
    assert driver.row(PROGRESS, "c-1").signed_up_ms is None
    assert driver.count(TIMERS_DROPPED, (DUE,)) == 0
    assert letters(driver, USAGE_EVENTS_DLQ) == []


@pytest.mark.parametrize("what", ["unsubscribe", "mute"])
def test_a_no_with_a_date_that_cannot_be_is_told_once(driver: Played, what: str) -> None:
    """The planner obeys it; the letter says what to mend."""
    body = {"contact_id": "c-1", "change": what, "at": START_MS + 10 * HOUR}
    driver.pipe(CONTACT_CHANGES, "c-1", json.dumps(body))
    driver.run()
    assert letters(driver, CONTACT_CHANGES_DLQ) == [("time_in_future", "/at")]
