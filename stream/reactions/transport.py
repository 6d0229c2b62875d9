"""Faust's transport over aiokafka, with a consumer that keeps Cairn's promises and a producer that hides no failure."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, ClassVar

from faust.transport.drivers import aiokafka as driver
from faust.types import RecordMetadata

from stream.reactions.consumer import Consumer


class Producer(driver.Producer):
    """Every record that cannot be written ends the worker before its cause is committed.

    Faust hands out a future for it, and who does not await that hears nothing: the record in hand would be committed as
    done although what it led to was never written.
    """

    async def send(self, *args: Any, **kwargs: Any) -> Awaitable[RecordMetadata]:
        """Schedule one record."""
        sent = await super().send(*args, **kwargs)
        if isinstance(sent, asyncio.Future):
            sent.add_done_callback(self._look)
        return sent

    def _look(self, sent: asyncio.Future[Any]) -> None:
        if not sent.cancelled() and (error := sent.exception()) is not None:
            self.app.lost_output(error)  # type: ignore[attr-defined]


class Transport(driver.Transport):
    """What `stream.reactions.App` is made of."""

    Consumer: ClassVar[Any] = Consumer
    Producer: ClassVar[Any] = Producer
