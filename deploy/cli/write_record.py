"""One record, written and acknowledged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deploy.cli.topic_records import missing
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.clients import Clients

_PATIENCE = 30.0
"""Seconds that an acknowledgement may take."""


@dataclass(frozen=True)
class Written:
    """One acknowledged record and where it lies."""

    what: str
    topic: str
    partition: int
    offset: int

    @property
    def position(self) -> str:
        """`partition:offset` in its topic."""
        return f"{self.partition}:{self.offset}"

    def document(self) -> dict[str, Any]:
        """For --json."""
        return {"what": self.what, "topic": self.topic, "partition": self.partition, "offset": self.offset}


class RecordWriter:
    """Writes to topics by their full names, each key in the partition of murmur2; raises `CairnError` (exit 3) at once
    when one of `topics` does not exist.

    `again` says what it does to write the same once more.
    """

    def __init__(self, clients: Clients, *topics: str, again: str) -> None:
        for topic in topics:
            if topic not in clients.cluster.topics:
                raise missing(topic, clients.address)
        self._producer = clients.producer()
        self._address = clients.address
        self._again = again

    def write(self, what: str, topic: str, key: bytes, value: bytes | None) -> Written:
        """Write one and wait for it; raises `CairnError` (exit 4) when it is not acknowledged."""
        said: list[tuple[Any, Any]] = []
        self._producer.produce(topic, value, key, on_delivery=lambda error, message: said.append((error, message)))
        self._producer.flush(_PATIENCE)
        error, message = said[0] if said else (None, None)
        if message is None or error is not None:
            why = error.str() if error is not None else f"no acknowledgement within {_PATIENCE:.0f} s"
            raise CairnError(
                f"the {what} was not written: {why}",
                where=f"topic {topic} at {self._address}",
                fix=f"run it again: {self._again}",
                exit=Exit.CANNOT_CONNECT,
            )
        return Written(what, topic, message.partition(), message.offset())
