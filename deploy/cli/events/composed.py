"""One usage event from command-line options. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from schemas.errors import CairnError
from stream.runtime.exits import Exit

_EPOCH_MS = re.compile(r"[0-9]{1,18}")


def compose(given: Mapping[str, Any], new_id: Callable[[], str]) -> bytes:
    """The event as JSON, fields in the order of the contract; numbers as they were typed, so that none loses a digit.

    Raises:
        CairnError: exit 2, when an option cannot be written as JSON.
    """
    fields: dict[str, Any] = {"id": given.get("id") or new_id()}
    if "source" in given:
        fields["source"] = given["source"]
    fields["contact_id"] = given["contact_id"]
    fields["event"] = given["event"]
    if "value" in given:
        fields["value"] = _number(given["value"])
    if "at" in given:
        # Of more digits it is no moment, which is for the door to say.
        fields["at"] = int(given["at"]) if _EPOCH_MS.fullmatch(given["at"]) else given["at"]
    if "properties" in given:
        fields["properties"] = dict(_property(text) for text in given["properties"])
    if given.get("backfill"):
        fields["backfill"] = True
    if "time_zone" in given:
        fields["time_zone"] = given["time_zone"]
    return msgspec.json.encode(fields)


def _number(text: str) -> msgspec.Raw:
    scalar = _scalar(text)
    if isinstance(scalar, bool) or not isinstance(scalar, int | float):
        raise _unfit(f"--value {text!r} is no number", "write it as in --value 3 or --value 2.50")
    return msgspec.Raw(text.strip().encode())


def _property(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise _unfit(f"--property {text!r} has no name and value", "write it as in --property plan=team")
    scalar = _scalar(value)
    return name, value if scalar is None else msgspec.Raw(value.strip().encode())


def _scalar(text: str) -> Any:
    """The JSON value of `text`; None when it is no JSON, which a property then takes as plain text."""
    try:
        return msgspec.json.decode(text.encode("utf-8", "surrogateescape"))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


def _unfit(what: str, fix: str) -> CairnError:
    return CairnError(what, where="the command line of `cairn events send`", fix=fix, exit=Exit.USAGE)
