"""The milestone-nudge record: a contact is near a milestone, or stuck before it; one of each for each threshold."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from schemas.milestone_crossed import EventSource, Number, Positive, TimerSource
from schemas.moment import Rfc3339
from schemas.name_id import name_id
from schemas.own_record import OwnRecord

NudgeKind = Literal["near", "stuck"]


class MilestoneNudge(msgspec.Struct, frozen=True, kw_only=True):
    """One nudge, its fields in the order they are written. It holds no email, token or name."""

    schema_version: Literal[1] = 1
    id: str
    contact_id: str
    milestone: str
    occurrence: Positive
    kind: Annotated[NudgeKind, Meta(description="near: the threshold is close; stuck: and nothing happens")]
    metric: str
    unit: str | None = None
    tier: str
    threshold: Number
    value: Number
    remaining: Number
    occurred_at: Rfc3339
    detected_at: Rfc3339
    holdout: bool = False
    rules_version: int
    source: EventSource | TimerSource


def nudge_id(contact_id: str, milestone: str, occurrence: int, kind: NudgeKind, life: int = 1) -> str:
    """Return the id of a nudge, the same in every replay: UUIDv5 of the compact JSON ["nudge", contact, milestone, …].

    `life` is an element only from the second life of an erased contact on, as in `crossing_id`.
    """
    name: list[str | int] = ["nudge", contact_id, milestone, occurrence, kind]
    if life > 1:
        name.append(life)
    return name_id(name)


def encode_nudge(nudge: MilestoneNudge) -> bytes:
    """Return the record's value: compact JSON, a Decimal as a JSON number with exactly its digits."""
    return _ENCODER.encode(nudge)


def decode_nudge(value: bytes) -> MilestoneNudge:
    """Read a record's value; unknown fields are ignored.

    Raises:
        msgspec.DecodeError: it is not JSON, or no sound milestone-nudge record.
    """
    return _RECORD.read(value)


def decode_kept_nudge(value: bytes) -> MilestoneNudge:
    """Read a record's value that `decode_nudge` has taken before.

    Raises:
        msgspec.DecodeError: it is none.
    """
    return _RECORD.kept(value)


_ENCODER = msgspec.json.Encoder(decimal_format="number")
_RECORD = OwnRecord(MilestoneNudge)
