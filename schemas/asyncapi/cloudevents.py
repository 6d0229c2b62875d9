"""A usage event as a CloudEvent: the messages of both modes, with the plain example said in each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_EVENT = "./json/usage-event.v1.json#/properties"
_ATTRIBUTES = {
    "id": "id",
    "source": "source",
    "type": "event",
    "subject": "contact_id",
    "time": "at",
    "timezone": "time_zone",
}
_REQUIRED = ("specversion", "id", "type", "subject")
_DATA = ("value", "properties", "backfill")


def structured(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the message of structured mode: attributes and data are one JSON object."""
    attributes = {name: _of_event(field) for name, field in _ATTRIBUTES.items()}
    schema = {
        "type": "object",
        "required": list(_REQUIRED),
        "properties": {
            "specversion": {"const": "1.0"},
            **attributes,
            "datacontenttype": {"type": "string", "examples": ["application/json"]},
            "data": _data(),
        },
    }
    payload = {"specversion": "1.0", **_said(event), "data": _data_of(event)}
    headers = {"content-type": "application/cloudevents+json"}
    return {
        "title": "Usage event as a CloudEvent, structured mode",
        "summary": "CloudEvents 1.0: `subject` is the contact, `type` the event, `time` is `at`, `timezone` the zone. "
        "No batches; JSON.",
        "contentType": headers["content-type"],
        "headers": _headers({"content-type": {"const": headers["content-type"]}}, ["content-type"]),
        "payload": schema,
        "examples": [{"name": "structured", "headers": headers, "payload": payload}],
    }


def binary(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the message of binary mode: attributes are headers, data is the value."""
    named = {f"ce_{name}": _of_event(field) for name, field in _ATTRIBUTES.items()}
    headers = {"ce_specversion": "1.0", **{f"ce_{name}": value for name, value in _said(event).items()}}
    return {
        "title": "Usage event as a CloudEvent, binary mode",
        "summary": "The attributes as headers, `data` as the value.",
        "contentType": "application/json",
        "headers": _headers({"ce_specversion": {"const": "1.0"}, **named}, [f"ce_{each}" for each in _REQUIRED]),
        "payload": _data(),
        "examples": [{"name": "binary", "headers": headers, "payload": _data_of(event)}],
    }


def _of_event(field: str) -> dict[str, Any]:
    return {"$ref": f"{_EVENT}/{field}"}


def _data() -> dict[str, Any]:
    return {"type": "object", "properties": {each: _of_event(each) for each in _DATA}}


def _headers(properties: Mapping[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": dict(properties)}


def _said(event: Mapping[str, Any]) -> dict[str, Any]:
    return {name: event[field] for name, field in _ATTRIBUTES.items() if field in event}


def _data_of(event: Mapping[str, Any]) -> dict[str, Any]:
    return {each: event[each] for each in _DATA if each in event}
