"""The change of a contact: what happened to a person, as a fact that stays, on the topic `contact-changes`.

Unlike a profile it is never replaced by the next record of its key, so that no later one can turn it back by accident.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from schemas.contact import Moment
from schemas.keyed import read_keyed
from schemas.limits import DEFAULTS, Limits
from schemas.moment import epoch_ms
from schemas.record import Record
from schemas.rejection import Rejection
from schemas.strict_json import Refused
from schemas.usage_event import Id

Change = Literal[
    "erase", "unsubscribe", "mute", "complaint", "hard_bounce", "resubscribe", "dead_endpoint", "dead_token"
]


class ContactChange(msgspec.Struct, frozen=True, kw_only=True):
    """One change. `reason` is for people; it must hold nothing personal, for the topic keeps it without limit."""

    schema_version: Literal[1] = 1
    contact_id: Annotated[Id, Meta(description="Equal to the record's key")]
    change: Change
    at: Annotated[Moment, Meta(description="When: RFC 3339 with an offset, or epoch milliseconds")]
    reason: Annotated[str, Meta(max_length=1024, description="Nothing personal: it is kept without limit")] | None = (
        None
    )

    @property
    def at_ms(self) -> int:
        """When it happened, in epoch milliseconds."""
        return epoch_ms(self.at) if isinstance(self.at, datetime) else self.at


def read_change(record: Record, now_ms: int, limits: Limits = DEFAULTS) -> ContactChange | Rejection:
    """Read one record of `contact-changes`, or say why not; `now_ms` is the clock that `at` is held against."""
    key, value = record.key(), record.value()
    try:
        if not key:
            raise Refused("key_missing", "the record has no key")
        if not value:
            raise Refused("value_missing", "the value is null or empty")
        change = read_keyed(key, value, ContactChange, limits)
        if change.at_ms < limits.earliest_ms:
            raise Refused("time_too_early", "at lies before the oldest time allowed", "/at")
        # An erasure years ahead would keep the contact out until then.
        if change.at_ms > now_ms + limits.future_ms:
            raise Refused("time_in_future", "at lies too far ahead of the worker's clock", "/at")
    except Refused as refused:
        return refused.rejection
    return change


def encode_change(change: ContactChange) -> bytes:
    """Return the record's value: compact JSON."""
    return msgspec.json.encode(change)
