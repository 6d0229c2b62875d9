"""Events that go every way that the full profile has, sound and unsound: for the sameness of the peer. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from schemas.dead_letter import ATTEMPT
from schemas.moment import rfc3339
from tests.bench.profiles import START_MS

DAY_MS = 86_400_000
HOUR_MS = DAY_MS // 24


@dataclass(frozen=True, slots=True)
class Sent:
    """A record to produce; without a partition the key chooses it."""

    key: str | None
    value: bytes | None
    partition: int | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


def odd_events() -> list[Sent]:
    """Return all of them, in the order of each contact."""
    return [*_sums(), *_jumps(), *_days(), *_near(), *_ignored(), *_refused()]


def _event(contact: str, number: int, **fields: Any) -> Sent:
    event = {
        "id": f"{contact}-{number}",
        "source": "importer",
        "contact_id": contact,
        "event": "documents_processed",
        "at": rfc3339(START_MS + number * 1000),
    }
    return Sent(contact, json.dumps(event | fields, ensure_ascii=False).encode())


def _sums() -> list[Sent]:
    """Refunds, fractions, numbers at the edge of 64 bits and beyond them, ids with quotes and beyond ASCII."""
    values: list[tuple[str, list[Any]]] = [
        ("refund", [12, -5, 3, -20, 200, 900]),
        ("fraction", [8.75, 0.25, 0.5, 0.5, 90.25]),
        ("large", [2**63 - 1, 2**63 - 1, -(2**63)]),
        ("below", [-5, 10, 5, 5]),
        ('say "10" \\ ü', [9, 1]),
    ]
    return [
        _event(contact, number, value=value, properties={"format": "pdf" if number % 2 else "docx", "size": 1.5})
        for contact, amounts in values
        for number, value in enumerate(amounts)
    ]


def _jumps() -> list[Sent]:
    """Several milestones at once, on one metric and on two; a repeat; events of the past and backfilled ones."""
    pdf = {"format": "pdf"}
    return [
        _event("jump", 1, value=1500, properties=pdf),
        _event("jump", 1, value=1500, properties=pdf),
        _event("two", 1, value=9, properties=pdf),
        _event("two", 2, value=1, properties=pdf),
        _event("past", 1, value=95, at=rfc3339(START_MS - DAY_MS)),
        _event("past", 2, value=6),
        _event("filled", 1, value=9, backfill=True),
        _event("filled", 2, value=1, backfill=True),
        _event("filled", 3, value=85),
        _event("ring", 0),
        *(_event("ring", number) for number in range(1, 17)),
        _event("ring", 0),
        _event("ring", 16),
    ]


def _days() -> list[Sent]:
    """Runs of days: whole, with a gap, with a late event that closes it, and one that comes too late."""
    walks = {
        "week": range(7),
        "gap": [0, 1, 2, 4, 5, 6, 7, 8],
        "late": [0, 1, 2, 4, 3, 5, 6],
        "too-late": [0, 1, 2, 3, 4, 5, 9, 6, 7],
        "edge": [0, 1, 2, 3, 4, 5, 6, 7],
    }
    return [
        _event(contact, number, at=rfc3339(START_MS + day * DAY_MS + (23 if contact == "edge" else number) * HOUR_MS))
        for contact, days in walks.items()
        for number, day in enumerate(days)
    ] + [
        _event("moment", 1, at=START_MS + 5),
        _event("moment", 2, at="2026-01-31T23:59:59.999999+02:00", value=9),
        Sent("moment", b'{"id":"m-3","contact_id":"moment","event":"documents_processed","value":2}'),
    ]


def _near() -> list[Sent]:
    """Near by a step, by a jump, from above, over a threshold at once; and on while near."""
    walks = {"step": [1] * 12, "leap": [9, 82, 7, 1, 1], "from-above": [95, -10, 2, 20], "over": [12, 80]}
    return [
        _event(contact, number, value=value) for contact, values in walks.items() for number, value in enumerate(values)
    ]


def _ignored() -> list[Sent]:
    """Names that nothing counts, and fields that nobody knows."""
    return [
        _event("ignored", 1, event="session_started", value=10),
        _event("ignored", 2, more={"deep": [{"er": 1}]}, value=10, properties={"list": [1, [2.5]], "none": None}),
        _event("zoned", 1, time_zone="Europe/Paris", value=9),
        _event("zoned", 2, time_zone=" ", value=1),
        _event("zoned", 3, time_zone="Nowhere/Land", value=90),
    ]


def _refused() -> list[Sent]:
    """One of each fault that plain JSON can have."""
    deep = b'{"id":"d","contact_id":"bad","event":"e","properties":' + b'{"a":' * 16 + b"1" + b"}" * 17
    faults: list[dict[str, Any]] = [
        {"id": ""},
        {"id": "a\u0007"},
        {"id": "é" * 129},
        {"id": 7},
        {"contact_id": "other"},
        {"event": "cairn.own"},
        {"value": "3"},
        {"value": 1e40},
        {"value": 10**19},
        {"value": True},
        {"at": "2026-01-01T00:00:00"},
        {"at": "yesterday"},
        {"at": "1999-12-31T23:59:59Z"},
        {"at": "2999-01-01T00:00:00Z"},
        {"at": 1.5},
        {"properties": []},
        {"backfill": "yes"},
        {"source": None},
    ]
    missing = [
        Sent("bad", json.dumps({name: "bad" for name in ("id", "contact_id", "event") if name != left}).encode())
        for left in ("id", "contact_id", "event")
    ]
    values: list[bytes | None] = [None, b"", b"{", b"[1]", b'"text"', b"{} {}", b'{"id":' + b" " * 66_000 + b"1}", deep]
    own = (("own", b"kept"), (ATTEMPT, b"2"))
    return [
        *(_event("bad", number, **fault) for number, fault in enumerate(faults)),
        *missing,
        *(Sent("bad", value) for value in values),
        Sent(None, b'{"id":"n","contact_id":"bad","event":"e"}', 0),
        Sent("bad", b"{", None, own),
        *(_elsewhere(partition) for partition in range(4)),
    ]


def _elsewhere(partition: int) -> Sent:
    """The same new contact in every partition; one of them is its own."""
    sent = _event("misplaced", partition, value=9)
    return Sent(sent.key, sent.value, partition)
