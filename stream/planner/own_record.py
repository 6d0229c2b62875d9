"""Reads a record that another part of Cairn wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

import msgspec

from schemas.limits import DEFAULTS, ID_BYTES
from schemas.own_record import rejection_of
from schemas.record import Record
from schemas.rejection import Rejection
from schemas.usage_event import CONTROL


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
    if len(value) > DEFAULTS.record_bytes // 2:  # it is kept in a row, which has room for as much as a record may have
        return Rejection("too_large", f"the value has {len(value):,} bytes, {DEFAULTS.record_bytes // 2:,} are allowed")
    try:
        found = decode(value)
    except msgspec.DecodeError as error:
        return rejection_of(error)
    contact = found.contact_id.encode()
    if contact != (record.key() or b""):
        return Rejection("key_mismatch", "contact_id is not the record's key", "/contact_id")
    if len(contact) > ID_BYTES or CONTROL.search(found.contact_id):
        return Rejection("bad_id", f"contact_id holds a control character or is over {ID_BYTES} bytes", "/contact_id")
    return found
