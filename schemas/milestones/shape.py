"""pydantic's findings in the words of the file: what is wrong and how to fix it."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from schemas.milestones.document import Document
from schemas.milestones.mistakes import shown
from schemas.milestones.problem import Mistake, Path
from schemas.milestones.spelling import listed, nearest

KEY = "[key]"
"""Ends the path of a mistake that lies in a key, not in its value (pydantic's own notation)."""

_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "tuple_type": "a list",
    "list_type": "a list",
}


def explain(details: ErrorDetails, at: Path, plain: Any) -> Mistake:
    """Return the mistake that pydantic found at ``at`` in ``plain``."""
    kind, context = details["type"], details.get("ctx", {})
    name = next((part for part in reversed(at) if isinstance(part, str) and part != KEY), "the file")
    if kind == "extra_forbidden":
        known = _known_keys(at[:-1])
        return Mistake(
            (*at, KEY),
            f"unknown key '{at[-1]}'",
            nearest(at[-1], known) or f"known here: {listed(known, 30)}",
        )
    if kind == "missing":
        return Mistake(at, f"the key '{at[-1]}' is missing", _example(str(at[-1])))
    value = _value(plain, at)
    if kind == "literal_error":
        return _not_one_of(at, name, value, str(context["expected"]))
    if kind in _WANTED:
        return Mistake(at, f"'{name}' must be {_WANTED[kind]}, not {shown(value)}", _cure(kind, value))
    if kind in ("string_too_short", "too_short"):
        return Mistake(at, f"'{name}' must not be empty")
    if kind == "string_too_long":
        return Mistake(at, f"'{name}' is longer than {context['max_length']} characters", "shorten it")
    if kind in ("greater_than_equal", "less_than_equal"):
        limit = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
        return Mistake(at, f"'{name}' must be {limit}, not {shown(value)}")
    return Mistake(at, f"'{name}': {details['msg']}")


def _not_one_of(at: Path, name: str, value: Any, expected: str) -> Mistake:
    if at == ("version",):
        return Mistake(at, f"this release reads version 1 of the file, not {shown(value)}", "write version: 1")
    words = [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]
    return Mistake(at, f"'{name}' must be {expected}, not {shown(value)}", nearest(value, words))


def _cure(kind: str, value: Any) -> str:
    if kind == "string_type" and isinstance(value, bool | int):
        return f'write "{shown(value)}" in quotes for the text'
    if kind == "bool_type" and isinstance(value, str):
        return "write true or false, without quotes"
    if kind == "tuple_type" and isinstance(value, str):
        return f"write [{value}]"
    return ""


_EXAMPLES = {
    "version": "add version: 1",
    "product": "add product: {name: ..., url: https://...}",
    "metrics": "add metrics: with at least one, such as documents: {count: events, from: document_created}",
    "milestones": "add milestones: with a list",
    "id": "give it a name for ever, such as id: first-project",
    "when": "say when it is reached, such as when: {documents: 100}",
    "from": "name the events that it is counted from, such as from: document_created",
}


def _example(key: str) -> str:
    return _EXAMPLES.get(key, f"add {key}: ...")


def _value(plain: Any, at: Path) -> Any:
    for part in at:
        if part == KEY:
            break
        try:
            plain = plain[part]
        except (KeyError, IndexError, TypeError):
            return None
    return plain


def _known_keys(at: Path) -> list[str]:
    """Return the keys that the mapping at ``at`` may have."""
    annotation: Any = Document
    for part in at:
        annotation = _inside(annotation, part)
    model = _bare(annotation)
    return _keys(model) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _inside(annotation: Any, part: str | int) -> Any:
    outer = _bare(annotation)
    if isinstance(outer, type) and issubclass(outer, BaseModel):
        return next((f.annotation for name, f in outer.model_fields.items() if (f.alias or name) == part), None)
    arguments = get_args(outer)
    if get_origin(outer) is dict:
        return arguments[1]
    return arguments[0] if arguments else None


def _bare(annotation: Any) -> Any:
    """Return the annotation without Annotated and without ``| None``."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, types.UnionType):
            annotation = next(each for each in get_args(annotation) if each is not type(None))
        else:
            return annotation


def _keys(model: type[BaseModel]) -> list[str]:
    fields: Mapping[str, Any] = model.model_fields
    return [field.alias or name for name, field in fields.items()]
