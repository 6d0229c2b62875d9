"""What is not our JSON: the formats that producers send by habit or default, recognised and answered with their cure.

Every JSON input goes through here, and only where a value would be refused anyway: none of these bytes can begin JSON,
and none of these objects has a `contact_id`. The JSON payload of a schema registry's frame is read, for nothing in it
can be mistaken; the others have a reject code each (`schemas.reject_codes`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from schemas.limits import Limits
from schemas.strict_json import Refused, read_json

_COMPRESSED = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"\x04\x22\x4d\x18", "LZ4"),
    (b"\xff\x06\x00\x00sNaPpY", "Snappy"),
    (b"\x82SNAPPY\x00", "Snappy"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"PK\x03\x04", "zip"),
    (b"x\x01", "zlib"),
    (b"x\x5e", "zlib"),
    (b"x\x9c", "zlib"),
    (b"x\xda", "zlib"),
)
CONFLUENT = b"\x00"
"""How Confluent's wire format begins; an id of 4 bytes follows."""
_CONFLUENT_BYTES = 5
_FRAMES = (
    # Apicurio's of old begins so too, and its id has 8 bytes.
    (CONFLUENT, (_CONFLUENT_BYTES, 9)),
    # AWS Glue: its version, then the compression (0 none), then a UUID.
    (b"\x03\x00", (18,)),
    (b"\x03\x05", ()),
)
"""The first bytes of schema registries' frames, and how long those may be that JSON can follow."""
_BLANK = b" \t\r\n"
_SEGMENT_CALLS = frozenset({"track", "identify", "page", "screen", "group", "alias"})
_SEGMENT_IDS = ("messageId", "userId", "anonymousId")
_BINARY_NUMBERS = (4, 8)


def read_value(value: bytes, nesting: int) -> Any:
    """Decode a value as `schemas.strict_json.read_json` does, out of its frame if it has one.

    Raises:
        Refused: compressed, registry_frame, or what `read_json` raises.
    """
    for magic, name in _COMPRESSED:
        if value.startswith(magic):
            raise Refused("compressed", f"the value is compressed with {name}")
    for magic, lengths in _FRAMES:
        if value.startswith(magic):
            return _read_payload(value, lengths, nesting)
    return read_json(value, nesting)


def without_frame(value: bytes) -> bytes:
    """Return the JSON object in Confluent's frame as it lies there; any other value as it is, for `read_value`."""
    if value.startswith(CONFLUENT) and value.startswith(b"{", _CONFLUENT_BYTES):
        return value[_CONFLUENT_BYTES:]
    return value


def read_object(value: bytes, limits: Limits) -> dict[str, Any]:
    """Decode a value that must be one JSON object, within the limits.

    Raises:
        Refused: too_large, not_an_object, or what `read_value` raises.
    """
    if len(value) > limits.record_bytes:
        raise Refused("too_large", f"the value has {len(value):,} bytes, {limits.record_bytes:,} are allowed")
    document = read_value(value, limits.nesting)
    if isinstance(document, dict):
        return document
    if isinstance(document, str) and document.lstrip().startswith("{"):
        raise Refused("not_an_object", "the value is a JSON text with JSON in it: it was serialised twice")
    raise Refused("not_an_object", "the value is JSON, but no object")


def check_envelope(document: Mapping[str, Any]) -> None:
    """Refuse an object that is somebody else's envelope around what we want, or their word for it.

    Raises:
        Refused: connect_envelope, change_envelope, segment_call.
    """
    if "contact_id" in document:
        return
    if document.keys() == {"schema", "payload"}:
        raise Refused("connect_envelope", "the value is Kafka Connect's envelope of schema and payload")
    if document.keys() >= {"before", "after", "op"}:
        raise Refused("change_envelope", "the value is the envelope of a change in a database, as Debezium's")
    call = document.get("type")
    if isinstance(call, str) and call in _SEGMENT_CALLS and any(name in document for name in _SEGMENT_IDS):
        raise Refused("segment_call", f"the value is a call of Segment's: {call}", "/type")


def not_the_key(key: bytes, contact_id: str) -> str:
    """Return what is to be said of a contact id that is not the record's key, as the end of a sentence."""
    said = "is not the record's key"
    try:
        quoted = json.loads(key) == contact_id
    except (ValueError, RecursionError):
        quoted = False
    if quoted:
        return f"{said}, which has JSON's quotes around it"
    if any(key.startswith(magic) for magic, _ in _FRAMES) and key.strip(b'"').endswith(contact_id.encode()):
        return f"{said}, which has a schema registry's frame around it"
    if len(key) in _BINARY_NUMBERS and str(int.from_bytes(key, "big", signed=True)) == contact_id:
        return f"{said}, which is a binary number"
    return said


def _read_payload(value: bytes, lengths: tuple[int, ...], nesting: int) -> Any:
    """Read the JSON behind a frame: of a registry's JSON Schema serializer, or of the wrong one."""
    for length in lengths:
        payload = value[length:]
        if payload.lstrip(_BLANK).startswith(b"{"):
            try:
                return read_json(payload, nesting)
            except Refused as refused:
                if refused.rejection.code != "not_json":
                    raise
    raise Refused("registry_frame", "the value has a schema registry's frame, and what is in it is not JSON")
