"""The gate is as strict as it is told to be, and knows its partition."""

from __future__ import annotations

import json

from schemas.limits import Limits
from schemas.partitioner import partition_of
from schemas.rejection import Rejection
from schemas.usage_event import UsageEvent
from stream.testing.log import Partition
from stream.tracker.gate import Gate

NOW_MS = 1_800_000_000_000


def test_its_door_has_the_limits_given() -> None:
    """One record, let in by the defaults and refused by tighter limits."""
    body = json.dumps({"id": "e-1", "contact_id": "c-1", "event": "e", "at": NOW_MS}).encode()
    record = Partition("usage-events", 0).append(b"c-1", body, (), NOW_MS)

    (usual,) = Gate(0, 1).admit([record], NOW_MS)
    (tight,) = Gate(0, 1, Limits(record_bytes=10)).admit([record], NOW_MS)

    assert isinstance(usual, UsageEvent)
    assert isinstance(tight, Rejection)
    assert tight.code == "too_large"


def test_it_knows_which_keys_are_at_home() -> None:
    """By murmur2, as Java producers place them."""
    keys = [f"c-{number}".encode() for number in range(100)]
    assert set(Gate(3, 12).misplaced(keys)) == {key for key in keys if partition_of(key, 12) != 3}
