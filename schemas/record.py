"""A Kafka record as the rooms read it."""

from __future__ import annotations

from typing import Protocol


class Record(Protocol):
    """The read methods of `confluent_kafka.Message`, so that a message and a stand-in fit alike."""

    def key(self) -> bytes | None:
        """The key, for keyed topics the contact id in UTF-8."""
        ...

    def value(self) -> bytes | None:
        """The value; None is a tombstone."""
        ...

    def headers(self) -> list[tuple[str, bytes]] | None:
        """The headers in their order; None when there are none. A null header value comes as None."""
        ...

    def topic(self) -> str:
        """The topic's full name, prefix included."""
        ...

    def partition(self) -> int:
        """The partition number."""
        ...

    def offset(self) -> int:
        """The offset."""
        ...

    def timestamp(self) -> tuple[int, int]:
        """Return the timestamp's type (0 none, 1 create time, 2 log append time) and its epoch milliseconds."""
        ...
