"""Tracker and planner on a real Kafka: usage events in, one final decision for each crossing and channel out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from schemas.channel import CHANNELS
from schemas.decision import decode_decision
from schemas.delivery import decode_delivery
from schemas.topics import (
    CELEBRATION_DECISIONS,
    CONTACT_CHANGES,
    CONTACTS,
    DELIVERIES,
)
from stream.runtime.exits import Exit
from tests.system.planning_rig import PlanningRig
from tests.system.usage import Usage
from tests.system.waiting import until

pytestmark = pytest.mark.system

PEOPLE = [f"c-{number}" for number in range(30)]
CLOSED = PEOPLE[:10]
"""Who unsubscribes before anything is reached."""


@pytest.fixture
def rig(kafka: str, prefix: str, tmp_path: Path) -> Any:
    rig = PlanningRig(kafka, prefix, tmp_path)
    try:
        yield rig
    finally:
        rig.close()


@pytest.mark.parametrize("point", ["folded", "sent", "committed"])
def test_every_crossing_is_decided_once_on_every_channel_though_the_planner_is_killed(
    rig: PlanningRig, point: str
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
    dying = rig.planner("p", mischief={"point": point, "nth": 2})
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
