"""Reads the records that Cairn itself writes. Others may write to their topics too, so all of it is judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cached_property
from operator import attrgetter
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import UNSET
from msgspec.inspect import AnyType, CollectionType, Metadata, StructType, Type, UnionType

from schemas.bounds import FOREVER_MS
from schemas.moment import parse_rfc3339
from schemas.rejection import Rejection
from schemas.strict_json import pointer_to

Kind = TypeVar("Kind")
Check = Callable[[Any], None]
"""Looks at a value; raises `_UnsoundError`."""

_FARTHEST = 100
"""Digits before and behind the point that a number of ours has at most: sums may grow, but not into megabytes."""
_WHOLE = 10 ** (_FARTHEST + 1)
"""Whole numbers on both sides of zero below this are within it."""


class UnsoundError(msgspec.ValidationError):
    """A field holds what no release ever wrote."""

    def __init__(self, code: str, message: str, pointer: str) -> None:
        super().__init__(f"{message} - at {pointer}")
        self.rejection = Rejection(code, message, pointer)


class _UnsoundError(Exception):
    """Something inside is unsound. Where is found out on the way out: sound records, which are all but a few, pay
    nothing for it.
    """

    def __init__(self, code: str, what: str) -> None:
        super().__init__(what)
        self._code, self._what = code, what
        self.steps: list[str | int] = []
        """The way to it, the innermost first."""

    def told(self) -> UnsoundError:
        """Return what the reader is told."""
        pointer = ""
        for step in reversed(self.steps):
            pointer = pointer_to(pointer, step)
        return UnsoundError(self._code, f"{pointer[1:]} {self._what}", pointer)


class OwnRecord(Generic[Kind]):
    """Reads JSON into `kind`, a struct; unknown fields are ignored, decimals are exact.

    Beyond the types it checks what the types leave open: that `Rfc3339` texts are moments of the years 1970 to 9998,
    and that untyped numbers are numbers.
    """

    def __init__(self, kind: type[Kind]) -> None:
        self._kind = kind
        self._decode = msgspec.json.Decoder(kind, float_hook=_decimal).decode

    def read(self, value: bytes) -> Kind:
        """Read a record's value.

        Raises:
            msgspec.DecodeError: it is not JSON, or no sound record; `rejection_of` says what of it.
        """
        try:
            found = self._decode(value)
        except msgspec.DecodeError:
            raise
        except (ValueError, RecursionError) as error:  # no UTF-8, or nested beyond all measure
            raise msgspec.DecodeError(str(error)) from None
        if self._check is not None:
            try:
                self._check(found)
            except _UnsoundError as unsound:
                raise unsound.told() from None
        return found

    def kept(self, value: bytes) -> Kind:
        """Read a value that `read` has taken before, and that was kept since: it is not judged again.

        Raises:
            msgspec.DecodeError: it is not JSON, or not of the record's types.
        """
        return self._decode(value)

    @cached_property
    def _check(self) -> Check | None:
        return _check_of(msgspec.inspect.type_info(self._kind))


def rejection_of(error: msgspec.DecodeError) -> Rejection:
    """Return why `OwnRecord.read` refused a record. The message names fields and types, never what they hold."""
    if isinstance(error, UnsoundError):
        return error.rejection
    return Rejection("wrong_type" if isinstance(error, msgspec.ValidationError) else "not_json", str(error))


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:  # an exponent that Decimal cannot hold
        raise ValueError("a number is beyond all measure") from None


def _check_of(kind: Type) -> Check | None:
    if isinstance(kind, Metadata):
        extra = kind.extra_json_schema or {}
        if extra.get("format") == "date-time":
            return _check_moment
        return (
            _check_number if isinstance(kind.type, AnyType) and extra.get("type") == "number" else _check_of(kind.type)
        )
    if isinstance(kind, StructType):
        return _check_of_struct(kind)
    if isinstance(kind, UnionType):
        return _check_of_union(kind.types)
    if isinstance(kind, CollectionType):
        return _check_of_items(kind.item_type)
    return None


def _check_of_struct(kind: StructType) -> Check | None:
    checked = [(each, check) for each in kind.fields if (check := _check_of(each.type))]
    if not checked:
        return None
    checks = [(each.encode_name, check, each.default is None or _takes_none(each.type)) for each, check in checked]
    values = _getter([each.name for each, _ in checked])

    def check_fields(found: Any) -> None:
        for value, (name, check, optional) in zip(values(found), checks):  # noqa: B905 - `strict` costs as much as a check
            if type(value) is int and check is _check_number and -_WHOLE < value < _WHOLE:
                continue  # as nearly all are: not worth a call
            if value is UNSET or (value is None and optional):
                continue
            try:
                check(value)
            except _UnsoundError as unsound:
                unsound.steps.append(name)
                raise

    return check_fields


def _getter(attributes: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what gets all of these at once; of one attribute `attrgetter` gives the bare value."""
    if len(attributes) > 1:
        return attrgetter(*attributes)
    (name,) = attributes
    return lambda found: (getattr(found, name),)


def _takes_none(kind: Type) -> bool:
    return isinstance(kind, UnionType) and kind.includes_none


def _check_of_union(kinds: Sequence[Type]) -> Check | None:
    """Structs of a union are told apart by their classes; of other kinds no union of ours has two that need a check."""
    structs = {each.cls: check for each in kinds if isinstance(each, StructType) and (check := _check_of(each))}
    others = [check for each in kinds if not isinstance(each, StructType) and (check := _check_of(each))]
    if not structs and not others:
        return None

    def check_one(found: Any) -> None:
        check = structs.get(type(found)) or (others[0] if others and not isinstance(found, msgspec.Struct) else None)
        if check is not None:
            check(found)

    return check_one


def _check_of_items(kind: Type) -> Check | None:
    check = _check_of(kind)
    if check is None:
        return None

    def check_items(found: Any) -> None:
        for place, each in enumerate(found):
            try:
                check(each)
            except _UnsoundError as unsound:
                unsound.steps.append(place)
                raise

    return check_items


def _check_moment(found: Any) -> None:
    try:
        if 0 <= parse_rfc3339(found) <= FOREVER_MS:
            return
    except ValueError:
        pass
    raise _UnsoundError("bad_time", "is no RFC 3339 moment of the years 1970 to 9998")


def _check_number(found: Any) -> None:
    if type(found) is int and -_WHOLE < found < _WHOLE:
        return
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        raise _UnsoundError("wrong_type", "is no number")
    number = Decimal(found)
    exponent = number.as_tuple().exponent
    if number and not (number.adjusted() <= _FARTHEST and isinstance(exponent, int) and exponent >= -_FARTHEST):
        raise _UnsoundError("out_of_range", "is beyond all measure")
