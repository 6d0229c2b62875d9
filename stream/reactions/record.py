"""A record as a reaction has it: what Kafka says of it, readable like any other record of Cairn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ReactionRecord:
    """A `schemas.record.Record`, made of a message of Faust's."""

    message: Any

    def key(self) -> bytes | None:
        """The contact id in UTF-8."""
        key: bytes | None = self.message.key
        return key

    def value(self) -> bytes | None:
        """The value as it was written."""
        value: bytes | None = self.message.value
        return value

    def headers(self) -> list[tuple[str, bytes]] | None:
        """The headers in their order."""
        found = self.message.headers
        if not found:
            return None
        return list(found.items() if isinstance(found, Mapping) else found)

    def topic(self) -> str:
        """The topic's full name, prefix included."""
        topic: str = self.message.topic
        return topic

    def partition(self) -> int:
        """The partition number."""
        partition: int = self.message.partition
        return partition

    def offset(self) -> int:
        """The offset."""
        offset: int = self.message.offset
        return offset

    def timestamp(self) -> tuple[int, int]:
        """Create time, and epoch milliseconds."""
        return (1, round(self.message.timestamp * 1000)) if self.message.timestamp else (0, -1)
