"""What comes to the planner: profiles, crossings as a tracker writes them, and people who have had enough."""

from __future__ import annotations

import json
import time
from random import Random
from typing import Any, Self

from confluent_kafka import Producer

from deploy.demo.counterparts import Counterparts
from deploy.demo.people import HABITS, Person
from schemas.milestone_crossed import EventSource, MilestoneCrossed, crossing_id, encode_crossing
from schemas.moment import rfc3339
from schemas.topics import CONTACT_CHANGES, CONTACTS, MILESTONE_CROSSED
from tests.chaos.background import Background

MILESTONE = "club"
STEP = 10
WITHDRAW = 0.25
"""Part of the people who will unsubscribe from everything; the others keep the load going, however long it takes."""
AT_ONCE = 0.02
"""The chance that one of them does so before a crossing."""
_ACKNOWLEDGED_S = 30.0


class Traffic(Background):
    """Writes at `rate` crossings a second while its block lasts, one after the other of `people` contacts."""

    def __init__(self, bootstrap: str, prefix: str, outside: Counterparts, *, people: int, rate: float) -> None:
        super().__init__("traffic")
        self.crossings: list[MilestoneCrossed] = []
        self.withdrawn_ms: dict[str, int] = {}
        """When Kafka had acknowledged each unsubscription."""
        self._prefix = prefix
        self._rate = rate
        self._random = Random(7)
        self._people = [
            Person(f"c-{number}", f"Somebody {number}", "en", "UTC", HABITS[0], 0) for number in range(people)
        ]
        self._unhappy = {each.id for each in self._people if self._random.random() < WITHDRAW}
        self._occurrences = dict.fromkeys((each.id for each in self._people), 0)
        self._outside = outside
        self._producer = Producer({"bootstrap.servers": bootstrap, "partitioner": "murmur2_random", "linger.ms": 0})

    def __enter__(self) -> Self:
        for each in self._people:
            self._put(CONTACTS, each.id, json.dumps(self._outside.profile(each)).encode())
        assert not self._producer.flush(_ACKNOWLEDGED_S)
        return super().__enter__()

    def _work(self) -> None:
        began, written = time.monotonic(), 0
        while not self._over.wait(0.02):
            due = int((time.monotonic() - began) * self._rate)
            for _ in range(due - written):
                self._cross(self._people[written % len(self._people)])
                written += 1
            self._producer.poll(0)

    def _ended(self) -> None:
        """All of it is acknowledged. A writer that broke is why a play waits in vain: it is told first."""
        assert not self._producer.flush(_ACKNOWLEDGED_S)
        self._check()

    def _cross(self, person: Person) -> None:
        if person.id in self._unhappy and self._random.random() < AT_ONCE:
            self._unhappy.remove(person.id)
            self._withdraw(person)
        self._occurrences[person.id] += 1
        occurrence = self._occurrences[person.id]
        now = rfc3339(time.time_ns() // 1_000_000)
        crossing = MilestoneCrossed(
            id=crossing_id(person.id, MILESTONE, occurrence),
            contact_id=person.id,
            milestone=MILESTONE,
            occurrence=occurrence,
            # Without a metric none absorbs another: each is a message of its own, and can be counted.
            kind="all_of",
            metric=None,
            tier="major",
            threshold=STEP * occurrence,
            value_before=STEP * occurrence - 1,
            value=STEP * occurrence,
            occurred_at=now,
            detected_at=now,
            celebrate=True,
            rules_version=1,
            source=EventSource(topic="usage-events", partition=0, offset=1, event_source="", event_id="e"),
        )
        self._put(MILESTONE_CROSSED, person.id, encode_crossing(crossing))
        self.crossings.append(crossing)

    def _withdraw(self, person: Person) -> None:
        change = {"contact_id": person.id, "change": "unsubscribe", "at": time.time_ns() // 1_000_000}
        self._put(CONTACT_CHANGES, person.id, json.dumps(change).encode())
        assert not self._producer.flush(_ACKNOWLEDGED_S)
        # A release after this moment must know it.
        self.withdrawn_ms[person.id] = time.time_ns() // 1_000_000

    def _put(self, topic: str, contact: str, value: bytes, **more: Any) -> None:
        self._producer.produce(self._prefix + topic, value, contact.encode(), **more)
