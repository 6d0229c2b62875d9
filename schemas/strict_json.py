"""JSON as the contract reads it, slowly and with reasons: UTF-8, RFC 8259, exact numbers, bounded nesting.

The door decodes the usual event with msgspec; this is the law for whatever does not pass there at once. Of a repeated
key the last wins, as in every common parser.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from schemas.limits import LARGEST, PLACES, SMALLEST
from schemas.rejection import Rejection

# Possessive, so that text full of quotes costs one pass: a string that never ends runs to the end.
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_SAFE_DIGITS = 18


class Refused(Exception):  # noqa: N818 - a verdict on its way to the caller, not an error
    """Carries a rejection out of nested reading."""

    def __init__(self, code: str, message: str, pointer: str = "") -> None:
        super().__init__(code, message, pointer)
        self.rejection = Rejection(code, message, pointer)


class Unfit:
    """Stands in a document where a number stood that is beyond the limits."""


def read_json(value: bytes, nesting: int) -> Any:
    """Decode a value: dict, list, str, int, Decimal, bool, None, and `Unfit` for a number beyond the limits.

    Raises:
        Refused: not_json, or too_deep beyond `nesting` levels of objects and arrays.
    """
    if value.startswith(BOM_UTF8):
        raise Refused("not_json", "the value begins with a byte order mark")
    try:
        text = value.decode()
    except UnicodeDecodeError as error:
        raise Refused("not_json", f"the value is not UTF-8 (byte {error.start})") from None
    if is_deeper(text, nesting):
        raise Refused("too_deep", f"objects and arrays are nested more than {nesting} deep")
    try:
        document = _DECODER.decode(text)
    except _NotANumberError as error:
        raise Refused("not_json", f"{error} is not JSON", _pointer_to_constant(text)) from None
    except json.JSONDecodeError as error:
        at = len(text[: error.pos].encode("utf-8", "replace"))
        raise Refused("not_json", f"the value is not JSON: {_said(error)} (byte {at})") from None
    return document


def check_texts(document: Any) -> None:
    """Refuse texts that no UTF-8 can hold, which only escapes can spell.

    Raises:
        Refused: not_json, with the pointer of the first.
    """
    pointer = _half_surrogate(document, "")
    if pointer is not None:
        raise Refused("not_json", "a text holds half a surrogate pair, which is no character", pointer)


def is_deeper(text: str, nesting: int) -> bool:
    """Whether brackets outside of strings are nested more than `nesting` deep."""
    if text.count("{") + text.count("[") <= nesting:
        return False
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "{[" else -1
        if depth > nesting:
            return True
    return False


def read_decimal(text: str) -> Decimal | Unfit:
    """Return the exact number of a JSON number with a point or an exponent; `Unfit` beyond the limits."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        # An exponent beyond what Decimal can hold.
        return _UNFIT
    exponent = number.as_tuple().exponent
    places_fit = isinstance(exponent, int) and exponent >= -PLACES
    return number if places_fit and SMALLEST <= number <= LARGEST else _UNFIT


def fitting_decimal(text: str) -> Decimal:
    """Return the exact number, as a decoder's hook for numbers with a point or an exponent.

    Raises:
        ValueError: it is beyond the limits.
    """
    if len(text) <= _SAFE_DIGITS and "e" not in text and "E" not in text:
        return Decimal(text)
    number = read_decimal(text)
    if isinstance(number, Unfit):
        raise ValueError("a number is beyond the limits")
    return number


def unfit_number(document: Any, pointer: str) -> str | None:
    """Return the JSON pointer of the first `Unfit` inside, None if there is none."""
    if isinstance(document, Unfit):
        return pointer
    return _first(document, pointer, unfit_number)


def pointer_to(pointer: str, step: str | int) -> str:
    """Return the JSON pointer one step further (RFC 6901)."""
    return f"{pointer}/{str(step).replace('~', '~0').replace('/', '~1')}"


def is_half_surrogate(text: str) -> bool:
    """Whether a text holds code points that UTF-8 cannot write."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


class _NotANumberError(Exception):
    """NaN, Infinity or -Infinity, which Python's parser would take."""


_UNFIT = Unfit()


def _read_int(text: str) -> int | Unfit:
    # Longer ones are not even converted: that takes quadratic time, and Python refuses it beyond 4,300 digits.
    if len(text) > _SAFE_DIGITS + 2:
        return _UNFIT
    number = int(text)
    return number if SMALLEST <= number <= LARGEST else _UNFIT


def _refuse_constant(name: str) -> NoReturn:
    raise _NotANumberError(name)


_DECODER = json.JSONDecoder(parse_float=read_decimal, parse_int=_read_int, parse_constant=_refuse_constant)
_LENIENT = json.JSONDecoder(parse_float=read_decimal, parse_int=_read_int, parse_constant=float)


def _pointer_to_constant(text: str) -> str:
    try:
        document = _LENIENT.decode(text)
    except json.JSONDecodeError:
        return ""
    return _constant(document, "") or ""


def _constant(document: Any, pointer: str) -> str | None:
    return pointer if isinstance(document, float) else _first(document, pointer, _constant)


def _half_surrogate(document: Any, pointer: str) -> str | None:
    if isinstance(document, str):
        return pointer if is_half_surrogate(document) else None
    if isinstance(document, dict) and any(map(is_half_surrogate, document)):
        return pointer
    return _first(document, pointer, _half_surrogate)


def _first(document: Any, pointer: str, search: Any) -> str | None:
    if isinstance(document, dict):
        members: Any = document.items()
    elif isinstance(document, list):
        members = enumerate(document)
    else:
        return None
    for step, member in members:
        found: str | None = search(member, pointer_to(pointer, step))
        if found is not None:
            return found
    return None


def _said(error: json.JSONDecodeError) -> str:
    return error.msg[:1].lower() + error.msg[1:]
