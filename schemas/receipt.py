"""The receipt: what became of one attempt of a delivery."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from schemas.channel import Channel
from schemas.contact_change import Digest
from schemas.milestone_crossed import Positive
from schemas.moment import Rfc3339
from schemas.name_id import name_id
from schemas.own_record import OwnRecord
from schemas.written import written

Outcome = Literal["sent", "deferred", "rejected", "gone", "unknown", "expired", "dead_lettered", "suppressed"]
"""How it ended; all but `deferred` are final, and a delivery has one final receipt.

    sent            the provider took it
    deferred        not now: the planner asks consent and freshness again at `until`, then hands out the next attempt
    rejected        the provider refuses this message for good; the place stays
    gone            the place is no more, and contact-changes says so
    unknown         nobody knows whether the provider took it, and the channel is set to drop it then
    expired         the planner gave it up: `code` is the reason, as consent that was withdrawn meanwhile
    dead_lettered   it could not be sent by a fault of ours; it is in the dead-letter topic of its channel
    suppressed      dropped at the door: after its release contact-changes said no to it; `code` is the change
"""
FINAL: frozenset[Outcome] = frozenset({"sent", "rejected", "gone", "unknown", "expired", "dead_lettered", "suppressed"})


class Receipt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One receipt, its fields in the order they are written. It holds no email, token or name.

    `until` is there exactly when the outcome is `deferred`. `code` is the provider's own, such as `550 5.1.1`, `410` or
    `UNREGISTERED`, or one of ours; `detail` is for people. `tries` counts the requests of this attempt.
    """

    schema_version: Literal[1] = written(1)
    id: str
    delivery_id: str
    decision_id: str
    contact_id: str
    channel: Channel
    attempt: Positive
    outcome: Outcome
    until: Rfc3339 | None = None
    provider: Annotated[str | None, Meta(description="Whom it was handed to, such as a host")] = None
    provider_id: Annotated[str | None, Meta(description="The provider's own name for it")] = None
    code: str | None = None
    detail: Annotated[str, Meta(max_length=1024)] | None = None
    refused_place: Annotated[
        Digest | None,
        Meta(description="Of `rejected`: SHA-256, hex, of the place that takes nothing, where it may be no more"),
    ] = None
    tries: int = 0
    released_at: Rfc3339
    at: Rfc3339
    took_ms: Annotated[int, Meta(description="From the first request of this attempt to its end, ms")] = 0


def receipt_id(delivery_id: str, attempt: int) -> str:
    """Return the id of the receipt of an attempt: UUIDv5 of the compact JSON ["receipt", delivery, attempt].

    An attempt that is repeated after a crash writes a second receipt under the same id.
    """
    return name_id(["receipt", delivery_id, attempt])


def encode_receipt(receipt: Receipt) -> bytes:
    """Return the record's value: compact JSON."""
    return msgspec.json.encode(receipt)


def decode_receipt(value: bytes) -> Receipt:
    """Read a record's value; unknown fields are ignored.

    Raises:
        msgspec.DecodeError: it is not JSON, or no sound receipt.
    """
    return _RECORD.read(value)


_RECORD = OwnRecord(Receipt)
