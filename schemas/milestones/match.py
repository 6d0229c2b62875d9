"""What a property or attribute must be: one value, any of a list, or ``{not: ...}``."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from schemas.milestones.mistakes import malformed, shown, written
from schemas.milestones.number import tidy

Scalar = str | int | Decimal | bool | None
"""A value that can be compared. ``None`` (null in the file) stands for null and for "not there"."""


@dataclass(frozen=True, slots=True)
class Match:
    """True for a value equal to any of ``values``; with ``negated``, for every other value.

    Equality is that of JSON: text is not a number, ``true`` is not 1, 1 and 1.0 are the same.
    """

    values: tuple[Scalar, ...]
    negated: bool = False

    def plain(self) -> Any:
        """Return it as the file writes it."""
        wanted = list(self.values) if len(self.values) != 1 else self.values[0]
        return {"not": wanted} if self.negated else wanted


def read_match(raw: object) -> Match:
    """Read the wanted value or values. Raises MalformedError."""
    if isinstance(raw, Match):
        return raw
    if isinstance(raw, dict):
        if set(raw) != {"not"}:
            raise malformed("a mapping here has exactly one key, 'not'", "write {not: value} or {not: [a, b]}")
        if isinstance(raw["not"], dict):
            raise malformed("'not' takes a value or a list of values", "write {not: value} or {not: [a, b]}", ("not",))
        return Match(read_match(raw["not"]).values, negated=True)
    if isinstance(raw, list | tuple):
        if not raw:
            raise malformed("an empty list matches nothing", "name the values, such as [team, business]")
        for index, value in enumerate(raw):
            if isinstance(value, dict | list | tuple):
                raise malformed(
                    f"a value to compare with is text, a number, true, false or null, not {shown(value)}",
                    at=(index,),
                )
        return Match(tuple(_scalar(value) for value in raw))
    return Match((_scalar(raw),))


def _scalar(raw: Any) -> Scalar:
    return tidy(raw) if isinstance(raw, Decimal) else raw


_SCALAR = {"type": ["string", "number", "boolean", "null"]}
_WANTED = [_SCALAR, {"type": "array", "items": _SCALAR, "minItems": 1}]
_SCHEMA: dict[str, Any] = {
    "oneOf": [
        *_WANTED,
        {
            "type": "object",
            "properties": {"not": {"oneOf": _WANTED}},
            "required": ["not"],
            "additionalProperties": False,
        },
    ]
}

Matching = Annotated[Match, *written(read_match, _SCHEMA, lambda match: match.plain())]
