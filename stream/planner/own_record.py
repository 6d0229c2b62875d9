"""Reads a record that another part of Cairn wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

import msgspec

from schemas.record import Record
from schemas.rejection import Rejection


class OfContact(Protocol):
    """Whatever is about one contact."""

    @property
    def contact_id(self) -> str:
        """Whom it is about."""
        ...


Own = TypeVar("Own", bound=OfContact)


def read_own(record: Record, decode: Callable[[bytes], Own]) -> Own | Rejection:
    """Read a record, or say why not; `decode` raises `msgspec.DecodeError`."""
    value = record.value()
    if value is None:
        return Rejection("value_missing", "the value is null", "")
    try:
        found = decode(value)
    except msgspec.ValidationError as error:
        return Rejection("wrong_type", str(error), "")
    except msgspec.DecodeError as error:
        return Rejection("not_json", str(error), "")
    if found.contact_id.encode() != (record.key() or b""):
        return Rejection("key_mismatch", "contact_id is not the record's key", "/contact_id")
    return found
