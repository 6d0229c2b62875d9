"""A delivery that was handed out, until its final receipt."""

from __future__ import annotations

import msgspec

from schemas.channel import Channel
from schemas.delivery import Delivery, channel_of
from schemas.moment import parse_rfc3339
from schemas.receipt import FINAL, Receipt
from stream.core.celebration.subject import Subject, is_nudge

MOST_OUT = 200
"""Deliveries of one contact without a final receipt, 150 B each: 30 kB of the 64 kB that a row may have. A contact with
more browsers than that has its oldest given up."""


class Out(msgspec.Struct, array_like=True):
    """One delivery in a dispatcher's hands, or given back by it. Times are epoch ms.

    Fields are appended, never moved or removed.
    """

    id: str
    subject: str
    """The id of its crossing or nudge."""
    channel: Channel
    since_ms: int
    """When it was first handed out."""
    due_ms: int
    """When it is looked at: when a dispatcher wants it tried again, or else when it is given up."""
    attempt: int = 1
    is_deferred: bool = False
    is_nudge: bool = False

    @classmethod
    def of(cls, delivery: Delivery, subject: Subject, give_up_ms: int) -> Out:
        """Note the first attempt of a delivery."""
        now_ms = parse_rfc3339(delivery.released_at)
        return cls(
            id=delivery.id,
            subject=subject.id,
            channel=channel_of(delivery),
            since_ms=now_ms,
            due_ms=now_ms + give_up_ms,
            is_nudge=is_nudge(subject),
        )

    def came_back(self, until_ms: int, now_ms: int) -> None:
        """Note that a dispatcher gave it back, to be tried from `until_ms` on.

        At least a second passes, doubled with each attempt up to an hour: a dispatcher whose clock is minutes ahead
        finds every lease expired, and the two would play ball.
        """
        self.is_deferred = True
        self.due_ms = max(until_ms, now_ms + min(1000 << min(self.attempt - 1, 20), 3_600_000))

    def handed_out_again(self, give_up_ms: int) -> None:
        """Note the next attempt."""
        self.attempt += 1
        self.is_deferred = False
        self.due_ms = self.since_ms + give_up_ms

    def is_told_by(self, receipt: Receipt) -> bool:
        """Whether a receipt changes anything: a final one ends the delivery, whichever attempt it speaks of; only the
        last attempt can be deferred, and once.

        A dispatcher that died after its receipt makes the attempt anew, and may then say something else.
        """
        if receipt.delivery_id != self.id:
            return False
        if receipt.outcome in FINAL:
            return receipt.attempt <= self.attempt
        return receipt.attempt == self.attempt and not self.is_deferred
