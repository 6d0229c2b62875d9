"""Which numbers people celebrate: 100 and 250, a week and a year; not 117."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import Enum

from schemas.milestones.number import Number, tidy

_LEADING = (*(Decimal(digit) for digit in range(1, 10)), Decimal("2.5"))
"""What may stand before the zeros: one digit, or the 2.5 of 1, 2.5, 5, 10."""


class Scale(Enum):
    """What a number counts."""

    PLAIN = "things"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


# Not as the values of the members: Python 3.11.2 makes a member of an empty tuple out of nothing.
_STEPS: dict[Scale, tuple[tuple[int, int], ...]] = {
    Scale.PLAIN: (),
    Scale.DAYS: ((7, 4), (30, 12), (365, 100)),
    Scale.WEEKS: ((4, 3), (13, 3), (26, 1), (52, 100)),
    Scale.MONTHS: ((6, 4), (12, 100)),
    Scale.YEARS: ((1, 100),),
}
"""The steps that are round on a calendar: each a number and how often it is repeated."""


def is_round(number: Number, scale: Scale = Scale.PLAIN) -> bool:
    """Whether people remember a number: one digit and zeros, 25 and zeros, or whole weeks, months and years."""
    return Decimal(number) in _around(number, scale)


def round_near(number: Number, scale: Scale = Scale.PLAIN, *, whole: bool = False) -> tuple[Number, ...]:
    """Return the nearest round number below and the one above, as far as they can be counted."""
    fitting = [each for each in _around(number, scale) if not whole or each == each.to_integral_value()]
    below = [each for each in fitting if each < number]
    above = [each for each in fitting if each > number]
    return tuple(tidy(each) for each in (*sorted(below)[-1:], *sorted(above)[:1]))


def _around(number: Number, scale: Scale) -> set[Decimal]:
    """Return the round numbers of the same length as this one, the next power of ten, and those of the calendar."""
    power = Decimal(1).scaleb(Decimal(number).adjusted())
    found = {leading * power for leading in (*_LEADING, Decimal(10))}
    return found | set(_calendar(scale))


def _calendar(scale: Scale) -> Iterator[Decimal]:
    for step, repeats in _STEPS[scale]:
        yield from (Decimal(step * times) for times in range(1, repeats + 1))
