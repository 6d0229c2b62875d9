"""Crossings in the words of people."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from deploy.demo.wording import sentence
from tests.deploy.demo.samples import CROSSED


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"threshold": 100, "value": 102}, "Mina reached 100 documents (102)"),
        ({"threshold": 1000, "value": 1000}, "Mina reached 1,000 documents"),
        ({"threshold": 1, "value": 1, "milestone": "first-project"}, "Mina reached first-project"),
        (
            {"threshold": 100, "value": Decimal("104.50"), "metric": "revenue", "unit": "USD"},
            "Mina reached 100 USD of revenue (104.5)",
        ),
    ],
)
def test_a_crossing_is_told_in_a_sentence(fields: dict[str, Any], words: str) -> None:
    """Threshold, what is counted, and the value where it is another."""
    assert sentence(msgspec.structs.replace(CROSSED, **fields), "Mina") == words
