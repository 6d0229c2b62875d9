"""Decodes a chunk of usage events in C, and says how much the decoding itself has proven."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from schemas.limits import LARGEST, SMALLEST
from schemas.strict_json import fitting_decimal
from schemas.usage_event import UNSAID, Id, Moment, Source, UsageEvent

_PATIENCE = 8
"""Unusual values in a chunk after which its rest is taken to be unusual too: a failed try costs more than decoding."""

_UNDECODABLE = (ValueError, RecursionError)
"""What msgspec raises for bad bytes (its errors, and UnicodeDecodeError, are ValueErrors)."""

if TYPE_CHECKING:
    _Whole = int
    _Flat = dict[str, Any]
else:
    _Whole = Annotated[int, Meta(ge=SMALLEST, le=LARGEST)]
    _Flat = dict[str, str | _Whole | bool | None]


class _UsualEvent(UsageEvent, gc=False, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The usual event: whole numbers, flat properties without decimals, no field that we do not know.

    Decoding to this proves types, nesting, number ranges and UTF-8 without a line of Python. All fields are repeated:
    one that is overridden alone would move to the front, and fields decode fastest in the wire's order.
    """

    id: Id
    source: Source = ""
    contact_id: Id
    event: Id
    value: _Whole = 1
    at_ms: Moment = msgspec.field(default=UNSAID, name="at")
    properties: _Flat = msgspec.field(default_factory=dict)
    backfill: bool = False
    time_zone: str | None = None


class Decoded(NamedTuple):
    """A decoded chunk.

    `events` are those that could be decoded, in order. `unusual` are positions in `events`: of these the decoder has
    proven the types, except those of `value` and `time_zone`, and the range of numbers with a point or an exponent, no
    more. `holes` are positions in the chunk whose values could not be decoded.
    """

    events: list[UsageEvent]
    unusual: Sequence[int]
    holes: Sequence[int]


def decode_events(values: Sequence[bytes]) -> Decoded:
    """Decode a chunk of JSON values; `at_ms` of the events is still what the wire said."""
    events: list[UsageEvent] = []
    unusual: list[int] = []
    holes: list[int] = []
    rest = iter(values)
    while True:
        try:
            # What was decoded before an error stays in the list, and the iterator stands behind the culprit.
            events.extend(map(_decode_usual, rest))
        except _UNDECODABLE:
            _decode_one(values[len(events) + len(holes)], events, unusual, holes)
            if len(unusual) + len(holes) < _PATIENCE:
                continue
        break
    start = len(events) + len(holes)
    if start < len(values):
        _decode_unusual(values[start:], events, unusual, holes)
    return Decoded(events, unusual, holes)


def _decode_one(value: bytes, events: list[UsageEvent], unusual: list[int], holes: list[int]) -> None:
    try:
        event = _decode(value)
    except _UNDECODABLE:
        holes.append(len(events) + len(holes))
    else:
        unusual.append(len(events))
        events.append(event)


def _decode_unusual(values: Sequence[bytes], events: list[UsageEvent], unusual: list[int], holes: list[int]) -> None:
    first = len(events)
    rest = iter(values)
    while True:
        try:
            events.extend(map(_decode, rest))
        except _UNDECODABLE:
            holes.append(len(events) + len(holes))
        else:
            break
    unusual.extend(range(first, len(events)))


_decode_usual = msgspec.json.Decoder(_UsualEvent).decode
_decode = msgspec.json.Decoder(UsageEvent, float_hook=fitting_decimal).decode
