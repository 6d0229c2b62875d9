"""Objects that say whose they are: JSON with a contact_id that is the record's key, read strictly into a type."""

from __future__ import annotations

import re
from typing import Protocol, TypeVar

import msgspec

from schemas.limits import ID_BYTES, Limits
from schemas.strict_json import Refused, check_texts, pointer_to, read_json, unfit_number
from schemas.usage_event import CONTROL


class Keyed(Protocol):
    """What concerns one contact."""

    @property
    def contact_id(self) -> str:
        """Whom; equal to the record's key."""
        ...


Kind = TypeVar("Kind", bound=Keyed)


def read_keyed(key: bytes, value: bytes, kind: type[Kind], limits: Limits) -> Kind:
    """Read one value; null and absent mean the same, unknown fields are ignored.

    Raises:
        Refused: with the code and the place of the first fault.
    """
    if len(value) > limits.record_bytes:
        raise Refused("too_large", f"the value has {len(value):,} bytes, {limits.record_bytes:,} are allowed")
    document = read_json(value, limits.nesting)
    if not isinstance(document, dict):
        raise Refused("not_an_object", "the value is JSON, but no object")
    check_texts(document)
    if (pointer := unfit_number(document, "")) is not None:
        raise Refused("out_of_range", "a number is beyond 64 bits, or has too many decimals", pointer)
    given = {name: content for name, content in document.items() if content is not None}
    if "contact_id" not in given:
        raise Refused("field_missing", "contact_id is missing", "/contact_id")
    try:
        found = msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise _refused(error) from None
    if CONTROL.search(found.contact_id) or len(found.contact_id.encode()) > ID_BYTES:
        raise Refused("bad_id", f"contact_id holds a control character or is over {ID_BYTES} bytes", "/contact_id")
    if found.contact_id.encode() != key:
        raise Refused("key_mismatch", "contact_id is not the record's key", "/contact_id")
    return found


def _refused(error: msgspec.ValidationError) -> Refused:
    """Translate msgspec's message, which ends in the path: "Expected `str`, got `int` - at `$.keys[0].auth`"."""
    said, _, path = str(error).partition(" - at `$")
    pointer = ""
    for step in re.findall(r"[^.\[\]`]+", path):
        pointer = pointer_to(pointer, step)
    if "missing required field" in said:
        return Refused("field_missing", said.replace("`", ""), pointer)
    if pointer == "/contact_id" and "length" in said:
        return Refused("bad_id", f"contact_id is empty or over {ID_BYTES} bytes", pointer)
    if pointer == "/change" and "enum value" in said:
        return Refused("bad_change", "there is no such change", pointer)
    if "RFC3339" in said or "timezone" in said:
        return Refused("bad_time", "no RFC 3339 moment with an offset", pointer)
    return Refused("wrong_type", said.replace("`", ""), pointer)
