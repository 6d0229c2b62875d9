"""Dead letters: a refused record with its reason, key, value and headers unchanged; or a pointer to it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from schemas.record import Record
from schemas.reject_codes import CODES, RejectCode

__all__ = [
    "CODES",
    "DeadLetter",
    "Headers",
    "Oversize",
    "Reason",
    "RejectCode",
    "dead_letter",
    "dead_letter_topic",
    "read_oversize",
    "reason_of",
    "replay_headers",
]

Headers: TypeAlias = Sequence[tuple[str, bytes]]

CODE = "cairn-error-code"
MESSAGE = "cairn-error-message"
POINTER = "cairn-error-pointer"
TOPIC = "cairn-source-topic"
PARTITION = "cairn-source-partition"
OFFSET = "cairn-source-offset"
ATTEMPT = "cairn-attempt"
OURS = (CODE, MESSAGE, POINTER, TOPIC, PARTITION, OFFSET, ATTEMPT)
"""The headers we add, UTF-8 text, behind the record's own."""

_FIELDS = ("code", "message", "pointer", "topic", "partition", "offset", "attempt")
_HEAD_BYTES = 4096
_POINTER_KEY_BYTES = 1024
_OVERHEAD_BYTES = 128
_HEADER_OVERHEAD_BYTES = 10


class Oversize(msgspec.Struct, frozen=True, kw_only=True):
    """The value of a pointer record: where the record lies that did not fit, and how to know it."""

    schema_version: Literal[1] = 1
    topic: str
    partition: int
    offset: int
    size: Annotated[int, Meta(description="Bytes of the record's value")]
    sha256: Annotated[str, Meta(description="SHA-256 of the value, hexadecimal", pattern="^[0-9a-f]{64}$")]
    head: Annotated[str, Meta(description="The value's first 4,096 bytes, base64")]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What is produced to the dead-letter topic, to the record's own partition number."""

    key: bytes | None
    value: bytes | None
    headers: Headers


class Reason(msgspec.Struct, frozen=True, kw_only=True, rename=dict(zip(_FIELDS, OURS, strict=True))):
    """Why a record lies in a dead-letter topic, and where it came from, as its headers say.

    `attempt` counts its refusals, from 1.
    """

    code: Annotated[str, Meta(extra_json_schema={"enum": list(CODES)})]
    message: Annotated[str, Meta(description="One sentence for a person")]
    pointer: Annotated[str, Meta(description="JSON pointer into the value; empty: the whole record")]
    topic: str
    partition: Annotated[int, Meta(ge=0)]
    offset: Annotated[int, Meta(ge=0)]
    attempt: Annotated[int, Meta(ge=1)]


def dead_letter_topic(topic: str) -> str:
    """Return the dead-letter topic of an input."""
    return f"{topic}-dlq"


def dead_letter(record: Record, *, code: str, message: str, pointer: str = "", limit: int) -> DeadLetter:
    """Wrap a refused record; one that would not fit `limit` bytes becomes an `oversize` pointer to itself.

    `limit` is the largest record, in bytes with key and headers, that the dead-letter topic takes.

    Raises:
        KeyError: no such code.
    """
    CODES[code]
    own = record.headers() or []
    attempt = _attempts(own) + 1
    ours = _headers(record, code, message, pointer, attempt)
    letter = DeadLetter(record.key(), record.value(), (*own, *ours))
    if _size(letter) <= limit:
        return letter
    value = record.value() or b""
    pointing = Oversize(
        topic=record.topic(),
        partition=record.partition(),
        offset=record.offset(),
        size=len(value),
        sha256=hashlib.sha256(value).hexdigest(),
        head=base64.b64encode(value[:_HEAD_BYTES]).decode(),
    )
    key = record.key()
    # The key alone can be what is too large; a shortened one would be another contact.
    fitting_key = key if key is not None and len(key) <= _POINTER_KEY_BYTES else None
    because = f"{len(value)} bytes do not fit the dead-letter topic; refused as {code}: {message}"
    return DeadLetter(
        fitting_key,
        msgspec.json.encode(pointing),
        tuple(_headers(record, "oversize", because, pointer, attempt)),
    )


def reason_of(headers: Headers | None) -> Reason | None:
    """Read our headers back; None if the record is no dead letter of ours.

    A record that was refused, replayed and refused again carries the headers of both; the last of each name counts.
    """
    found = {
        name: value.decode("utf-8", "replace") for name, value in headers or () if name in OURS and value is not None
    }
    if not found.keys() >= {CODE, TOPIC, PARTITION, OFFSET}:
        return None
    try:
        partition, offset = int(found[PARTITION]), int(found[OFFSET])
        attempt = int(found.get(ATTEMPT, "1"))
    except ValueError:
        return None
    return Reason(
        code=found[CODE],
        message=found.get(MESSAGE, ""),
        pointer=found.get(POINTER, ""),
        topic=found[TOPIC],
        partition=partition,
        offset=offset,
        attempt=attempt,
    )


def replay_headers(headers: Headers | None) -> list[tuple[str, bytes]]:
    """Return the headers with which a dead letter goes back to its input: its own, and how often it was refused.

    The attempt stays, so that a record that is refused again shows how often it went round.
    """
    kept = [(name, value) for name, value in headers or () if name not in OURS]
    attempts = _attempts(headers or ())
    return [*kept, (ATTEMPT, str(attempts).encode())] if attempts else kept


def read_oversize(value: bytes) -> Oversize:
    """Read a pointer record's value.

    Raises:
        msgspec.DecodeError: it is none.
    """
    return msgspec.json.decode(value, type=Oversize)


def _headers(record: Record, code: str, message: str, pointer: str, attempt: int) -> list[tuple[str, bytes]]:
    values = (
        code,
        message,
        pointer,
        record.topic(),
        str(record.partition()),
        str(record.offset()),
        str(attempt),
    )
    return [(name, value.encode("utf-8", "replace")) for name, value in zip(OURS, values, strict=True)]


def _attempts(headers: Headers) -> int:
    counts = [value for name, value in headers if name == ATTEMPT]
    try:
        return max(0, int(counts[-1])) if counts else 0
    except (TypeError, ValueError):
        # Anybody may write this header; a broken one must not keep a record out of its dead-letter topic.
        return 0


def _size(letter: DeadLetter) -> int:
    """Return an upper bound of the record's bytes on the wire."""
    headers = sum(len(name.encode()) + len(value or b"") + _HEADER_OVERHEAD_BYTES for name, value in letter.headers)
    return len(letter.key or b"") + len(letter.value or b"") + headers + _OVERHEAD_BYTES
