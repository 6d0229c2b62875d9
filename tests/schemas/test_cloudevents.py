"""CloudEvents 1.0 over Kafka: binary and structured mode mean the same as plain JSON."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from schemas.cloudevents import is_cloudevent
from schemas.door import Door
from schemas.examination import pointer_in
from schemas.rejection import Rejection
from schemas.usage_event import DoubtfulEvent, UsageEvent
from tests.schemas.stand_in import NOW_MS, StandIn

ATTRIBUTES = {
    "specversion": "1.0",
    "id": "imp-7",
    "source": "importer",
    "subject": "c-1042",
    "type": "documents_processed",
    "time": "2026-11-20T14:41:07.120Z",
}
DATA = {"value": 3, "properties": {"format": "pdf", "pages": 1.50}, "backfill": True, "later": 1}
PLAIN = {
    "id": "imp-7",
    "source": "importer",
    "contact_id": "c-1042",
    "event": "documents_processed",
    "at": "2026-11-20T14:41:07.120Z",
} | DATA


def judge(record: StandIn) -> UsageEvent | Rejection:
    """The verdict, which is the same among plain records as alone."""
    plain = StandIn(json.dumps(PLAIN).encode())
    (alone,) = Door().admit([record], NOW_MS)
    assert Door().admit([plain, record, plain], NOW_MS)[1] == alone
    return alone


def structured(
    data: Any = DATA, content_type: bytes = b"application/cloudevents+json; charset=UTF-8", **changes: Any
) -> StandIn:
    fields = {name: value for name, value in (ATTRIBUTES | {"data": data} | changes).items() if value is not ...}
    return StandIn(json.dumps(fields).encode(), some_headers=[("content-type", content_type)])


def binary(data: Any = DATA, content_type: bytes | None = b"application/json", **changes: Any) -> StandIn:
    attributes = {name: value for name, value in (ATTRIBUTES | changes).items() if value is not ...}
    headers = [(f"ce_{name}", value.encode("utf-8", "surrogateescape")) for name, value in attributes.items()]
    if content_type is not None:
        headers.append(("content-type", content_type))
    return StandIn(None if data is ... else json.dumps(data).encode(), some_headers=headers)


def code_and_pointer(record: StandIn) -> tuple[str, str]:
    verdict = judge(record)
    assert isinstance(verdict, Rejection), verdict
    return verdict.code, verdict.pointer


@pytest.mark.parametrize(
    "record", [structured(), binary(), binary(content_type=None)], ids=["structured", "binary", "bare"]
)
def test_both_modes_say_what_plain_json_says(record: StandIn) -> None:
    plain = judge(StandIn(json.dumps(PLAIN).encode()))
    event = judge(record)
    assert isinstance(event, UsageEvent)
    assert isinstance(plain, UsageEvent)
    assert msgspec.structs.asdict(event) == msgspec.structs.asdict(plain)


@pytest.mark.parametrize("record", [structured(data=...), structured(data=None), binary(data=...)])
def test_an_event_without_data_counts_one(record: StandIn) -> None:
    event = judge(record)
    assert isinstance(event, UsageEvent)
    assert (event.value, event.properties) == (1, {})


def test_without_time_the_records_timestamp_counts() -> None:
    event = judge(binary(time=...))
    assert isinstance(event, UsageEvent)
    assert event.at_ms == NOW_MS


@pytest.mark.parametrize(
    ("record", "pointer", "there"),
    [
        (structured(), "/properties/a~1b", "/data/properties/a~1b"),
        (structured(), "/value", "/data/value"),
        (structured(), "/at", "/time"),
        (structured(), "", ""),
        (binary(), "/properties/amount", "/properties/amount"),
        (binary(), "/at", ""),
        (StandIn(b'{"id":"1","contact_id":"c-1042","event":"e"}'), "/properties/amount", "/properties/amount"),
    ],
)
def test_a_metric_points_to_where_the_sender_wrote_it(record: StandIn, pointer: str, there: str) -> None:
    """A metric knows the event, and not its carrier."""
    assert pointer_in(record, pointer) == there


@pytest.mark.parametrize("make", [structured, binary])
def test_the_subject_is_the_contact_and_the_key(make: Any) -> None:
    record = make()
    record.a_key = b"c-1043"
    assert code_and_pointer(record)[0] == "key_mismatch"
    assert code_and_pointer(make(subject=...))[0] == "field_missing"


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (structured(subject=...), ("field_missing", "/subject")),
        (structured(id=7), ("wrong_type", "/id")),
        (structured(time="yesterday"), ("bad_time", "/time")),
        (structured(data={"value": "3"}), ("wrong_type", "/data/value")),
        (structured(data={"properties": {"a": 10**30}}), ("out_of_range", "/data/properties/a")),
        (structured(type="a\x00"), ("bad_id", "/type")),
        (structured(later="\ud800"), ("not_json", "/later")),
        (binary(subject=...), ("field_missing", "")),
        (binary(time="yesterday"), ("bad_time", "")),
        (binary(id="\udcff"), ("bad_id", "")),
        (binary(data={"value": True}), ("wrong_type", "/value")),
    ],
)
def test_a_fault_is_shown_where_the_sender_wrote_it(record: StandIn, expected: tuple[str, str]) -> None:
    """Attributes of binary mode are headers, outside of the value: the message names the header."""
    assert code_and_pointer(record) == expected


def test_a_faulty_header_is_named() -> None:
    verdict = judge(binary(subject=...))
    assert isinstance(verdict, Rejection)
    assert "ce_subject" in verdict.message


@pytest.mark.parametrize(
    "record",
    [
        structured(specversion="0.3"),
        structured(specversion=...),
        structured(content_type=b"application/cloudevents-batch+json"),
        structured(content_type=b"application/cloudevents+avro"),
        structured(data=[1]),
        structured(data=..., data_base64="e30="),
        structured(datacontenttype="text/xml"),
        structured(datacontenttype=7),
        binary(specversion="0.3"),
        binary(content_type=b"text/xml"),
        binary(data=[1]),
    ],
)
def test_what_cannot_be_read_as_cloudevents_1_0_is_refused(record: StandIn) -> None:
    assert code_and_pointer(record)[0] == "bad_cloudevent"


def test_a_structured_event_needs_a_value_that_is_an_object() -> None:
    record = structured()
    record.a_value = None
    assert code_and_pointer(record) == ("value_missing", "")
    record.a_value = b"[]"
    assert code_and_pointer(record) == ("not_an_object", "")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (None, False),
        ([], False),
        ([("content-type", b"application/json")], False),
        ([("content-type", None)], False),
        ([("ce_id", b"1")], False),
        ([("ce_specversion", b"1.0")], True),
        ([("x", b""), ("content-type", b"Application/CloudEvents+JSON; charset=utf-8")], True),
    ],
)
def test_a_cloudevent_is_known_by_its_headers(headers: list[tuple[str, bytes]] | None, expected: bool) -> None:
    """The binding's own rule: the content type first, then ce_specversion."""
    assert is_cloudevent(headers) is expected


def test_two_content_types_are_no_fault_of_ours() -> None:
    """One says structured, the last one that counts does not, and there is no specversion."""
    one = StandIn(
        b"{}", some_headers=[("content-type", b"application/cloudevents+json"), ("content-type", b"text/plain")]
    )
    (verdict,) = Door().admit([one], NOW_MS)
    assert isinstance(verdict, Rejection)
    assert verdict.code == "bad_cloudevent"


def test_an_empty_content_type_of_the_data_is_none() -> None:
    """As one that is absent: the data are JSON."""
    value = json.dumps(ATTRIBUTES | {"datacontenttype": "", "data": {"value": 3}}).encode()
    one = StandIn(value, some_headers=[("content-type", b"application/cloudevents+json")])
    (verdict,) = Door().admit([one], NOW_MS)
    assert isinstance(verdict, UsageEvent)


@pytest.mark.parametrize("make", [structured, binary])
def test_the_extension_timezone_is_the_zone(make: Any) -> None:
    """CloudEvents names extensions in small letters; a zone that is none costs itself and is told where it stands."""
    told = judge(make(timezone="Asia/Tokyo"))
    assert isinstance(told, UsageEvent)
    assert told.time_zone == "Asia/Tokyo"
    doubtful = judge(make(timezone="Mars/Base"))
    assert isinstance(doubtful, DoubtfulEvent)
    assert (doubtful.time_zone, doubtful.fault.code) == (None, "bad_zone")
    assert doubtful.fault.pointer == ("/timezone" if make is structured else "")
