"""The slow door: one record, every rule in order, the first that is broken named with code, message and pointer.

This is the contract in full. The fast path of `schemas.door` lets an event pass only where it can prove that this
function would return the same event.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from schemas.cloudevents import PLAIN, Envelope, Place, is_cloudevent, is_structured, open_envelope, open_structured
from schemas.event_zone import zone_of
from schemas.foreign_formats import check_envelope, not_the_key, read_object
from schemas.limits import ID_BYTES, LARGEST, SMALLEST, Limits
from schemas.moment import parse_rfc3339
from schemas.record import Record
from schemas.rejection import Rejection
from schemas.strict_json import Refused, Unfit, check_texts, is_half_surrogate, unfit_number
from schemas.usage_event import BASELINE_EVENT, BASELINE_SOURCE, CONTROL, RESERVED, DoubtfulEvent, UsageEvent


def examine(record: Record, now_ms: int, limits: Limits) -> UsageEvent | Rejection:
    """Judge one record of usage-events; `now_ms` is the worker's clock in epoch milliseconds."""
    try:
        key = record.key()
        if not key:
            raise Refused("key_missing", "the record has no key")
        envelope = _open(record, limits)
        event = _Reader(envelope.fields, envelope.places, limits, now_ms).event(key, record)
        check_texts(envelope.document)
        return event
    except Refused as refused:
        return refused.rejection


def pointer_in(record: Record, pointer: str) -> str:
    """Return the JSON pointer into the value of a record that was let in, for a field of its event.

    `pointer` is that of plain JSON, such as /properties/amount, which a structured CloudEvent has below /data.
    """
    if not pointer:
        return pointer
    name, slash, rest = pointer[1:].partition("/")
    return _open(record, _UNBOUNDED).places[name].pointer + slash + rest


_UNBOUNDED = Limits(record_bytes=LARGEST, nesting=LARGEST)
"""For what has passed its limits already."""


def _open(record: Record, limits: Limits) -> Envelope:
    value, headers = record.value(), record.headers()
    if headers is not None and is_cloudevent(headers):
        return open_envelope(headers, value, limits)
    if not value:
        raise Refused("value_missing", "the value is null or empty")
    document = read_object(value, limits)
    if is_structured(document):
        return open_structured(document)
    check_envelope(document)
    return Envelope(document, PLAIN, document)


class _Reader:
    """Reads the fields of one event."""

    def __init__(self, fields: Mapping[str, Any], places: Mapping[str, Place], limits: Limits, now_ms: int) -> None:
        self._fields = fields
        self._places = places
        self._limits = limits
        self._now_ms = now_ms

    def event(self, key: bytes, record: Record) -> UsageEvent:
        """Return the event; raises `Refused`."""
        event_id = self._id("id")
        source = self._id("source") if "source" in self._fields else ""
        contact_id = self._id("contact_id")
        if contact_id.encode() != key:
            raise self._refused("key_mismatch", "contact_id", not_the_key(key, contact_id))
        event = UsageEvent(
            id=event_id,
            source=source,
            contact_id=contact_id,
            event=self._event(source),
            value=self._value(),
            at_ms=self._at_ms(record),
            properties=self._properties(),
            backfill=self._backfill(),
        )
        zone = self._zone()
        if isinstance(zone, Rejection):
            return DoubtfulEvent(**msgspec.structs.asdict(event), fault=zone)
        event.time_zone = zone
        return event

    def _id(self, name: str) -> str:
        if name not in self._fields:
            raise self._refused("field_missing", name, "is missing")
        text = self._fields[name]
        if not isinstance(text, str):
            raise self._wrong_type(name, "a text")
        if not text and name != "source":
            raise self._refused("bad_id", name, "is empty")
        if is_half_surrogate(text):
            raise self._refused("bad_id", name, "holds half a surrogate pair, which is no character")
        if CONTROL.search(text):
            raise self._refused("bad_id", name, "holds a control character")
        if (size := len(text.encode())) > ID_BYTES:
            raise self._refused("bad_id", name, f"has {size} bytes of UTF-8, {ID_BYTES} are allowed")
        return text

    def _event(self, source: str) -> str:
        name = self._id("event")
        if name.startswith(RESERVED) and (name, source) != (BASELINE_EVENT, BASELINE_SOURCE):
            raise self._refused(
                "reserved_event", "event", f"begins with {RESERVED!r}, which only Cairn's own events do"
            )
        return name

    def _value(self) -> int | Decimal:
        value = self._fields.get("value", 1)
        if isinstance(value, Unfit):
            raise self._out_of_range("value")
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self._wrong_type("value", "a number")
        return value

    def _at_ms(self, record: Record) -> int:
        at = self._fields.get("at")
        name = self._places["at"].name
        if "at" not in self._fields:
            kind, at = record.timestamp()
            name = "the record's timestamp"
            if kind == 0:
                raise self._refused("bad_time", "at", "is missing, and the record has no timestamp")
        elif isinstance(at, str):
            at = self._parsed(at)
        elif isinstance(at, Unfit):
            raise self._out_of_range("at")
        elif isinstance(at, bool) or not isinstance(at, int):
            raise self._wrong_type("at", "RFC 3339 text or whole epoch milliseconds")
        fault = self._limits.happened(self._now_ms).fault(at, name, self._places["at"].pointer)
        if fault is not None:
            raise Refused(fault.code, fault.message, fault.pointer)
        return at

    def _parsed(self, text: str) -> int:
        try:
            return parse_rfc3339(text)
        except ValueError:  # of msgspec, or half a surrogate pair
            raise self._refused("bad_time", "at", "is not RFC 3339 with an offset") from None

    def _properties(self) -> dict[str, Any]:
        properties = self._fields.get("properties", {})
        if not isinstance(properties, dict):
            raise self._wrong_type("properties", "an object")
        pointer = unfit_number(properties, self._places["properties"].pointer)
        if pointer is not None:
            raise Refused("out_of_range", _OUT_OF_RANGE.format("a number in properties"), pointer)
        return properties

    def _backfill(self) -> bool:
        backfill = self._fields.get("backfill", False)
        if not isinstance(backfill, bool):
            raise self._wrong_type("backfill", "true or false")
        return backfill

    def _zone(self) -> str | Rejection | None:
        """The zone's name; or why the event goes on without it. Null and empty text mean none."""
        zone = self._fields.get("time_zone")
        if zone is None or (isinstance(zone, str) and not zone.strip()):
            return None
        place = self._places["time_zone"]
        if not isinstance(zone, str):
            return Rejection("bad_zone", f"{place.name} is {_named_type(zone)}, not a text", place.pointer)
        known = zone_of(zone)
        return known or Rejection("bad_zone", f"{place.name} is no time zone that is known", place.pointer)

    def _refused(self, code: str, name: str, fault: str) -> Refused:
        place = self._places[name]
        return Refused(code, f"{place.name} {fault}", place.pointer)

    def _wrong_type(self, name: str, wanted: str) -> Refused:
        return self._refused("wrong_type", name, f"is {_named_type(self._fields[name])}, not {wanted}")

    def _out_of_range(self, name: str) -> Refused:
        place = self._places[name]
        return Refused("out_of_range", _OUT_OF_RANGE.format(place.name), place.pointer)


_OUT_OF_RANGE = f"{{}} is beyond {SMALLEST} .. {LARGEST}, or has too many decimals"


def _named_type(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, dict):
        return "an object"
    return "an array" if isinstance(value, list) else "a number"
