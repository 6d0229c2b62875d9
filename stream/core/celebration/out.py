"""A delivery that was handed out, until its final receipt."""

from __future__ import annotations

import msgspec

from schemas.channel import Channel
from schemas.receipt import FINAL, Receipt
from stream.core.celebration.subject import Subject, is_nudge

MOST_OUT = 200
"""Deliveries of one contact without a final receipt, and lines that they tell besides, at most 150 B each: 30 kB of the
64 kB that a row may have. A contact with more browsers than that has its oldest given up."""
MOST_LINES = 20
"""Crossings that one message tells besides its own: three channels of it take 60 of the 200. More are a message of
their own."""
LONGEST_MS = 7 * 24 * 3_600_000
"""No delivery is tried longer than this, whatever the settings: deliveries are kept as long on their topics."""


class Bundle(msgspec.Struct, array_like=True, gc=False):
    """What the deliveries of a crossing on a channel tell besides it, while one of them is out.

    Fields are appended, never moved or removed.
    """

    lead: str
    """The id of the crossing that the deliveries are of."""
    channel: Channel
    also: list[str]
    """The ids of the crossings that are lines of the message, in their order."""


class Out(msgspec.Struct, array_like=True, gc=False):
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
    def of(cls, delivery_id: str, subject: Subject, channel: Channel, now_ms: int, give_up_ms: int) -> Out:
        """Note the first attempt of a delivery, released now."""
        return cls(delivery_id, subject.id, channel, now_ms, now_ms + give_up_ms, is_nudge=is_nudge(subject))

    def came_back(self, until_ms: int, now_ms: int) -> None:
        """Note that a dispatcher gave it back, to be tried from `until_ms` on.

        At least a second passes, doubled with each attempt up to an hour: a dispatcher whose clock is minutes ahead
        finds every lease expired, and the two would play ball. And it is looked at by the time at which the longest
        patience gives it up, whatever date somebody wrote.
        """
        self.is_deferred = True
        soonest_ms = now_ms + min(1000 << min(self.attempt - 1, 20), 3_600_000)
        self.due_ms = max(min(until_ms, self.since_ms + LONGEST_MS), soonest_ms)

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
