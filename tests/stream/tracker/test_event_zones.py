"""The zone that an event carries, at the tracker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from schemas.dead_letter import reason_of
from schemas.milestone_crossed import decode_crossing
from schemas.topics import CONTACTS, MILESTONE_CROSSED, USAGE_EVENTS, USAGE_EVENTS_DLQ
from tests.stream.tracker.played import Played, read

RULES = read(
    """
version: 1
product: {name: Acme Boards, url: "https://app.acme.example", time_zone: Europe/Paris}
history: complete
metrics:
  uses: {count: events, from: used}
  days: {streak: days, from: used}
milestones:
  - {id: two-uses, when: {uses: 2}}
  - {id: two-days, when: {days: 2}}
"""
)
# Half an hour before and after midnight in Tokyo, in the afternoon in Paris.
AROUND = ("2025-11-20T14:30:00Z", "2025-11-20T15:30:00Z")


@pytest.fixture
def driver() -> Iterator[Played]:
    with Played(RULES) as driver:
        yield driver


def use(driver: Played, number: int, at: str, **fields: Any) -> None:
    body = {"id": f"e-{number}", "contact_id": "c-1", "event": "used", "at": at}
    driver.pipe(USAGE_EVENTS, "c-1", json.dumps(body | fields))


def crossed(driver: Played) -> list[str]:
    return [decode_crossing(each.value() or b"").milestone for each in driver.read(MILESTONE_CROSSED)]


def test_the_devices_zone_counts_before_the_profiles(driver: Played) -> None:
    """And needs no profile at all."""
    driver.pipe(CONTACTS, "c-1", json.dumps({"contact_id": "c-1", "time_zone": "America/New_York"}))
    for number, at in enumerate(AROUND):
        use(driver, number, at, time_zone="Asia/Tokyo")
    driver.run()
    assert sorted(crossed(driver)) == ["two-days", "two-uses"]


def test_a_zone_that_is_none_costs_itself_and_one_letter(driver: Played) -> None:
    """The event counts, in the zone that it would have without."""
    for number, at in enumerate(AROUND):
        use(driver, number, at, time_zone="Mars/Base" if number else None)
    driver.run()
    assert crossed(driver) == ["two-uses"]
    (letter,) = driver.read(USAGE_EVENTS_DLQ)
    reason = reason_of(letter.headers())
    assert reason is not None
    assert (reason.code, reason.pointer) == ("bad_zone", "/time_zone")


def test_of_an_event_that_no_metric_counts_nothing_is_told(driver: Played) -> None:
    """It changes nothing, with or without its zone."""
    use(driver, 1, AROUND[0], event="other", time_zone="Mars/Base")
    driver.run()
    assert driver.read(USAGE_EVENTS_DLQ) == []
