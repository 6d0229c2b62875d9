"""A producer at an even pace; each event's id ends with the moment of its produce call.

`python -m tests.bench.load ORDER`, ORDER being the arguments of `produce_evenly` as JSON.
"""

from __future__ import annotations

import json
import sys
import time

from confluent_kafka import Producer

from schemas.topics import USAGE_EVENTS
from tests.bench.guard import end_with_parent

TICK = 0.002
ROUNDS = 12
"""Events of each contact. Its tenth crosses `documents-10`: one event in twelve brings a crossing, evenly."""
APART = 400
"""Contacts that are begun between two events of one: 4,800 events, about a second at 5,000 a second."""


def contact_of(number: int) -> int:
    """Return whose event this is. The first events of those that were begun before the load stand below 0."""
    return number // ROUNDS - number % ROUNDS * APART


def produce_evenly(servers: str, prefix: str, rate: int, seconds: float) -> None:
    """Produce `rate` contract events per second as they fall due; moments are ns of the machine's monotonic clock."""
    producer = Producer({"bootstrap.servers": servers, "partitioner": "murmur2_random", "linger.ms": 1})
    topic = prefix + USAGE_EVENTS
    began = time.monotonic()
    sent, total = 0, int(rate * seconds)
    while sent < total:
        due = min(int((time.monotonic() - began) * rate), total)
        for number in range(sent, due):
            contact = f"c-{contact_of(number)}"
            event = {
                "id": f"{number}-{time.monotonic_ns()}",
                "source": "importer",
                "contact_id": contact,
                "event": "documents_processed",
                "value": 1,
                "properties": {"format": "pdf" if number % 2 else "docx"},
            }
            producer.produce(topic, json.dumps(event), contact)
        sent = due
        producer.poll(0)
        time.sleep(TICK)
    producer.flush()


if __name__ == "__main__":
    end_with_parent()
    produce_evenly(**json.loads(sys.argv[1]))
