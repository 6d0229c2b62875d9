"""What each attempt of a delivery was to tell, read from its record without the place that it goes to. Pure."""

from __future__ import annotations

from typing import NamedTuple

from schemas.delivery import Delivery

Reached = tuple[str, int]
"""A milestone and its occurrence."""


class HandedOut(NamedTuple):
    """One attempt. A further one leaves out what may not be told any more, be it a line or what led the message."""

    decision_id: str
    delivery_id: str
    attempt: int
    tells: frozenset[Reached]

    @classmethod
    def of(cls, delivery: Delivery) -> HandedOut:
        """Read what the message is about, and its lines."""
        message = delivery.message
        told = [each for each in (message.crossing, message.nudge) if each is not None]
        tells = frozenset((each.milestone, each.occurrence) for each in (*told, *message.also))
        return cls(delivery.decision_id, delivery.id, delivery.attempt, tells)
