"""Plural categories (CLDR): zero, one, two, few, many, other."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from babel import Locale

from templates.languages.wording import OTHER

_ORDER = ("zero", "one", "two", "few", "many", OTHER)


def categories(locale: Locale) -> tuple[str, ...]:
    """Return the plural categories of a language, in the order of the CLDR; every language has `other`."""
    used = {*locale.plural_form.tags, OTHER}
    return tuple(each for each in _ORDER if each in used)


def category_of(locale: Locale) -> Callable[[Decimal], str]:
    """Return the plural rule of a locale: from a finite number to its category, remembered for the latest numbers.

    The rules of the CLDR divide by no more than a million, and decimals of more than 28 digits cannot be divided in
    Python's default context: of a number that long its last twelve digits decide, as they do in the rule itself.
    """
    rule = locale.plural_form

    @lru_cache(_REMEMBERED)
    def category(number: Decimal) -> str:
        return rule(number if number.adjusted() < _LONG else _shortened(number))

    return category


def _shortened(number: Decimal) -> Decimal:
    """A number of 13 digits with the same last twelve before the point."""
    _, digits, exponent = number.as_tuple()
    zeros = int(exponent)
    whole = digits[:zeros] if zeros < 0 else digits + (0,) * min(zeros, 12)
    return Decimal(10**12 + int("".join(map(str, whole[-12:]))))


_REMEMBERED = 4_096
"""Numbers whose category is remembered."""
_LONG = 20
"""Digits before the point from which a number is shortened: far above what is counted, far below what fails."""
