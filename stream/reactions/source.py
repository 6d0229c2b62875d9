"""The topics of Cairn that a reaction can listen to, each with the type of its records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from schemas.decision import Decision, decode_decision
from schemas.milestone_crossed import MilestoneCrossed, decode_crossing
from schemas.milestone_nudge import MilestoneNudge, decode_nudge
from schemas.own_record import rejection_of
from schemas.receipt import Receipt, decode_receipt
from schemas.rejection import Rejection
from schemas.topics import CELEBRATION_DECISIONS, DELIVERY_RECEIPTS, MILESTONE_CROSSED, MILESTONE_NUDGES

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Source(Generic[Value]):
    """One topic, by its name without prefix, and what reads its values."""

    topic: str
    decode: Callable[[bytes], Value]

    def read(self, value: bytes | None) -> Value | Rejection:
        """Read a value, or say why not. Fields that this release does not know are ignored."""
        if value is None:
            return Rejection("value_missing", "the value is null", "")
        try:
            return self.decode(value)
        except msgspec.ValidationError as error:
            version = _version(value)
            if version is not None and version > NEWEST:
                return Rejection("newer_version", f"schema_version {version}; this release knows {NEWEST}", "")
            return rejection_of(error)
        except msgspec.DecodeError as error:
            return rejection_of(error)


CROSSINGS: Source[MilestoneCrossed] = Source(MILESTONE_CROSSED, decode_crossing)
NUDGES: Source[MilestoneNudge] = Source(MILESTONE_NUDGES, decode_nudge)
DECISIONS: Source[Decision] = Source(CELEBRATION_DECISIONS, decode_decision)
RECEIPTS: Source[Receipt] = Source(DELIVERY_RECEIPTS, decode_receipt)
NEWEST = 1
"""The schema_version of all four."""


class _Versioned(msgspec.Struct):
    schema_version: Any = None


def _version(value: bytes) -> int | None:
    try:
        found = msgspec.json.decode(value, type=_Versioned).schema_version
    except (ValueError, RecursionError):
        return None
    return found if type(found) is int else None
