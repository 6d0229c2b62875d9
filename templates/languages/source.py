"""A catalogue with the plural rule of its own language."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from babel import Locale

from templates.languages.catalogue import Catalogue
from templates.languages.plural import category_of
from templates.languages.wording import OTHER, Entry, Wording


class Source:
    """Where texts come from. One that is fallen back to keeps its own grammar."""

    def __init__(self, catalogue: Catalogue, locale: Locale) -> None:
        """Take the rule of the locale that the catalogue is written in."""
        self.catalogue = catalogue
        self._category = category_of(locale)

    def wording(self, entry: Entry, count: object) -> Wording:
        """Return the text of an entry for a count: a `Figure`, a number or plain digits; else its form `other`."""
        if isinstance(entry, Wording):
            return entry
        amount = _decimal(count)
        return entry.of(OTHER if amount is None else self._category(amount))


def _decimal(count: object) -> Decimal | None:
    """The number that chooses the plural form; None for what is none."""
    plain = getattr(count, "exact", count)
    if isinstance(plain, Decimal):
        return plain if plain.is_finite() else None
    if isinstance(plain, int | str) and not isinstance(plain, bool):
        try:
            number = Decimal(plain)
        except InvalidOperation:
            return None
        return number if number.is_finite() else None
    return None
