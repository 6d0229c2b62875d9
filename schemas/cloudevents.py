"""CloudEvents 1.0 over Kafka: which records are CloudEvents, and the usage event in each.

Binary and structured mode of the Kafka protocol binding; batches are refused. `subject` is the contact, `type` the
event, `id`, `source` and `time` keep their names, the extension attribute `timezone` is
the zone, and `data` is an object with `value`, `properties` and `backfill`.
A structured one is known by its `specversion` too, for older SDKs send it as plain application/json.
https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from schemas.foreign_formats import check_envelope, read_object, read_value
from schemas.limits import Limits
from schemas.strict_json import Refused

_CONTENT_TYPE = "content-type"
_STRUCTURED = "application/cloudevents"
_SPECVERSION = "ce_specversion"
_ATTRIBUTES = MappingProxyType(
    {
        "id": "id",
        "source": "source",
        "contact_id": "subject",
        "event": "type",
        "at": "time",
        "time_zone": "timezone",
    }
)
_DATA = ("value", "properties", "backfill")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field of the usage event stands: its name for people, its JSON pointer into the record's value."""

    name: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """The fields of a usage event as its carrier holds them, the place of each, and the record's whole value."""

    fields: Mapping[str, Any]
    places: Mapping[str, Place]
    document: Any


PLAIN = MappingProxyType(
    {name: Place(name, f"/{name}") for name in (*_ATTRIBUTES, *_DATA)},
)
"""The places in plain JSON."""

_IN_STRUCTURED = MappingProxyType(
    {name: Place(attribute, f"/{attribute}") for name, attribute in _ATTRIBUTES.items()}
    | {name: Place(f"data.{name}", f"/data/{name}") for name in _DATA}
)
_IN_BINARY = MappingProxyType(
    {name: Place(f"header ce_{attribute}", "") for name, attribute in _ATTRIBUTES.items()}
    | {name: Place(name, f"/{name}") for name in _DATA}
)


def is_cloudevent(headers: Iterable[tuple[str, bytes]] | None) -> bool:
    """Whether the headers say that the record is a CloudEvent, in whichever mode."""
    for name, value in headers or ():
        if name == _SPECVERSION:
            return True
        if name == _CONTENT_TYPE and _text(value).lower().startswith(_STRUCTURED):
            return True
    return False


def is_structured(document: Mapping[str, Any]) -> bool:
    """Whether an object is a structured CloudEvent, whatever its headers say."""
    return "specversion" in document and "contact_id" not in document


def check_plain(document: Mapping[str, Any]) -> None:
    """Refuse an object of an input that takes plain JSON alone.

    Raises:
        Refused: bad_cloudevent, or what `check_envelope` raises.
    """
    if is_structured(document):
        raise Refused("bad_cloudevent", "this topic takes plain JSON, no CloudEvents", "/specversion")
    check_envelope(document)


def open_envelope(headers: Iterable[tuple[str, bytes]], value: bytes | None, limits: Limits) -> Envelope:
    """Take the usage event out of a record of which `is_cloudevent` holds.

    Raises:
        Refused: bad_cloudevent, or what `read_json` raises.
    """
    # Of a repeated header the last wins, as of a repeated key.
    named = {name: _text(content) for name, content in headers}
    if value is not None and len(value) > limits.record_bytes:
        raise Refused("too_large", f"the value has {len(value):,} bytes, {limits.record_bytes:,} are allowed")
    content_type = named.get(_CONTENT_TYPE, "").partition(";")[0].strip().lower()
    if content_type.startswith(_STRUCTURED):
        return _structured(content_type, value, limits)
    return _binary(named, content_type, value, limits)


def _structured(content_type: str, value: bytes | None, limits: Limits) -> Envelope:
    if content_type != f"{_STRUCTURED}+json":
        raise Refused("bad_cloudevent", f"{content_type[:60]} is not supported: no batches, JSON only")
    if not value:
        raise Refused("value_missing", "the value is null or empty")
    return open_structured(read_object(value, limits))


def open_structured(document: Mapping[str, Any]) -> Envelope:
    """Take the usage event out of a structured CloudEvent.

    Raises:
        Refused: bad_cloudevent.
    """
    _check_version(document.get("specversion"), "/specversion")
    _check_data_type(document.get("datacontenttype"), "/datacontenttype")
    if "data_base64" in document:
        raise Refused("bad_cloudevent", "data_base64 is not supported: write data as a JSON object", "/data_base64")
    fields = {name: document[attribute] for name, attribute in _ATTRIBUTES.items() if attribute in document}
    return Envelope(fields | _members(document.get("data"), "/data"), _IN_STRUCTURED, document)


def _binary(named: Mapping[str, str], content_type: str, value: bytes | None, limits: Limits) -> Envelope:
    _check_version(named.get(_SPECVERSION), "")
    _check_data_type(content_type, "")
    data = read_value(value, limits.nesting) if value else None
    fields = {name: named[f"ce_{attribute}"] for name, attribute in _ATTRIBUTES.items() if f"ce_{attribute}" in named}
    return Envelope(fields | _members(data, ""), _IN_BINARY, data)


def _check_version(version: object, pointer: str) -> None:
    if version != "1.0":
        raise Refused("bad_cloudevent", "specversion is not 1.0", pointer)


def _check_data_type(content_type: object, pointer: str) -> None:
    if content_type is None or content_type == "":
        return
    kind = content_type.partition(";")[0].strip().lower() if isinstance(content_type, str) else ""
    if not kind.endswith(("/json", "+json")):
        raise Refused("bad_cloudevent", "the data is not JSON by its content type", pointer)


def _members(data: object, pointer: str) -> dict[str, Any]:
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise Refused("bad_cloudevent", "data is no JSON object", pointer)
    return {name: data[name] for name in _DATA if name in data}


def _text(value: bytes | None) -> str:
    # A header that is not UTF-8 becomes text with half surrogates, which every id rule refuses.
    return (value or b"").decode("utf-8", "surrogateescape")
