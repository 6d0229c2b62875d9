"""Tracker and planner read contacts and contact-changes: they refuse the same records, and one of them says so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from schemas.dead_letter import reason_of
from schemas.partitioner import partition_of
from schemas.topics import CONTACT_CHANGES, CONTACTS, DEAD_LETTERS
from stream.planner.topology import planner_topology
from stream.runtime.metrics import REJECTS
from stream.testing import Driver
from stream.tracker.topology import tracker_topology
from tests.stream.planner import played as planners
from tests.stream.tracker import played as trackers

RULES = """
version: 1
product: {name: Boards, url: "https://app.example"}
history: complete
metrics:
  documents: {sum: value, from: documents_processed}
milestones:
  - {id: documents, when: {documents: [10]}}
"""
PARTITIONS = 3
MINUTE = 60_000
BAD: list[tuple[str, str, Any]] = [
    (CONTACTS, "not_json", "{"),
    (CONTACTS, "not_an_object", "[]"),
    (CONTACTS, "field_missing", {}),
    (CONTACTS, "wrong_type", {"contact_id": "c-1", "name": 7}),
    (CONTACTS, "key_mismatch", {"contact_id": "c-2"}),
    (CONTACT_CHANGES, "not_json", "nonsense"),
    (CONTACT_CHANGES, "value_missing", None),
    (CONTACT_CHANGES, "bad_change", {"contact_id": "c-1", "change": "forget", "at": 1_767_225_600_000}),
    (CONTACT_CHANGES, "time_too_early", {"contact_id": "c-1", "change": "erase", "at": 1}),
    (
        CONTACT_CHANGES,
        "time_in_future",
        {"contact_id": "c-1", "change": "erase", "at": 1_767_225_600_000 + 30 * MINUTE},
    ),
]


def both() -> tuple[Driver, Driver]:
    return trackers.Played(trackers.read(RULES), partitions=PARTITIONS), planners.Played(RULES, partitions=PARTITIONS)


def codes(driver: Driver, topic: str) -> list[str]:
    letters = driver.outputs(DEAD_LETTERS[topic])
    return [reason.code for each in letters if (reason := reason_of(each.headers())) is not None]


@pytest.mark.parametrize(("topic", "code", "value"), BAD, ids=[f"{topic}-{code}" for topic, code, _ in BAD])
@pytest.mark.parametrize("late", [0, 1], ids=["tracker-late", "planner-late"])
def test_what_both_refuse_has_one_letter(topic: str, code: str, value: Any, late: int) -> None:
    """The tracker's, for it runs wherever a planner does; whichever reads an hour after the other judges alike."""
    body = value if value is None or isinstance(value, str) else json.dumps(value)
    drivers = both()
    for place, driver in enumerate(drivers):
        with driver:
            driver.pipe(topic, "c-1", body)
            driver.advance(60 * MINUTE if place == late else 0)
            driver.run()
            assert codes(driver, topic) == ([code] if driver is drivers[0] else [])
            assert driver.count(REJECTS, (topic, code)) == 1


@pytest.mark.parametrize("topic", [CONTACTS, CONTACT_CHANGES])
def test_so_it_is_with_what_lies_in_the_wrong_partition(topic: str) -> None:
    wrong = (partition_of(b"c-1", PARTITIONS) + 1) % PARTITIONS
    tracker, planner = both()
    for driver in (tracker, planner):
        with driver:
            body = {"contact_id": "c-1", "change": "mute", "at": driver.now_ms} if topic == CONTACT_CHANGES else None
            driver.pipe(topic, "c-1", json.dumps(body) if body else None, partition=wrong)
            driver.run()
            assert driver.count(REJECTS, (topic, "wrong_partition")) == 1
    assert codes(tracker, topic) == ["wrong_partition"]
    assert codes(planner, topic) == []


def test_whoever_reads_a_topic_alone_writes_its_letters() -> None:
    """So each topic has one owner: of what both read it is the tracker, of all else its only reader."""
    shared = {each.topic for each in tracker_topology().partitioned} & {
        each.topic for each in planner_topology().partitioned
    }
    assert shared == {CONTACTS, CONTACT_CHANGES}
