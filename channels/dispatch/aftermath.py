"""What is written when a delivery ends: the receipt, and with some endings a contact change or a dead letter. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from channels.dispatch.job import Job
from channels.dispatch.lease import Ending
from channels.dispatch.writing import Writing
from schemas.channel import Channel
from schemas.contact_change import Change, ContactChange, encode_change
from schemas.dead_letter import CODES, dead_letter
from schemas.delivery import Delivery, digest_of, place_of
from schemas.moment import rfc3339
from schemas.receipt import Receipt, encode_receipt, receipt_id
from schemas.record import Record
from schemas.topics import CONTACT_CHANGES, DELIVERIES_DLQ, DELIVERY_RECEIPTS, prefixed

DETAIL = 1024
"""Characters of a receipt's detail, as the schema has it."""
_DEAD: Mapping[Channel, Change] = MappingProxyType(
    {"email": "hard_bounce", "web_push": "dead_endpoint", "mobile_push": "dead_token"}
)
"""What is said of a place that is no more."""


@dataclass(frozen=True, slots=True)
class Names:
    """The topics of one channel's dispatcher, and the largest record (bytes) that its dead-letter topic takes."""

    channel: Channel
    receipts: str
    changes: str
    letters: str
    letter_bytes: int

    @classmethod
    def of(cls, prefix: str, channel: Channel, letter_bytes: int) -> Names:
        """Full names under this prefix."""
        letters = prefixed(prefix, DELIVERIES_DLQ[channel])
        return cls(
            channel, prefixed(prefix, DELIVERY_RECEIPTS), prefixed(prefix, CONTACT_CHANGES), letters, letter_bytes
        )


def aftermath(job: Job, ending: Ending, names: Names, now: float, now_ms: int) -> list[Writing]:
    """Return the records that this ending takes; `now` is the steady clock (s), `now_ms` the wall's (epoch ms)."""
    delivery, key = job.delivery, job.delivery.contact_id.encode()
    writings = [Writing(names.receipts, key, encode_receipt(_receipt(job, ending, names.channel, now, now_ms)))]
    if ending.outcome == "gone":
        fact = ContactChange(
            contact_id=delivery.contact_id,
            change=_DEAD[names.channel],
            at=now_ms,
            digest=digest_of(delivery.to),
            reason=_clean(f"{job.provider}: {ending.code} {ending.detail}".strip(), delivery),
        )
        writings.append(Writing(names.changes, key, encode_change(fact)))
    if ending.outcome == "dead_lettered":
        code = ending.code if ending.code in CODES else "internal_error"
        writings.append(letter(job.record, code, _clean(ending.detail, delivery), "", names))
    return writings


def letter(record: Record, code: str, message: str, pointer: str, names: Names) -> Writing:
    """A record as it came, for the dead-letter topic, in the partition of the same number."""
    wrapped = dead_letter(record, code=code, message=message, pointer=pointer, limit=names.letter_bytes)
    return Writing(names.letters, wrapped.key, wrapped.value, wrapped.headers, record.partition())


def _receipt(job: Job, ending: Ending, channel: Channel, now: float, now_ms: int) -> Receipt:
    delivery, lease = job.delivery, job.lease
    return Receipt(
        id=receipt_id(delivery.id, delivery.attempt),
        delivery_id=delivery.id,
        decision_id=delivery.decision_id,
        contact_id=delivery.contact_id,
        channel=channel,
        attempt=delivery.attempt,
        outcome=ending.outcome,
        until=None if ending.until is None else rfc3339(now_ms + round(ending.until * 1000)),
        provider=job.provider or None,
        provider_id=_clean(ending.provider_id or "", delivery) or None,
        code=_clean(ending.code, delivery) or None,
        detail=_clean(ending.detail, delivery) or None,
        refused_place=digest_of(delivery.to) if ending.of_place else None,
        tries=lease.tries,
        released_at=delivery.released_at,
        at=rfc3339(now_ms),
        took_ms=0 if lease.tried_at is None else round((now - lease.tried_at) * 1000),
    )


def _clean(text: str, delivery: Delivery) -> str:
    """A provider's words without the place: mail servers repeat the address, and receipts must not hold it."""
    place = place_of(delivery.to)
    if not text or not place:
        return text
    if text.isascii() and place.isascii() and place.lower() not in text.lower():
        return text[:DETAIL]
    # A pattern is compiled for each place, which takes longer than all else that a receipt takes.
    return re.sub(re.escape(place), "[place]", text, flags=re.IGNORECASE)[:DETAIL]
