"""The producer of a dispatcher: writes until Kafka has it, or ends the worker. Used by one thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from confluent_kafka import KafkaError, KafkaException, Producer

from channels.dispatch.writing import Writing
from schemas.errors import CairnError
from stream.runtime.verdicts import Verdict, exit_of, may_pass, verdict

log = structlog.get_logger(__name__)

TRIES = 3
"""How often a record is handed to the producer. It gives up after its own `message.timeout.ms`, five minutes by
default, so brokers may be away for a quarter of an hour; the worker that starts then sends again what it had sent."""
QUEUE_WAIT = 0.1
"""Seconds between two looks at a full queue."""


class Outlet:
    """Hands records to an idempotent producer and hears what became of them, in `poll`."""

    def __init__(self, producer: Producer) -> None:
        self._producer = producer
        self._failure: CairnError | None = None
        self.unacknowledged = 0
        """Records that Kafka has not acknowledged."""

    def write(self, writings: Sequence[Writing], done: Callable[[], None]) -> None:
        """Write them all; `done` is called in `poll` once all are acknowledged."""
        left = len(writings)
        if not left:
            done()

        def acknowledged() -> None:
            nonlocal left
            left -= 1
            if not left:
                done()

        for each in writings:
            self._hand_over(each, acknowledged, 1)

    def poll(self, seconds: float = 0) -> None:
        """Hear what became of the records; wait as long for the first word.

        Raises:
            CairnError: when one cannot be written, by its cause; it was not lost, for its delivery is not finished.
        """
        self._producer.poll(seconds)
        if self._failure is not None:
            raise self._failure

    def flush(self, seconds: float) -> int:
        """Wait for all acknowledgements; returns how many are missing after `seconds`.

        Raises:
            CairnError: as `poll`.
        """
        deadline = time.monotonic() + seconds
        while self.unacknowledged and time.monotonic() < deadline:
            self.poll(QUEUE_WAIT)
        return self.unacknowledged

    def _hand_over(self, writing: Writing, acknowledged: Callable[[], None], nth: int) -> None:
        def heard(error: KafkaError | None, _message: object) -> None:
            self.unacknowledged -= 1
            if error is None:
                acknowledged()
            else:
                self._refused(error, writing, acknowledged, nth)

        arguments: dict[str, Any] = {"headers": list(writing.headers)} if writing.headers else {}
        if writing.partition is not None:
            arguments["partition"] = writing.partition
        while True:
            try:
                self._producer.produce(writing.topic, writing.value, writing.key, on_delivery=heard, **arguments)
            except BufferError:
                self._producer.poll(QUEUE_WAIT)
            except KafkaException as raised:
                self._failure = self._failure or exit_of(raised.args[0], writing.topic)
                return
            else:
                self.unacknowledged += 1
                return

    def _refused(self, error: KafkaError, writing: Writing, acknowledged: Callable[[], None], nth: int) -> None:
        judged = verdict(error)
        log.warning("record_not_written", topic=writing.topic, code=error.name(), nth=nth)
        if judged is Verdict.RETRY and nth < TRIES and may_pass(error):
            self._hand_over(writing, acknowledged, nth + 1)
        else:
            self._failure = self._failure or exit_of(error, writing.topic)
