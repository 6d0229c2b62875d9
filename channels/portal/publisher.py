"""Writes changes of contacts to Kafka, and says when they are safe there."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any

import structlog
from confluent_kafka import KafkaError, Producer

from schemas.contact_change import ContactChange, encode_change
from schemas.errors import CairnError
from schemas.topics import CONTACT_CHANGES
from stream.runtime.client import made
from stream.runtime.kafka import producer_config
from stream.runtime.settings import Settings
from stream.runtime.settle import settle
from stream.runtime.verdicts import cure_of, exit_of

_POLL = 0.1
"""Seconds that the thread waits for news at a time; an acknowledgement ends the wait at once. It bounds the drain."""
_LAST_FLUSH = 1.0
"""Seconds at the end. Whoever still waited for an acknowledgement was told to try again, so nothing rests on it."""


class ChangePublisher:
    """An idempotent producer to `contact-changes`, used from one event loop, which it never blocks.

    Keys are contact ids, partitions murmur2's. A record that is not acknowledged within `portal.publish_timeout` is
    given up: by then the reader was told that it did not work.
    """

    def __init__(self, settings: Settings, make: Callable[[dict[str, Any]], Producer] = Producer) -> None:
        """Connect in the background; no broker need be there.

        Raises:
            ClientSettingsError: librdkafka does not take the settings.
        """
        self.failure: KafkaError | None = None
        """Why this producer can write no more; a new process can."""
        self._topic = settings.prefixed(CONTACT_CHANGES)
        config = producer_config(settings) | {
            "message.timeout.ms": round(settings.portal.publish_timeout * 1000),
            "error_cb": self._on_error,
        }
        self._producer = made(make, config)
        self._log = structlog.get_logger(__name__)
        self._ended = threading.Event()
        self._serving = threading.Thread(target=self._serve, name="change-publisher", daemon=True)
        self._serving.start()

    async def __call__(self, change: ContactChange) -> None:
        """Return once all replicas in sync have the change.

        Raises:
            CairnError: it was refused, or not acknowledged in time; with the topic and the cure.
            BufferError: the producer's queue is full.
        """
        loop = asyncio.get_running_loop()
        written: asyncio.Future[None] = loop.create_future()

        def on_delivery(error: KafkaError | None, _message: object) -> None:
            # In the producer's thread, where the future must not be touched; the loop may have been closed by then.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, written, _refusal(error, self._topic) if error is not None else None)

        key = change.contact_id.encode()
        self._producer.produce(self._topic, encode_change(change), key, on_delivery=on_delivery)
        await written

    def close(self) -> None:
        """Give what is under way a moment, and end the thread."""
        self._ended.set()
        self._serving.join()
        self._producer.flush(_LAST_FLUSH)

    def _serve(self) -> None:
        while not self._ended.is_set():
            self._producer.poll(_POLL)

    def _on_error(self, error: KafkaError) -> None:
        if error.fatal():
            self.failure = error
        self._log.warning("producer_event", code=error.name(), fatal=error.fatal(), text=error.str())


def _refusal(error: KafkaError, topic: str) -> CairnError:
    """One change that is not written; the portal goes on, so nobody starts it again."""
    known = exit_of(error, topic)
    return CairnError(known.what, known.where, cure_of(error), exit=known.exit)
