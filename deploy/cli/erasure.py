"""The two records that erase a contact: the change that workers obey, and the tombstone of its profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deploy.cli.topic_records import missing
from schemas.contact_change import encode_change
from schemas.errors import CairnError
from schemas.topics import CONTACT_CHANGES, CONTACTS
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from confluent_kafka import Producer

    from deploy.cli.clients import Clients
    from schemas.contact_change import ContactChange
    from stream.runtime.settings import Settings

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


def write_erasure(clients: Clients, settings: Settings, change: ContactChange) -> list[Written]:
    """Write both, the change first: with it alone nothing more is counted, and to run it again does no harm.

    Raises:
        CairnError: exit 3 when a topic is missing, and nothing is written; 4 when a record is not acknowledged.
    """
    changes, contacts = settings.prefixed(CONTACT_CHANGES), settings.prefixed(CONTACTS)
    for topic in (changes, contacts):
        if topic not in clients.cluster.topics:
            raise missing(topic, clients.address)
    producer = clients.producer()
    key = change.contact_id.encode()
    return [
        _write(producer, clients.address, "erasure", changes, key, encode_change(change)),
        _write(producer, clients.address, "tombstone", contacts, key, None),
    ]


def _write(producer: Producer, address: str, what: str, topic: str, key: bytes, value: bytes | None) -> Written:
    said: list[tuple[Any, Any]] = []
    producer.produce(topic, value, key, on_delivery=lambda error, message: said.append((error, message)))
    producer.flush(_PATIENCE)
    error, message = said[0] if said else (None, None)
    if message is None or error is not None:
        why = error.str() if error is not None else f"no acknowledgement within {_PATIENCE:.0f} s"
        raise CairnError(
            f"the {what} was not written: {why}",
            where=f"topic {topic} at {address}",
            fix="run it again: erasing a contact twice does no harm",
            exit=Exit.CANNOT_CONNECT,
        )
    return Written(what, topic, message.partition(), message.offset())
