"""What is not our JSON has a name and a cure, at every JSON door; what can be read is read."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import zlib
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.contact import Contact, read_contact
from schemas.contact_change import ContactChange, read_change
from schemas.door import Door
from schemas.examination import examine
from schemas.limits import DEFAULTS, Limits
from schemas.reject_codes import CODES
from schemas.rejection import Rejection
from schemas.usage_event import UsageEvent
from tests.schemas.stand_in import NOW_MS, StandIn, event, record

EVENT = json.dumps(event()).encode()
PROFILE = json.dumps({"contact_id": "c-1042", "name": "Ada"}).encode()
CHANGE = json.dumps({"contact_id": "c-1042", "change": "mute", "at": NOW_MS}).encode()


def through_the_door(one: StandIn) -> UsageEvent | Rejection:
    """In a crowd of sound events, as the fast way meets it, and alone."""
    crowd = [record(id=f"n-{number}") for number in range(20)]
    (alone,) = Door().admit([one], NOW_MS)
    assert as_fields(Door().admit([*crowd, one, *crowd], NOW_MS)[20]) == as_fields(alone)
    return alone


DOORS: dict[str, tuple[bytes, type, Callable[[StandIn], Any]]] = {
    "usage-events": (EVENT, UsageEvent, through_the_door),
    "contacts": (PROFILE, Contact, read_contact),
    "contact-changes": (CHANGE, ContactChange, lambda one: read_change(one, NOW_MS)),
}
AT_EVERY_DOOR = pytest.mark.parametrize("door", list(DOORS))

AVRO = b"\x0cimp-72\x0cc-1042"
PROTOBUF = b"\x00\x0a\x05imp-7\x12\x06c-1042"
FOREIGN: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("compressed", gzip.compress),
    "zlib": ("compressed", zlib.compress),
    "bzip2": ("compressed", bz2.compress),
    "xz": ("compressed", lzma.compress),
    "zstandard": ("compressed", lambda value: b"\x28\xb5\x2f\xfd" + value),
    "lz4": ("compressed", lambda value: b"\x04\x22\x4d\x18" + value),
    "snappy": ("compressed", lambda value: b"\x82SNAPPY\x00" + value),
    "confluent-avro": ("registry_frame", lambda value: b"\x00\x00\x00\x00\x07" + AVRO),
    "confluent-protobuf": ("registry_frame", lambda value: b"\x00\x00\x00\x00\x07" + PROTOBUF),
    "avro-that-begins-like-json": ("registry_frame", lambda value: b"\x00\x00\x00\x00\x07{\x0cimp-7"),
    "frame-alone": ("registry_frame", lambda value: b"\x00\x00\x00\x00\x07"),
    "glue-avro": ("registry_frame", lambda value: b"\x03\x00" + bytes(range(16)) + AVRO),
    "glue-compressed": ("registry_frame", lambda value: b"\x03\x05" + bytes(range(16)) + zlib.compress(value)),
    "connect": ("connect_envelope", lambda value: _json({"schema": {"type": "struct"}, "payload": json.loads(value)})),
    "connect-without-schema": (
        "connect_envelope",
        lambda value: _json({"schema": None, "payload": json.loads(value)}),
    ),
    "debezium": (
        "change_envelope",
        lambda value: _json({"before": None, "after": json.loads(value), "source": {}, "op": "c", "ts_ms": 1}),
    ),
    "segment": (
        "segment_call",
        lambda value: _json(
            {
                "type": "track",
                "event": "documents_processed",
                "userId": "c-1042",
                "messageId": "m-1",
                "timestamp": "2026-11-20T14:41:07.120Z",
                "properties": {"format": "pdf"},
            }
        ),
    ),
    "identify": ("segment_call", lambda value: _json({"type": "identify", "userId": "c-1042", "traits": {}})),
    "twice": ("not_an_object", lambda value: _json(value.decode())),
}


def _json(document: Any) -> bytes:
    return json.dumps(document).encode()


@AT_EVERY_DOOR
@pytest.mark.parametrize("form", list(FOREIGN))
def test_what_is_not_ours_is_refused_by_its_name(door: str, form: str) -> None:
    sound, _, read = DOORS[door]
    code, made = FOREIGN[form]
    verdict = read(StandIn(made(sound)))
    assert isinstance(verdict, Rejection), verdict
    assert verdict.code == code
    assert CODES[code].cure


@AT_EVERY_DOOR
@pytest.mark.parametrize(
    "frame",
    [b"\x00\x00\x00\x00\x07", b"\x00" + bytes(7) + b"\x07", b"\x03\x00" + bytes(range(16))],
    ids=["confluent", "apicurio", "glue"],
)
def test_json_in_a_registrys_frame_is_read(door: str, frame: bytes) -> None:
    """As it would be without: every rule holds for it too."""
    sound, kind, read = DOORS[door]
    assert isinstance(read(StandIn(sound)), kind)
    assert msgspec.structs.asdict(read(StandIn(frame + sound))) == msgspec.structs.asdict(read(StandIn(sound)))
    broken = read(StandIn(frame + sound.replace(b"c-1042", b"c-7")))
    assert isinstance(broken, Rejection)
    assert broken.code == "key_mismatch"


FRAME = b"\x00\x00\x00\x00\x07"
PLACED = st.sampled_from(
    [
        EVENT,
        FRAME + EVENT,
        FRAME + EVENT[:-1],
        FRAME + json.dumps(event(value=2.5, properties={"a": [1]})).encode(),
        FRAME + json.dumps(event(contact_id="c-7")).encode(),
        FRAME + json.dumps(event(at="0001-01-01T00:00:00Z")).encode(),
        FRAME + b" " + EVENT,
        FRAME + AVRO,
        FRAME,
        b"\x00",
        b"",
        b"{",
        gzip.compress(EVENT),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PLACED, max_size=300), st.sampled_from([DEFAULTS, Limits(record_bytes=len(EVENT) + 2)]))
def test_framed_and_plain_may_be_mixed(values: list[bytes], limits: Limits) -> None:
    """Whatever comes first in a chunk, the verdict is that of the full examination."""
    records = [StandIn(each) for each in values]
    found = Door(limits).admit(records, NOW_MS)
    assert [*map(as_fields, found)] == [as_fields(examine(each, NOW_MS, limits)) for each in records]


def as_fields(verdict: Any) -> dict[str, Any]:
    return msgspec.structs.asdict(verdict)


def test_a_frame_does_not_raise_the_bound_of_a_record() -> None:
    """The bytes of the record count, and the depth of what is in it."""
    deep = json.dumps(event(properties={"a": json.loads("[" * 20 + "]" * 20)})).encode()
    verdict = through_the_door(StandIn(b"\x00\x00\x00\x00\x07" + deep))
    assert isinstance(verdict, Rejection)
    assert verdict.code == "too_deep"


CLOUDEVENT = {
    "specversion": "1.0",
    "id": "imp-7",
    "source": "importer",
    "subject": "c-1042",
    "type": "documents_processed",
    "time": "2026-11-20T14:41:07.120Z",
    "data": {"value": 3},
}


@pytest.mark.parametrize("headers", [None, [("content-type", b"application/json")]])
def test_a_structured_cloudevent_is_known_without_its_header(headers: list[tuple[str, bytes]] | None) -> None:
    """Older SDKs send it as application/json."""
    said = StandIn(_json(CLOUDEVENT), some_headers=[("content-type", b"application/cloudevents+json")])
    verdict = through_the_door(StandIn(_json(CLOUDEVENT), some_headers=headers))
    assert isinstance(verdict, UsageEvent)
    assert as_fields(verdict) == as_fields(through_the_door(said))


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"specversion": "0.3"}, "bad_cloudevent", "/specversion"),
        ({"subject": ...}, "field_missing", "/subject"),
        ({"data": [1]}, "bad_cloudevent", "/data"),
        ({"subject": "c-2"}, "key_mismatch", "/subject"),
    ],
)
def test_it_is_judged_as_one(change: dict[str, Any], code: str, pointer: str) -> None:
    fields = {name: value for name, value in (CLOUDEVENT | change).items() if value is not ...}
    verdict = through_the_door(StandIn(_json(fields)))
    assert isinstance(verdict, Rejection)
    assert (verdict.code, verdict.pointer) == (code, pointer)


@pytest.mark.parametrize("door", ["contacts", "contact-changes"])
def test_profiles_and_changes_are_no_cloudevents(door: str) -> None:
    _, _, read = DOORS[door]
    verdict = read(StandIn(_json(CLOUDEVENT)))
    assert isinstance(verdict, Rejection)
    assert verdict.code == "bad_cloudevent"


@AT_EVERY_DOOR
def test_a_sound_record_may_have_their_fields_too(door: str) -> None:
    """Unknown fields are ignored, whatever else uses their names."""
    sound, kind, read = DOORS[door]
    fields = {
        "specversion": "1.0",
        "schema": {},
        "payload": {},
        "before": 1,
        "after": 2,
        "op": "c",
        "type": "track",
        "userId": "u",
        "messageId": "m",
    }
    assert isinstance(read(StandIn(_json(json.loads(sound) | fields))), kind)


@AT_EVERY_DOOR
@pytest.mark.parametrize("type_", [{"a": 1}, ["track"], None, 7])
def test_a_type_of_any_kind_breaks_nothing(door: str, type_: Any) -> None:
    _, _, read = DOORS[door]
    verdict = read(StandIn(_json({"type": type_, "userId": "u"})))
    assert isinstance(verdict, Rejection)
    assert verdict.code == "field_missing"


@pytest.mark.parametrize(
    ("key", "contact", "said"),
    [
        (b'"c-1042"', "c-1042", "JSON's quotes"),
        (b"\x00\x00\x00\x00\x07c-1042", "c-1042", "frame"),
        (b'\x00\x00\x00\x00\x07"c-1042"', "c-1042", "frame"),
        (b"\x00\x00\x04\x12", "1042", "binary number"),
        (b"\x00\x00\x00\x00\x00\x00\x04\x12", "1042", "binary number"),
        (b"c-7", "c-1042", "is not the record's key"),
        (b"\xff", "c-1042", "is not the record's key"),
    ],
)
def test_a_key_that_was_serialised_otherwise_is_told(key: bytes, contact: str, said: str) -> None:
    """The commonest: a serializer for the value's format on the key."""
    for sound, _, read in DOORS.values():
        verdict = read(StandIn(sound.replace(b"c-1042", contact.encode()), a_key=key))
        assert isinstance(verdict, Rejection)
        assert verdict.code == "key_mismatch"
        assert said in verdict.message
