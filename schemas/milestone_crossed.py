"""The milestone-crossed record: a contact reached a milestone; one for each contact, milestone and occurrence."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from schemas.moment import Rfc3339
from schemas.name_id import name_id
from schemas.own_record import OwnRecord

if TYPE_CHECKING:
    Number = int | Decimal
else:
    # Untyped, because a decoder takes JSON text for a typed Decimal.
    Number = Annotated[Any, Meta(extra_json_schema={"type": "number"})]

Positive = Annotated[int, Meta(ge=1)]

Kind = Literal["count", "sum", "highest", "distinct", "streak", "signed_up", "all_of"]
Reason = Literal["history_incomplete", "before_milestone", "adopted", "backfill"]


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """The milestone before this one on the same metric."""

    milestone: str
    occurrence: Positive
    threshold: Number


class NextRung(msgspec.Struct, frozen=True, kw_only=True):
    """The milestone after this one on the same metric, and how far it is."""

    milestone: str
    occurrence: Positive
    threshold: Number
    remaining: Number


class Jump(msgspec.Struct, frozen=True, kw_only=True):
    """Place of a crossing among those of one event: `index` 1 is the lowest, `top` says it is the one to celebrate."""

    index: Positive
    of: Positive
    top: bool


class EventSource(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="event"):
    """The usage event that crossed: where it lies, and its identity."""

    topic: str
    partition: int
    offset: int
    event_source: str
    event_id: str


class TimerSource(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="timer"):
    """A due time that crossed, such as an anniversary."""

    due_at: Rfc3339


class MilestoneCrossed(msgspec.Struct, frozen=True, kw_only=True):
    """One crossing, its fields in the order they are written. It holds no email, token or name.

    Moments are text made by `schemas.moment.rfc3339`; numbers are int or Decimal. `jump` is written only when one event
    crossed several milestones.
    """

    schema_version: Literal[1] = 1
    id: str
    contact_id: str
    milestone: str
    occurrence: Positive
    metric: str | None
    kind: Kind
    unit: str | None = None
    tier: str
    threshold: Number
    value_before: Number
    value: Number
    occurred_at: Rfc3339
    detected_at: Rfc3339
    days_since_signup: int | None = None
    previous: Rung | None = None
    next: NextRung | None = None
    celebrate: bool
    not_celebrated_because: Reason | None = None
    holdout: bool = False
    reward: str | None = None
    rules_version: int
    source: EventSource | TimerSource
    jump: Jump | UnsetType = UNSET


def crossing_id(contact_id: str, milestone: str, occurrence: int, life: int = 1) -> str:
    """Return the id of a crossing: the same on every machine, in every replay.

    UUIDv5 of the compact JSON array [contact_id, milestone, occurrence] in UTF-8. `life` counts how often the contact
    was erased and came back; only from 2 on it is a fourth element, so that first lives keep their ids.
    """
    name: list[str | int] = [contact_id, milestone, occurrence]
    if life > 1:
        name.append(life)
    return name_id(name)


def encode_crossing(crossing: MilestoneCrossed) -> bytes:
    """Return the record's value: compact JSON, a Decimal as a JSON number with exactly its digits."""
    return _ENCODER.encode(crossing)


def decode_crossing(value: bytes) -> MilestoneCrossed:
    """Read a record's value; unknown fields are ignored.

    Raises:
        msgspec.DecodeError: it is not JSON, or no sound milestone-crossed record.
    """
    return _RECORD.read(value)


def decode_kept_crossing(value: bytes) -> MilestoneCrossed:
    """Read a record's value that `decode_crossing` has taken before.

    Raises:
        msgspec.DecodeError: it is none.
    """
    return _RECORD.kept(value)


_ENCODER = msgspec.json.Encoder(decimal_format="number")
_RECORD = OwnRecord(MilestoneCrossed)
