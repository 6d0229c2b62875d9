"""Units of time after a number, by the CLDR: `3 days`, `5 dni`, `يومان`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from babel import Locale
from babel.numbers import format_decimal
from babel.units import format_unit

UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
_PROBES = (0, 1, 2, 3, 5, 11, 100, 1_000_000, 0.5)
"""Between them they have every plural category of every language (CLDR plurals.xml, its samples)."""


def unit_of_time(unit: str) -> str | None:
    """Return the unit's name in the CLDR, `day` for `days`; None for what is no unit of time."""
    singular = unit.removesuffix("s")
    return singular if singular in UNITS else None


def period_forms(locale: Locale, unit: str) -> Mapping[str, str]:
    """Return the patterns of one of `UNITS` by plural category, with `{number}` where the number stands, if it does.

    Empty where Babel lacks them.
    """
    # Where both lengths say the same the CLDR has only the short one, from which the long one inherits; Babel does not.
    return _forms(locale, unit, "long") or _forms(locale, unit, "short")


def _forms(locale: Locale, unit: str, length: Literal["long", "short"]) -> Mapping[str, str]:
    name = f"duration-{unit}"
    forms: dict[str, str] = {}
    for probe in _PROBES:
        category = locale.plural_form(probe)
        if category not in forms:
            written = format_unit(probe, name, length=length, locale=locale)
            if name in written:  # what Babel says for a pattern that it lacks
                return {}
            forms[category] = written.replace(format_decimal(probe, locale=locale), "{number}")
    return forms
