"""Numbers are exact, and their wording holds for any metric and any number."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.render.error import RenderError
from channels.render.figure import exact, figure
from channels.render.progress import percent
from schemas.milestone_crossed import Number
from templates.languages.languages import load

ENGLISH = load(("en",), None).default


@pytest.mark.parametrize(
    ("value", "unit", "metric", "kind", "phrase"),
    [
        (1001, None, "documents", "sum", "1,001 documents"),
        (1, None, "documents", "sum", "1 document"),
        (1, None, "widgets", "count", "1 in widgets"),
        (25, None, "team_size", "highest", "25 in team size"),
        (12, None, "progress", "sum", "12 in progress"),
        (12, None, "analyses", "count", "12 analyses"),
        (Decimal("12.50"), None, "hours_saved", "sum", "12.50 in hours saved"),
        (47, "hours", "time_saved", "sum", "47 hours"),
        (1, "hours", "time_saved", "sum", "1 hour"),
        (10_000, "USD", "revenue", "sum", "$10,000 in revenue"),
        (Decimal("10250.40"), "USD", "revenue", "sum", "$10,250.40 in revenue"),
        (Decimal("10250.4"), "USD", "revenue", "sum", "$10,250.40 in revenue"),
        (Decimal("10000.00"), "EUR", "revenue", "sum", "€10,000 in revenue"),
        (Decimal("0.125"), "GBP", "revenue", "sum", "£0.125 in revenue"),
        (Decimal("-5.5"), "USD", "revenue", "sum", "\N{MINUS SIGN}$5.50 in revenue"),
        (1500, "CHF", "revenue", "sum", "CHF\N{NO-BREAK SPACE}1,500 in revenue"),
        (3, "API", "calls", "count", "3 API"),
        (7, None, "day_streak", "streak", "7 days in a row"),
        (4, None, "weekly_streak", "streak", "4 weeks in a row"),
        (7, "days", "training", "streak", "7 days in a row"),
        (7, None, "training", "streak", "7 in a row"),
        (6, None, "day_streak", "near", "6 days in a row"),
        (1, "years", None, "signed_up", "one year"),
        (30, "days", None, "signed_up", "30 days"),
        (3, "months", None, "signed_up", "three months"),
        (3, None, None, "all_of", "3"),
        (Decimal("1E+3"), None, "documents", "sum", "1,000 documents"),
    ],
)
def test_a_phrase(value: Number, unit: str | None, metric: str | None, kind: str, phrase: str) -> None:
    """Separators, currencies, units of time, streaks, anniversaries; no plural is guessed that might be wrong."""
    assert figure(value, unit, metric, kind=kind, language=ENGLISH).phrase == phrase


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20))
def test_no_digit_is_lost(value: Decimal) -> None:
    """The plain digits are the number, and what is shown has the same digits."""
    shown = figure(value, None, "documents", kind="sum", language=ENGLISH)

    assert Decimal(shown.exact) == value
    assert Decimal(shown.number.replace(",", "").replace("\N{MINUS SIGN}", "-")) == value


@pytest.mark.parametrize(
    "value", [Decimal("1E+1000000"), Decimal("1E-41"), Decimal("NaN"), Decimal("Infinity"), 10**40]
)
def test_a_number_that_nobody_can_read(value: Number) -> None:
    """It is refused before it takes a megabyte."""
    with pytest.raises(RenderError):
        exact(value)


@pytest.mark.parametrize(
    ("value", "threshold", "expected"),
    [(0, 10, 0), (1, 3, 33), (9, 10, 90), (Decimal("99.99"), 100, 99), (100, 100, 99), (-5, 10, 0), (5, 0, 0)],
)
def test_percent(value: Number, threshold: Number, expected: int) -> None:
    """Rounded down, and 100 % is never said of what lies ahead."""
    assert percent(value, threshold) == expected
