"""A line of a file as the record that a correct producer would make of it."""

from __future__ import annotations

from typing import Any

import msgspec

from deploy.cli.events.ndjson import Line

_STRUCTURED = ("content-type", b"application/cloudevents+json")
_UNKNOWN_KEY = b"?"
"""Stands for a key that the line does not tell; the door finds the missing contact before it compares."""


class LineRecord:
    """The line as value, its contact as key; a structured CloudEvent gets the header that says so."""

    def __init__(self, line: Line, now_ms: int) -> None:
        self._line = line
        self._now_ms = now_ms
        named = _named(line.data)
        self._is_cloudevent = named.specversion is not msgspec.UNSET
        contact = named.subject if self._is_cloudevent else named.contact_id
        self.contact_key = contact.encode("utf-8", "surrogatepass") if isinstance(contact, str) and contact else None

    def key(self) -> bytes | None:
        """The contact id."""
        return self.contact_key or _UNKNOWN_KEY

    def value(self) -> bytes | None:
        """The line."""
        return self._line.data

    def headers(self) -> list[tuple[str, bytes]] | None:
        """What the value's format asks for."""
        return [_STRUCTURED] if self._is_cloudevent else None

    def topic(self) -> str:
        """No topic: this record was not sent."""
        return ""

    def partition(self) -> int:
        """No partition."""
        return 0

    def offset(self) -> int:
        """The line's number."""
        return self._line.number

    def timestamp(self) -> tuple[int, int]:
        """Now, as a producer would say."""
        return 1, self._now_ms


class _Named(msgspec.Struct):
    """What says whose event it is. Other fields are passed over: what is wrong with them is for the door to say."""

    specversion: Any = msgspec.UNSET
    subject: Any = None
    contact_id: Any = None


def _named(data: bytes) -> _Named:
    try:
        return msgspec.json.decode(data, type=_Named)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return _Named()
