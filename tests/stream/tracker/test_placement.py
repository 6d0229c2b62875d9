"""One contact has one row: what lies where murmur2 would not put it begins none (engine rule 25)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.dead_letter import reason_of
from schemas.milestone_crossed import decode_crossing
from schemas.partitioner import partition_of
from schemas.topics import (
    CONTACT_CHANGES,
    CONTACT_CHANGES_DLQ,
    CONTACTS,
    CONTACTS_DLQ,
    DEAD_LETTERS,
    MILESTONE_CROSSED,
    USAGE_EVENTS,
    USAGE_EVENTS_DLQ,
)
from stream.testing import Step
from stream.tracker.topology import PROGRESS
from tests.stream.tracker.played import Played, read

RULES = read("""
version: 1
product: {name: Acme Boards, url: "https://app.acme.example"}
history: complete
metrics:
  documents: {sum: value, from: documents_processed}
milestones:
  - {id: documents, when: {documents: [10, 50]}}
""")
Partitioner = Callable[[bytes, int], int]


def librdkafka(key: bytes, count: int) -> int:
    """What librdkafka, and kcat with it, does unless it is told otherwise."""
    return crc32(key) % count


def event(number: int, contact: str, value: int) -> str:
    return json.dumps({"id": str(number), "contact_id": contact, "event": "documents_processed", "value": value})


def pipe(driver: Played, topic: str, contact: str, value: str | None, partitioner: Partitioner) -> bool:
    """Write a record as a client with this partitioner does; True if that is the wrong place."""
    key, count = contact.encode(), driver.log.count(topic)
    at = partitioner(key, count)
    driver.pipe(topic, contact, value, partition=at)
    return at != partition_of(key, count)


def codes(driver: Played, topic: str) -> list[str]:
    return [reason.code for each in driver.outputs(topic) if (reason := reason_of(each.headers())) is not None]


def crossed(driver: Played) -> list[str]:
    return [decode_crossing(each.value() or b"").id for each in driver.outputs(MILESTONE_CROSSED)]


def rows_astray(driver: Played) -> list[tuple[bytes, int]]:
    """Rows of contacts that belong elsewhere."""
    count = driver.log.count(USAGE_EVENTS)
    return [
        (key[1:], partition)
        for partition in range(count)
        for key, _ in driver.store(partition).scan(b"\x10", b"\x11")
        if partition_of(key[1:], count) != partition
    ]


def test_known_contacts_and_a_second_producer_with_another_partitioner() -> None:
    """400 contacts who have crossed, then 100 events by CRC32: each misplaced one is put aside, none crosses again."""
    with Played(RULES, partitions=12) as driver:
        for number in range(400):
            pipe(driver, USAGE_EVENTS, f"c-{number}", event(number, f"c-{number}", 60), partition_of)
        driver.run()
        before = crossed(driver)
        assert len(before) == len(set(before)) == 800
        wrong = [
            pipe(driver, USAGE_EVENTS, f"c-{number}", event(1_000 + number, f"c-{number}", 60), librdkafka)
            for number in range(100)
        ]
        driver.run()
        assert wrong.count(True) > 80
        assert codes(driver, USAGE_EVENTS_DLQ) == ["wrong_partition"] * wrong.count(True)
        assert crossed(driver) == before
        assert rows_astray(driver) == []
        assert sum(row.counters[0] for row in driver.rows(PROGRESS).values()) == 400 * 60 + wrong.count(False) * 60


@pytest.mark.parametrize("topic", [CONTACTS, CONTACT_CHANGES])
def test_profiles_and_changes_are_looked_at_alike(topic: str) -> None:
    """Whether the contact is known or not, and a tombstone too: swallowed, a removal would remove nothing."""
    with Played(RULES, partitions=12) as driver:
        pipe(driver, USAGE_EVENTS, "c-1", event(1, "c-1", 60), partition_of)
        values: list[str | None] = [json.dumps({"contact_id": "c-1", "signed_up_at": driver.now_ms - 1})]
        if topic == CONTACTS:
            values.append(None)
        else:
            values = [json.dumps({"contact_id": "c-1", "change": "mute", "at": driver.now_ms})]
        for value in values:
            assert pipe(driver, topic, "c-1", value, lambda key, count: (partition_of(key, count) + 1) % count)
        driver.run()
        assert codes(driver, DEAD_LETTERS[topic]) == ["wrong_partition"] * len(values)
        assert rows_astray(driver) == []


Act = tuple[str, int, str, Any]


@settings(max_examples=60, deadline=None)
@given(
    acts=st.lists(
        st.tuples(
            st.sampled_from([USAGE_EVENTS, USAGE_EVENTS, CONTACTS, CONTACT_CHANGES]),
            st.integers(0, 5),
            st.sampled_from(["murmur2", "crc32"]),
            st.sampled_from([None, None, "run", "restart", *Step]),
        ),
        max_size=40,
    )
)
def test_any_mix_of_producers_leaves_one_row_and_one_crossing_each(acts: list[Act]) -> None:
    """Over all inputs, across commits, deaths and restarts: every misplaced record has one letter and no effect."""
    partitioners: dict[str, Partitioner] = {"murmur2": partition_of, "crc32": librdkafka}
    letters = {USAGE_EVENTS: 0, CONTACTS: 0, CONTACT_CHANGES: 0}
    counted: dict[str, int] = {}
    with Played(RULES, partitions=3) as driver:
        for number, (topic, who, partitioner, then) in enumerate(acts):
            contact = f"c-{who}"
            value = {
                USAGE_EVENTS: event(number, contact, 7),
                CONTACTS: json.dumps({"contact_id": contact, "time_zone": "Europe/Paris"}),
                CONTACT_CHANGES: json.dumps({"contact_id": contact, "change": "mute", "at": driver.now_ms}),
            }[topic]
            if pipe(driver, topic, contact, value, partitioners[partitioner]):
                letters[topic] += 1
            elif topic == USAGE_EVENTS:
                counted[contact] = counted.get(contact, 0) + 7
            if then == "run":
                driver.run()
            elif then == "restart":
                driver.restart()
            elif then is not None:
                driver.crash(then)
        driver.run()
        assert codes(driver, USAGE_EVENTS_DLQ) == ["wrong_partition"] * letters[USAGE_EVENTS]
        assert codes(driver, CONTACTS_DLQ) == ["wrong_partition"] * letters[CONTACTS]
        assert codes(driver, CONTACT_CHANGES_DLQ) == ["wrong_partition"] * letters[CONTACT_CHANGES]
        assert rows_astray(driver) == []
        found = {key.decode(): row.counters[0] for key, row in driver.rows(PROGRESS).items() if row.counters}
        assert {contact: count for contact, count in found.items() if count} == counted
        ids = crossed(driver)
        assert len(ids) == len(set(ids)) == sum((count >= 10) + (count >= 50) for count in counted.values())
