"""``where``: which events a metric counts, compiled to one test over an event's properties."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from schemas.milestones.match import Match, Scalar

Properties = Mapping[str, object]
Filter = Callable[[Properties], bool]


def compile_filter(where: Mapping[str, Match]) -> Filter | None:
    """Return a test that is true when every property matches; None when there is nothing to test."""
    tests = [_test(name, match) for name, match in where.items()]
    if not tests:
        return None
    if len(tests) == 1:
        return tests[0]

    def all_match(properties: Properties) -> bool:
        return all(test(properties) for test in tests)

    return all_match


def _test(name: str, match: Match) -> Filter:
    # Python says True == 1; JSON does not. The class is part of what is compared, an int and a Decimal
    # being one.
    wanted = frozenset((_json_type(value), value) for value in match.values)
    negated = match.negated

    if len(match.values) == 1 and isinstance(match.values[0], str):
        text = match.values[0]
        if negated:
            return lambda properties: properties.get(name) != text
        return lambda properties: properties.get(name) == text

    def test(properties: Properties) -> bool:
        value = properties.get(name)
        kind = _json_type(value)
        return (kind is not None and (kind, value) in wanted) is not negated

    return test


_JSON_TYPES: Mapping[type, str] = {
    str: "string",
    bool: "boolean",
    int: "number",
    Decimal: "number",
    type(None): "null",
}


def _json_type(value: Scalar | object) -> str | None:
    """Return the JSON type of a value that can be compared; None for objects and arrays."""
    return _JSON_TYPES.get(type(value))
