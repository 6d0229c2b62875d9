from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from schemas.door import Door
from schemas.usage_event import UsageEvent
from tests.bench.profiles import PROFILES, START_MS
from tests.bench.shape import Shape


@dataclass(frozen=True)
class _Filled:
    """A record as the topic holds it."""

    text: str
    contact: str

    def key(self) -> bytes:
        return self.contact.encode()

    def value(self) -> bytes:
        return self.text.encode()

    def headers(self) -> None:
        return None

    def topic(self) -> str:
        return "usage-events"

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return 0

    def timestamp(self) -> tuple[int, int]:
        return 1, START_MS


def test_the_same_shape_gives_the_same_events() -> None:
    """Every contestant, in every run, reads the same input."""
    shape = Shape("full", 50, 200)
    assert list(shape.records()) == list(shape.records())


@pytest.mark.parametrize("contacts", [1, 2, 10, 97, 1000])
def test_a_warm_shape_begins_with_every_contact_once(contacts: int) -> None:
    """So that the state holds all contacts before anything is measured."""
    shape = Shape("bare", contacts, 5, warm=True)
    keys = [key for key, _ in shape.records()]
    assert len(keys) == shape.warm_events + shape.events
    assert len(set(keys[:contacts])) == contacts


def test_different_inputs_have_different_topics() -> None:
    """Whatever changes the events changes the prefix."""
    shapes = [
        Shape("bare", 10, 20),
        Shape("full", 10, 20),
        Shape("bare", 11, 20),
        Shape("bare", 10, 21),
        Shape("bare", 10, 20, partitions=12),
        Shape("bare", 10, 20, warm=True),
    ]
    assert len({each.prefix for each in shapes}) == len(shapes)


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_every_event_is_counted(profile: str) -> None:
    """Rejected or ignored events would make a profile look fast: all are admitted, and some metric wants them."""
    asked = PROFILES[profile]
    records = [_Filled(text, key) for key, text in Shape(profile, 20, 100).records()]
    events = Door().admit(records, START_MS + 86_400_000)
    assert len(events) == 100
    assert all(isinstance(each, UsageEvent) for each in events)
    counted = {name for metric in asked.document().metrics.values() for name in metric.from_}
    assert {each.event for each in events if not hasattr(each, "code")} <= counted
    assert json.loads(records[0].text)["contact_id"] == records[0].contact
