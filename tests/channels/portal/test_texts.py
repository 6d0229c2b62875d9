"""How numbers, days and languages are written."""

from __future__ import annotations

from datetime import date

import pytest

from channels.portal.texts import ENGLISH, texts_for


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("7", "7"),
        ("1000", "1,000"),
        ("1234567.50", "1,234,567.50"),
        ("-1000", "\N{MINUS SIGN}1,000"),
        ("12345678901234567890.00000000000000000001", "12,345,678,901,234,567,890.00000000000000000001"),
    ],
)
def test_a_number_keeps_its_digits(value: str, written: str) -> None:
    """Nothing is rounded on the way to the page."""
    assert ENGLISH.number(value) == written


def test_a_day_is_written_out() -> None:
    """3/4 is April here and March there."""
    assert ENGLISH.date(date(2026, 4, 3)) == "3 April 2026"


@pytest.mark.parametrize("locale", ["en", "EN-gb", "fr-CA", "x", ""])
def test_there_are_texts_for_every_locale(locale: str) -> None:
    """The nearest, English where there is none."""
    assert texts_for(locale) is ENGLISH
