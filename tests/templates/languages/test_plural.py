"""Plural categories, of numbers of any size."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from templates.languages.plural import category_of

LANGUAGES = ("ar", "cs", "en", "fr", "lt", "lv", "pl", "sl")


@pytest.mark.parametrize("language", LANGUAGES)
@given(last=st.integers(0, 999), zeros=st.integers(3, 40))
def test_a_number_too_long_to_divide_is_said_as_its_end_is(language: str, last: int, zeros: int) -> None:
    """1,000,...,021 as 1,000,000,021: the rules look at the last digits."""
    locale = Locale.parse(language)
    short, long = Decimal(10**15 + last), Decimal(10 ** (15 + zeros) + last)
    assert category_of(locale)(long) == locale.plural_form(short)


@pytest.mark.parametrize("language", LANGUAGES)
@given(number=st.decimals(allow_nan=False, allow_infinity=False))
def test_every_number_has_a_category(language: str, number: Decimal) -> None:
    assert category_of(Locale.parse(language))(number)
