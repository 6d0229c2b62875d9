"""What a reader of milestone-crossed sees."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from tests.system.mischief import ROWS
from tests.system.rig import Rig
from tests.system.usage import Usage


def read_crossings(rig: Rig, within: float = 30) -> list[dict[str, Any]]:
    """Every crossing that a read_committed reader sees, once no transaction is open any more."""
    with rig.log(rig.crossed) as log:
        return [json.loads(each.value()) for each in log.read_all(within)]


def step(contacts: Iterable[str], mark: str, value: int = 6) -> list[Usage]:
    """One event for each contact; two steps of 6 pass the milestone at 10, and the second shows whether the first was
    kept.
    """
    return [Usage(contact, f"{mark}-{contact}", value=value) for contact in contacts]


def contacts(count: int, name: str = "c") -> list[str]:
    """Names of contacts, over all partitions."""
    return [f"{name}-{number}" for number in range(count)]


def assert_crossed_once(
    rig: Rig, names: Collection[str], *, before: int = 6, value: int = 12, total: int | None = None
) -> None:
    """Every contact of `names`, and nobody else, crossed documents-10 once, from a counter that was whole.

    Their rows say `total` documents (by default the value at the crossing): what was counted twice shows there at
    least.
    """
    assert_crossings(rig, names, before=before, value=value)
    rows = read_rows(rig)
    due = value if total is None else total
    wrong = {name: rows.get(name) for name in names if rows.get(name) != due}
    assert not wrong, f"documents in the rows: {wrong}, due {due}"


def assert_crossings(rig: Rig, names: Collection[str], *, before: int, value: int) -> None:
    """The same for the output topic alone."""
    found = Counter(
        (each["contact_id"], each["milestone"], each["value_before"], each["value"]) for each in read_crossings(rig)
    )
    due = Counter((name, "documents-10", before, value) for name in names)
    assert not due - found, f"missing: {sorted(due - found)[:5]}, came instead: {sorted(found - due)[:5]}"
    assert not found - due, f"too many: {(found - due).most_common(5)}"


def read_rows(rig: Rig, within: float = 30) -> dict[str, int]:
    """The documents that each contact's row counts, as the changelog has it: format byte, MessagePack, counters
    first.
    """
    rows = {}
    with rig.log(rig.changelog) as log:
        for each in log.read_all(within):
            if each.key()[:1] == ROWS:
                rows[each.key()[1:].decode()] = msgspec.msgpack.decode(each.value()[1:])[0][0]
    return rows
