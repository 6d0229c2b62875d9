"""What a channel must be able to do."""

from __future__ import annotations

from typing import Protocol

from channels.dispatch.outcome import Outcome
from schemas.delivery import Delivery


class Sender(Protocol):
    """Hands messages to the provider of one channel, many at once on one event loop.

    Retries, rates, breakers and receipts are the dispatcher's: a sender makes one request, and says what became of it.
    """

    def provider_of(self, delivery: Delivery) -> str:
        """Return whom the message is handed to, such as a host: rates and breakers go by it. It is no secret."""
        ...

    async def send(self, delivery: Delivery) -> Outcome:
        """Make one request, within the channel's `attempt_timeout`. Raises nothing but what is a fault of ours."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
