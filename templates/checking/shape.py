"""What attributes a value of the context has, read from the annotations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from templates.chain import SHARE
from templates.context import PUBLIC, Context, Url

ANY: Any = object()
"""A value of which nothing is known."""


def names_for(file: str) -> dict[str, Any]:
    """Return the names that a file of a message may use, with their types."""
    types = {name: _bare(kind) for name, kind in get_type_hints(Context).items()}
    if file == SHARE:
        return {name: types[name] for name in PUBLIC}
    return types | {"headline": str, "lead": str}


def attributes(kind: Any) -> Mapping[str, Any] | None:
    """Return the attributes that a value of this type has; None where anything goes."""
    if kind is ANY:
        return None
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return {each.name: _bare(hints[each.name]) for each in fields(kind)}
    plain = tuple if get_origin(kind) is tuple else str if kind is Url else kind
    return dict.fromkeys(_public(plain), ANY)


def item(kind: Any) -> Any:
    """Return the type of the items of a list, ANY for other things."""
    return _bare(get_args(kind)[0]) if get_origin(kind) is tuple else ANY


def _public(kind: type) -> Iterator[str]:
    return (name for name in dir(kind) if not name.startswith("_"))


def _bare(kind: Any) -> Any:
    """The type without the chance that it is missing."""
    if get_origin(kind) in (UnionType, Union):
        return next(each for each in get_args(kind) if each is not NoneType)
    return kind
