"""The texts of the pages: the keys `portal.…` of the catalogues, in one language."""

from __future__ import annotations

from datetime import date

from templates.languages.language import Language
from templates.languages.languages import Languages
from templates.languages.languages import load as load_languages
from templates.languages.money import currencies


class Texts:
    """The pages in one language: `texts("share_button", product=…)` is the text `portal.share_button`.

    `language` is its BCP 47 tag, `direction` is `ltr` or `rtl`.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self.language, self.direction = language.tag, language.direction

    def __call__(self, key: str, **values: str) -> str:
        """Return a text as plain text.

        Raises:
            LookupError: there is no such text.
        """
        return self._language.text(f"portal.{key}", **values)

    def amount(self, value: str, unit: str | None) -> tuple[str, str]:
        """Write plain decimal text as people of this language do, and what it is in.

        `1000.50`, `pages` is `1,000.50`, `pages`; of a currency the sign stands in the number, and the unit is empty.
        """
        if unit in currencies():
            return self._language.money(value, unit), ""
        return self._language.number(value), unit or ""

    def date(self, day: date) -> str:
        """Write a day as people of this language do."""
        return self._language.date(day)


def english() -> Languages:
    """Return what is spoken where no languages are given."""
    return load_languages(("en",), None)
