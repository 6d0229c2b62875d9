"""Objects that say whose they are: JSON with a contact_id that is the record's key, read strictly into a type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol, TypeVar

import msgspec

from schemas.cloudevents import check_plain
from schemas.foreign_formats import not_the_key, read_object
from schemas.limits import ID_BYTES, Limits
from schemas.rejection import Rejection
from schemas.strict_json import Refused, Unfit, check_texts, pointer_to, unfit_number
from schemas.usage_event import CONTROL


class Keyed(Protocol):
    """What concerns one contact."""

    @property
    def contact_id(self) -> str:
        """Whom; equal to the record's key."""
        ...


Kind = TypeVar("Kind", bound=Keyed)


def read_keyed(key: bytes, value: bytes, kind: type[Kind], limits: Limits) -> Kind:
    """Read one value whole: `keyed_fields`, then `keyed`.

    Raises:
        Refused: with the code and the place of the first fault.
    """
    return keyed(key, keyed_fields(value, kind, limits), kind)


def keyed_fields(value: bytes, kind: type[Kind], limits: Limits) -> dict[str, Any]:
    """Return the fields that a value gives to `kind`; those that `kind` does not have are passed over.

    Null, absent and empty (text, array or object) mean the same in every field that may be absent: exports write "" for
    none, and PHP [] for {}.

    Raises:
        Refused: it is no JSON object, too large or deep, or holds half a surrogate pair in one of these fields.
    """
    document = read_object(value, limits)
    check_plain(document)
    given = {}
    for name, required in _fields_of(kind):
        content = document.get(name)
        if content is not None and (required or not _is_empty(content)):
            given[name] = content
    check_texts(given)
    return given


def unfit_field(given: dict[str, Any], name: str, kind: Any) -> Rejection | None:
    """Why one field is not of its type, for callers that can do without it; None if it is, or is not there."""
    if name not in given:
        return None
    try:
        msgspec.convert(given[name], kind)
    except msgspec.ValidationError as error:
        return _refused(error, pointer_to("", name)).rejection
    return None


@lru_cache
def _fields_of(kind: type[Any]) -> tuple[tuple[str, bool], ...]:
    """Each field as it is called on the wire, and whether it must be there; msgspec takes half a millisecond for it."""
    return tuple((each.encode_name, each.required) for each in msgspec.structs.fields(kind))


def keyed(key: bytes, given: dict[str, Any], kind: type[Kind]) -> Kind:
    """Make the object of its fields.

    Raises:
        Refused: with the code and the place of the first fault.
    """
    if "contact_id" not in given:
        raise Refused("field_missing", "contact_id is missing", "/contact_id")
    try:
        found = msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise _refused(error) from None
    # What is typed was checked; an object of any content may hold any number.
    contents = {name: getattr(found, name) for name in given}
    objects = {name: content for name, content in contents.items() if isinstance(content, dict)}
    if (pointer := unfit_number(objects, "")) is not None:
        raise Refused("out_of_range", _OUT_OF_RANGE, pointer)
    if CONTROL.search(found.contact_id) or len(found.contact_id.encode()) > ID_BYTES:
        raise Refused("bad_id", f"contact_id holds a control character or is over {ID_BYTES} bytes", "/contact_id")
    if found.contact_id.encode() != key:
        raise Refused("key_mismatch", f"contact_id {not_the_key(key, found.contact_id)}", "/contact_id")
    return found


def _is_empty(content: object) -> bool:
    return is_blank(content) or (isinstance(content, list | dict) and not content)


def is_blank(content: object) -> bool:
    """Whether it is a text that says nothing."""
    return isinstance(content, str) and not content.strip()


def _refused(error: msgspec.ValidationError, pointer: str = "") -> Refused:
    """Translate msgspec's message, which ends in the path: "Expected `str`, got `int` - at `$.keys[0].auth`".

    `pointer` is where the path begins.
    """
    said, _, path = str(error).partition(" - at `$")
    for step in re.findall(r"[^.\[\]`]+", path):
        pointer = pointer_to(pointer, step)
    if f"got `{Unfit.__name__}`" in said:
        return Refused("out_of_range", _OUT_OF_RANGE, pointer)
    if "missing required field" in said:
        return Refused("field_missing", said.replace("`", ""), pointer)
    if pointer == "/contact_id" and "length" in said:
        return Refused("bad_id", f"contact_id is empty or over {ID_BYTES} bytes", pointer)
    if pointer == "/change" and "enum value" in said:
        return Refused("bad_change", "there is no such change", pointer)
    if "RFC3339" in said or "timezone" in said:
        return Refused("bad_time", f"{pointer[1:]} is not RFC 3339 with an offset", pointer)
    return Refused("wrong_type", _in_words(said, pointer[1:]), pointer)


def _in_words(said: str, name: str) -> str:
    """Say which type was found and which were wanted as JSON calls them; null is left out, for it means absent."""
    if said.endswith("of length >= 1"):
        return f"{name} is empty"
    if length := _LENGTH.fullmatch(said):
        return f"{name} has more than {int(length[2]):,} {_PARTS[length[1]]}"
    types = _EXPECTED.fullmatch(said)
    if types is None:
        return f"{name}: {said.replace('`', '')}"
    wanted = " or ".join(_TYPES.get(each, each) for each in types[1].split(" | ") if each != "null")
    return f"{name} is {_TYPES.get(types[2], types[2])}, not {wanted}"


_EXPECTED = re.compile(r"Expected `([^`]+)`, got `([^`]+)`")
_LENGTH = re.compile(r"Expected `(str|array)` of length <= (\d+)")
_PARTS: Mapping[str, str] = {"array": "items", "str": "characters"}
_TYPES: Mapping[str, str] = {
    "array": "an array",
    "bool": "true or false",
    "datetime": "RFC 3339 text",
    "decimal": "a number with a point",
    "int": "a whole number",
    "null": "null",
    "object": "an object",
    "str": "a text",
}
"""What msgspec calls the types of JSON, and what people do."""
_OUT_OF_RANGE = "a number is beyond 64 bits, or has too many decimals"
