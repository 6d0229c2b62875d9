"""How numbers, days and languages are written."""

from __future__ import annotations

from datetime import date

import pytest

from channels.portal.texts import Texts
from templates.languages.languages import load

SPOKEN = load(("en", "fr", "ar"), None)
ENGLISH = Texts(SPOKEN.default)


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
    assert ENGLISH.amount(value, None) == (written, "")


def test_a_day_is_written_out() -> None:
    """3/4 is April here and March there."""
    assert ENGLISH.date(date(2026, 4, 3)) == "3 April 2026"


def test_a_page_in_another_language() -> None:
    """Its words, its numbers, its days, and the direction that they run."""
    french, arabic = Texts(SPOKEN.of("fr-CA")), Texts(SPOKEN.of("ar"))

    assert french("share_button", product="Acme") == "Découvrir Acme"
    assert french.amount("1000.5", "pages") == ("1\N{NO-BREAK SPACE}000,5", "pages")
    assert french.amount("1000.5", "CAD") == ("1\N{NO-BREAK SPACE}000,50\N{NO-BREAK SPACE}$", "")
    assert french.date(date(2026, 4, 3)) == "3 avril 2026"
    assert (french.language, french.direction) == ("fr-CA", "ltr")
    assert (arabic.language, arabic.direction) == ("ar", "rtl")
    assert Texts(SPOKEN.of("xx"))("try_again_button") == "Try again"
