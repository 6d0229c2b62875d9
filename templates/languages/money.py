"""Amounts of money in a locale."""

from __future__ import annotations

from functools import cache

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_precision, get_currency_symbol

from templates.languages.numerals import Numerals

_SIGN = "\N{CURRENCY SIGN}"
_NO_BREAK = "\N{NO-BREAK SPACE}"
_LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT MARK}"


@cache
def currencies() -> frozenset[str]:
    """Return the codes (ISO 4217) that are legal tender somewhere; other units of three capitals (API) are none."""
    tender = get_global("territory_currencies").values()
    return frozenset(code for spans in tender for code, _, end, is_tender in spans if end is None and is_tender)


class Money:
    """Writes amounts of one currency: the sign where the locale has it, a fraction only where there is one."""

    def __init__(self, code: str, locale: Locale, numerals: Numerals) -> None:
        """Take what the CLDR says once: its patterns cost more than a message."""
        self._numerals = numerals
        self._digits = get_currency_precision(code)
        pattern = locale.currency_formats["standard"]
        symbol = get_currency_symbol(code, locale)
        if locale.text_direction == "rtl" and any(each.isascii() and each.isalpha() for each in symbol):
            symbol += _LEFT_TO_RIGHT  # holds the dollar of US$ to its letters
        self._around = tuple(
            (_before(prefix, symbol).replace("-", numerals.minus), _after(suffix, symbol).replace("-", numerals.minus))
            for prefix, suffix in zip(pattern.prefix, pattern.suffix, strict=True)
        )

    def written(self, digits: str) -> str:
        """Write plain decimal text: `10250.4` is `$10,250.40`. A fraction of zero is left out, no digit is lost."""
        prefix, suffix = self._around[digits.startswith("-")]
        whole, _, fraction = digits.lstrip("-").partition(".")
        fraction = fraction.rstrip("0")
        amount = self._numerals.grouped(whole)
        if fraction:
            amount += self._numerals.point + fraction.ljust(self._digits, "0")
        return f"{prefix}{self._numerals.native(amount)}{suffix}"


def _before(prefix: str, symbol: str) -> str:
    """A sign that ends with a letter keeps a distance from the number (CLDR currencySpacing)."""
    gap = _NO_BREAK if prefix.endswith(_SIGN) and symbol[-1:].isalpha() else ""
    return prefix.replace(_SIGN, symbol) + gap


def _after(suffix: str, symbol: str) -> str:
    gap = _NO_BREAK if suffix.startswith(_SIGN) and symbol[:1].isalpha() else ""
    return gap + suffix.replace(_SIGN, symbol)
