"""`where`: equality as JSON has it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from stream.core.filters import compile_filter
from tests.stream.core.samples import document


def _passes(where: dict[str, Any], properties: dict[str, Any]) -> bool:
    metric = document({"uses": {"count": "events", "from": "used", "where": where}}, []).metrics["uses"]
    compiled = compile_filter(metric.where)
    assert compiled is not None
    return compiled(properties)


@pytest.mark.parametrize(
    ("where", "value", "passes"),
    [
        ("team", "team", True),
        ("team", "Team", False),
        ("1", 1, False),
        (1, 1, True),
        (1, Decimal("1.0"), True),
        (Decimal("1.5"), Decimal("1.50"), True),
        (1, True, False),
        (0, False, False),
        (True, True, True),
        (True, 1, False),
        (False, 0, False),
        (False, "false", False),
        (["a", 2, True], "a", True),
        (["a", 2, True], 2, True),
        (["a", 2, True], 1, False),
        (None, None, True),
        (None, 0, False),
        ("a", ["a"], False),
        ({"not": "a"}, ["a"], True),
        ({"not": "a"}, "a", False),
        ({"not": "a"}, "b", True),
        ({"not": True}, 1, True),
        ({"not": ["a", "b"]}, "b", False),
        ({"not": ["a", "b"]}, "c", True),
        ({"not": None}, "c", True),
        ({"not": None}, None, False),
    ],
)
def test_values_compare_as_json_does(where: Any, value: Any, passes: bool) -> None:
    """By type and value: text is no number, true is not 1, 1 is 1.0."""
    assert _passes({"p": where}, {"p": value}) is passes


def test_a_property_that_is_not_there_is_null() -> None:
    """It equals null, differs from all else, and so passes a `not`."""
    assert _passes({"p": None}, {})
    assert not _passes({"p": False}, {})
    assert _passes({"p": {"not": "a"}}, {})
    assert not _passes({"p": {"not": None}}, {})


def test_every_property_must_match() -> None:
    """A filter is a conjunction."""
    where = {"plan": ["team", "business"], "trial": {"not": True}}
    assert _passes(where, {"plan": "team"})
    assert not _passes(where, {"plan": "team", "trial": True})
    assert not _passes(where, {"plan": "free"})


def test_no_filter_is_no_test() -> None:
    """Plans without filters need not look at properties."""
    assert compile_filter({}) is None
