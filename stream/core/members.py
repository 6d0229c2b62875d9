"""Members: the different values that a contact's events had, kept outside the row because they are many."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Protocol


class Members(Protocol):
    """The values seen of each contact, by the number of the metric."""

    def add(self, contact_id: str, metric_number: int, value: str) -> bool:
        """Remember the value; whether it is new to this metric of the contact."""
        ...


def canonical(value: object) -> str | None:
    """Return a text, number or boolean as JSON text, equal values alike; None for anything else.

    Text, numbers and booleans never meet: "1", 1 and true are three values, 1 and 1.0 are one.
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return _plain(value)
    return None


def _plain(number: Decimal) -> str:
    """Return the shortest digits of the number: no exponent, no zeros at the end, no minus before zero."""
    whole = int(number)
    return str(whole) if whole == number else f"{number:f}".rstrip("0")
