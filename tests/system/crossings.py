"""What a reader of milestone-crossed sees."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.system.rig import Rig
from tests.system.usage import Usage


def read_crossings(rig: Rig, within: float = 30) -> list[dict[str, Any]]:
    """Every crossing that a read_committed reader sees, once no transaction is open any more."""
    with rig.log(rig.crossed) as log:
        return [json.loads(each.value()) for each in log.read_all(within)]


def step(contacts: Iterable[str], mark: str, value: int = 6) -> list[Usage]:
    """One event for each contact; two steps of 6 pass the milestone at 10, and the second shows whether the first was kept."""
    return [Usage(contact, f"{mark}-{contact}", value=value) for contact in contacts]


def contacts(count: int, name: str = "c") -> list[str]:
    """Names of contacts, over all partitions."""
    return [f"{name}-{number}" for number in range(count)]


def assert_crossed_once(rig: Rig, names: Iterable[str], *, before: int = 6, value: int = 12) -> None:
    """Every contact of `names`, and nobody else, crossed documents-10 once, from a counter that was whole."""
    found = Counter(
        (each["contact_id"], each["milestone"], each["value_before"], each["value"]) for each in read_crossings(rig)
    )
    due = Counter((name, "documents-10", before, value) for name in names)
    assert not due - found, f"missing: {sorted(due - found)[:5]}, came instead: {sorted(found - due)[:5]}"
    assert not found - due, f"too many: {(found - due).most_common(5)}"
