"""Round numbers: which thresholds people remember."""

from __future__ import annotations

from decimal import Decimal

import pytest

from schemas.milestones.number import Number
from schemas.milestones.roundness import Scale, is_round, round_near


@pytest.mark.parametrize("number", [1, 5, 10, 25, 100, 250, 300, 500, 5000, 10**9, Decimal("0.5"), Decimal("2.5")])
def test_one_digit_or_a_quarter_and_zeros_are_round(number: Number) -> None:
    """1, 2, 2.5, 5, 10 and the other digits, at any length."""
    assert is_round(number)


@pytest.mark.parametrize("number", [11, 99, 117, 365, 999, 1001, 1234, Decimal("9.99")])
def test_other_numbers_are_not(number: Number) -> None:
    """Nobody tells a colleague about the 117th."""
    assert not is_round(number)


@pytest.mark.parametrize(
    ("scale", "number"),
    [
        *((Scale.DAYS, number) for number in (7, 14, 21, 30, 90, 100, 180, 365, 730)),
        *((Scale.WEEKS, number) for number in (4, 12, 13, 26, 52, 104)),
        *((Scale.MONTHS, number) for number in (6, 12, 18, 24)),
        *((Scale.YEARS, number) for number in (1, 11, 25)),
    ],
)
def test_the_calendar_has_round_numbers_of_its_own(scale: Scale, number: int) -> None:
    """A week of days, a year of days or weeks, half a year of months, every year."""
    assert is_round(number, scale)


def test_what_is_round_in_days_is_not_round_as_a_count() -> None:
    """14 days are two weeks; the 14th document is nothing."""
    assert not is_round(14)
    assert not is_round(13, Scale.DAYS)


@pytest.mark.parametrize(
    ("number", "scale", "whole", "near"),
    [
        (117, Scale.PLAIN, True, (100, 200)),
        (999, Scale.PLAIN, True, (900, 1000)),
        (23, Scale.PLAIN, True, (20, 25)),
        (13, Scale.DAYS, True, (10, 14)),
        (361, Scale.DAYS, True, (360, 365)),
        (Decimal("2.2"), Scale.PLAIN, False, (2, Decimal("2.5"))),
        (Decimal("2.2"), Scale.PLAIN, True, (2, 3)),
    ],
)
def test_the_nearest_round_ones_are_below_and_above(
    number: Number, scale: Scale, whole: bool, near: tuple[Number, ...]
) -> None:
    """Where only whole numbers are counted, 2.5 is no help."""
    assert round_near(number, scale, whole=whole) == near
