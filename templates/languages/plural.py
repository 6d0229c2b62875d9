"""Plural categories (CLDR): zero, one, two, few, many, other."""

from __future__ import annotations

from babel import Locale

from templates.languages.wording import OTHER

_ORDER = ("zero", "one", "two", "few", "many", OTHER)


def categories(locale: Locale) -> tuple[str, ...]:
    """Return the plural categories of a language, in the order of the CLDR; every language has `other`."""
    used = {*locale.plural_form.tags, OTHER}
    return tuple(each for each in _ORDER if each in used)
