"""Records on their way to the brokers: keyed by contact, placed by murmur2, each acknowledged."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deploy.cli.topic_records import missing
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from deploy.cli.events.line_record import LineRecord

_SILENCE = 30.0
"""Seconds without one acknowledgement after which we give up."""

_REMEMBERED = 20
"""Records of which the position is kept: a file may hold millions."""


@dataclass(frozen=True)
class Sent:
    """One acknowledged record and where it lies."""

    contact: str | None
    value: bytes
    partition: int
    offset: int

    @property
    def position(self) -> str:
        """`partition:offset` in its topic."""
        return f"{self.partition}:{self.offset}"

    def document(self) -> dict[str, Any]:
        """For --json."""
        return {"contact_id": self.contact, "partition": self.partition, "offset": self.offset}


class Sender:
    """Sends to one topic (its full name); raises `CairnError` (exit 3) when it does not exist.

    `what` are the records in words, `again` says what it does to send them once more. `count` is the number of
    acknowledged records, `first` tells where the first of them lie.
    """

    def __init__(self, clients: Clients, topic: str, *, what: str, again: str) -> None:
        self.topic = topic
        self._address = clients.address
        self._what, self._again = what, again
        if self.topic not in clients.cluster.topics:
            raise missing(self.topic, self._address)
        self._producer = clients.producer()
        self.count = 0
        self.first: list[Sent] = []
        self._failures: list[str] = []

    def send(self, record: LineRecord) -> None:
        """Hand one record to the client."""
        while True:
            try:
                self._producer.produce(
                    self.topic,
                    record.value(),
                    record.contact_key,
                    headers=[*(record.headers() or ())],
                    on_delivery=self._delivered,
                )
            except BufferError:
                self._producer.poll(0.1)
            else:
                self._producer.poll(0)
                return

    def finish(self) -> None:
        """Wait for every acknowledgement; raises `CairnError` (exit 4) when some do not come."""
        waiting, heard = len(self._producer), time.monotonic()
        while waiting:
            now_waiting = self._producer.flush(0.5)
            if now_waiting < waiting:
                heard = time.monotonic()
            elif time.monotonic() - heard > _SILENCE:
                self._failures.append(f"{now_waiting:,} were not acknowledged within {_SILENCE:.0f} s")
                break
            waiting = now_waiting
        if self._failures:
            raise CairnError(
                f"{self.count:,} {self._what} were sent, others failed: {self._failures[0]}",
                where=f"topic {self.topic} at {self._address}",
                fix=f"send them again: {self._again}",
                exit=Exit.CANNOT_CONNECT,
            )

    def _delivered(self, error: Any, message: Any) -> None:
        if error is not None:
            self._failures.append(error.str())
            return
        self.count += 1
        if len(self.first) == _REMEMBERED:
            return
        key = message.key()
        self.first.append(
            Sent(
                contact=None if key is None else key.decode("utf-8", "replace"),
                value=message.value() or b"",
                partition=message.partition(),
                offset=message.offset(),
            )
        )
