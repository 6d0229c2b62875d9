"""The accelerator really counts: of usual events only those are left to Python that the contract says are."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest

from schemas.milestones import Document
from schemas.topics import CONTACTS, MILESTONE_CROSSED, MILESTONE_NUDGES, USAGE_EVENTS
from tests.stream.native.twins import Twins, unbroken
from tests.stream.tracker.played import read

CONTRACT: Document = read((Path(__file__).parents[2] / "schemas/milestones/contract.yaml").read_text("utf-8"))
DAY = 86_400_000


def used(random: Random, number: int, now_ms: int, others: int) -> dict[str, Any]:
    """An event as an application of the contract writes it; of so many in a hundred Python may know more."""
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("documents_processed", {"value": random.choice((1, 3, 250))}),
        ("project_created", {"properties": {"sample": random.random() < 0.2, "template": "board"}}),
        ("payment_received", {"properties": {"amount": round(random.random() * 300, 2), "currency": "USD"}}),
        ("payment_refunded", {"properties": {"amount": -5, "currency": "USD"}}),
        ("team_changed", {"properties": {"members": random.randint(1, 30)}}),
        ("session_started", {"source": "web"}),
        ("page_seen", {"later": "unknown"}),
        ("teammate_invited", {"properties": {"invitee_id": f"i-{random.randrange(20)}"}}),
    ]
    weights = [60 - others, 10, 10, 1, 5, others * 0.95, 5, others * 0.05]
    ((name, more),) = random.choices(kinds, weights)
    return {"id": f"e-{number}", "event": name, "at": now_ms} | more


@pytest.mark.parametrize(("others", "most"), [(0, 0.001), (30, 0.01)])
def test_usual_events_are_counted_by_the_extension(module: ModuleType, others: int, most: float) -> None:
    """Nine days of 100 contacts under the contract's file, each of whom comes every few hours.

    A bound of 1 % leaves room for days at the edges of summer time.
    """
    random = Random(1)
    contacts = [f"c-{number}" for number in range(100)]
    with unbroken(), Twins(CONTRACT, module, partitions=2) as twins:

        def pipe(topic: str, contact: str, body: dict[str, Any]) -> None:
            for driver in (twins.python, twins.native):
                driver.pipe(topic, contact, json.dumps({"contact_id": contact} | body))

        for contact in contacts:
            pipe(CONTACTS, contact, {"time_zone": "America/Toronto", "signed_up_at": twins.now_ms})
        for turn in range(36):
            for number in range(250):
                pipe(
                    USAGE_EVENTS,
                    random.choice(contacts),
                    used(random, turn * 1000 + number, twins.now_ms + number, others),
                )
            twins.both(lambda driver: driver.run())
            twins.check_said()
            twins.both(lambda driver: driver.advance(DAY // 4))
        twins.check_kept()
        assert len(twins.native.outputs(MILESTONE_CROSSED)) > 100
        assert twins.native.outputs(MILESTONE_NUDGES)
        share = twins.handed_back()
        print("handed back", share)
        assert share <= most
