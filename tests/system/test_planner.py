"""Tracker and planner on a real Kafka: usage events in, one final decision for each crossing and channel out."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from schemas.channel import CHANNELS
from schemas.decision import decode_decision
from schemas.delivery import decode_delivery
from schemas.topics import (
    CELEBRATION_DECISIONS,
    CONTACT_CHANGES,
    CONTACTS,
    DELIVERIES,
    DELIVERY_RECEIPTS,
    DELIVERY_RECEIPTS_DLQ,
    MILESTONE_CROSSED_DLQ,
    MILESTONE_NUDGES_DLQ,
    PLANNER_CHANGELOG,
)
from stream.runtime.exits import Exit
from tests.system.planner_order import PlannerOrder
from tests.system.rig import SHORT, Rig
from tests.system.running_worker import RunningWorker
from tests.system.usage import Usage
from tests.system.waiting import until

pytestmark = pytest.mark.system

PEOPLE = [f"c-{number}" for number in range(30)]
CLOSED = PEOPLE[:10]
"""Who unsubscribes before anything is reached."""


class Planning(Rig):
    """A rig that has the planner's topics too, and starts planners."""

    def __init__(self, bootstrap: str, prefix: str, directory: Path) -> None:
        super().__init__(bootstrap, prefix, directory)
        wanted = (
            CELEBRATION_DECISIONS,
            *DELIVERIES.values(),
            DELIVERY_RECEIPTS,
            DELIVERY_RECEIPTS_DLQ,
            MILESTONE_CROSSED_DLQ,
            MILESTONE_NUDGES_DLQ,
            PLANNER_CHANGELOG,
        )
        self.make_topics(*(prefix + each for each in wanted))
        self._profiles = Producer({"bootstrap.servers": bootstrap, "partitioner": "murmur2_random"})

    def planner(self, name: str, **mischief: Any) -> RunningWorker:
        """Start a planner on the slot of host `name`."""
        options: dict[str, Any] = {
            "kafka.bootstrap_servers": self.bootstrap,
            "topics.prefix": self.prefix,
            "topics.partitions": self.partitions,
            "log.level": "debug",
            "log.format": "json",
            **{name.replace("tracker.", "planner."): value for name, value in SHORT.items()},
            "planner.host": name,
            "planner.state_dir": str(self.directory / f"state-{name}"),
        }
        log = str(self.directory / f"{name}-{uuid.uuid4().hex[:6]}.log")
        worker = RunningWorker(name, PlannerOrder(options=options, log=log, mischief=mischief))
        self.workers.append(worker)
        return worker

    def put(self, topic: str, contact: str, **body: Any) -> None:
        """Write a record of a contact."""
        self._profiles.produce(self.prefix + topic, json.dumps({"contact_id": contact} | body), contact)

    def flush(self) -> None:
        """Wait until the broker has what was put."""
        assert not self._profiles.flush(30)

    def values(self, topic: str) -> list[bytes]:
        """What readers see on a topic now."""
        with self.log(self.prefix + topic) as log:
            return [each.value() for each in log.read_all()]


@pytest.fixture
def rig(kafka: str, prefix: str, tmp_path: Path) -> Any:
    rig = Planning(kafka, prefix, tmp_path)
    try:
        yield rig
    finally:
        rig.close()


@pytest.mark.parametrize("point", ["folded", "sent", "committed"])
def test_every_crossing_is_decided_once_on_every_channel_though_the_planner_is_killed(
    rig: Planning, point: str
) -> None:
    """Who unsubscribed gets nothing, everybody else each message once, and every no has its reason."""
    for contact in PEOPLE:
        browser = {"endpoint": f"https://push.example/{contact}", "keys": {"p256dh": "p", "auth": "a"}}
        rig.put(
            CONTACTS,
            contact,
            web_push_subscription=True,
            web_push_targets=[browser],
            fcm_key=[f"token-{contact}", "t-2"],
        )
    for contact in CLOSED:
        rig.put(CONTACT_CHANGES, contact, change="unsubscribe", at=1_790_000_000_000)
    rig.flush()
    for contact in PEOPLE:
        rig.usage.put(Usage(contact, f"e-{contact}", value=12).encode(), contact.encode())
    rig.usage.flush()
    tracker = rig.worker("t").wait_owning(rig.partitions)
    dying = rig.planner("p", point=point, nth=2)
    assert dying.wait_exit(within=60) == -9
    second = rig.planner("p")
    wanted = len(PEOPLE) * len(CHANNELS)
    until(lambda: len(rig.values(CELEBRATION_DECISIONS)) >= wanted, within=60, what=f"{wanted} decisions")
    assert (second.stop(), tracker.stop()) == (Exit.OK, Exit.OK)
    decisions = [decode_decision(each) for each in rig.values(CELEBRATION_DECISIONS)]
    assert Counter((each.contact_id, each.channel) for each in decisions) == Counter(
        (contact, channel) for contact in PEOPLE for channel in CHANNELS
    )
    said = Counter((each.contact_id in CLOSED, each.channel, each.because) for each in decisions)
    assert said == {
        (True, "email", "channel_off"): 10,
        (True, "web_push", "suppressed"): 10,
        (True, "mobile_push", "suppressed"): 10,
        (False, "email", "channel_off"): 20,
        (False, "web_push", None): 20,
        (False, "mobile_push", None): 20,
    }
    sent = [decode_delivery(each) for channel in CHANNELS for each in rig.values(DELIVERIES[channel])]
    assert len({each.id for each in sent}) == len(sent), "a delivery came twice"
    assert Counter(each.contact_id for each in sent) == Counter(PEOPLE[10:] * 3), "one browser and two devices each"
