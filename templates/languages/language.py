"""One language ready for use: its words, behind them those that it falls back to, and its numbers and days."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Literal, Protocol

from babel import Locale
from babel.dates import format_date
from markupsafe import Markup, escape

from templates.languages.catalogue import Catalogue, MilestoneWords, Noun, rung
from templates.languages.money import Money
from templates.languages.numerals import Numerals
from templates.languages.periods import UNITS, period_forms
from templates.languages.plural import categories
from templates.languages.wording import OTHER, Entry, Plural, Wording

_ISOLATE, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_ISOLATED = re.compile(f"{_ISOLATE}.*{_END}", re.DOTALL)
_LEFT_TO_RIGHT = re.compile(
    "[A-Za-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02b8\\u0370-\\u0590\\u0900-\\u1fff\\u2c00-\\ud7ff]"
)
"""The blocks of the scripts that run so (class L of UAX 9): a look at each character would take longer."""
_NAMES = 1_024
"""Names of metrics and units that are remembered with their nouns: more than an installation has."""
_DAYS = 4_096
"""Days kept as text: eleven years of them, at about 100 bytes each. Babel takes 25 us for one."""


class Numeric(Protocol):
    """What `templates.context.Figure` has."""

    number: str
    exact: str


class Source:
    """A catalogue and the plural rule of its own language: a text that is fallen back to keeps its grammar."""

    def __init__(self, catalogue: Catalogue, locale: Locale) -> None:
        self.catalogue = catalogue
        self.category: Callable[[Decimal], str] = lru_cache(_DAYS)(locale.plural_form)

    def wording(self, entry: Entry, count: object) -> Wording:
        """Return the text of an entry for a count: a `Figure`, a number or plain digits."""
        if isinstance(entry, Wording):
            return entry
        amount = _decimal(count)
        return entry.of(OTHER if amount is None else self.category(amount))


class Language:
    """How to speak to somebody of a locale.

    - `tag`: BCP 47, with the contact's region where the CLDR knows it: `fr-CH`.
    - `name`: the language of the installation that was chosen: `fr`.
    - `direction`: `ltr` or `rtl`.
    - `is_default`: the milestones file is written in it.
    """

    def __init__(self, tag: str, name: str, locale: Locale, sources: Sequence[Source], *, is_default: bool) -> None:
        """Take the catalogues, the nearest first; those behind them are fallen back to."""
        self.tag, self.name, self.is_default = tag, name, is_default
        self.direction: Literal["ltr", "rtl"] = "rtl" if locale.text_direction == "rtl" else "ltr"
        self.code: str = locale.language
        self._locale, self._sources = locale, tuple(sources)
        # The catalogues of this language itself, without those that it falls back to.
        self._own = tuple(each for each in sources if each.catalogue.tag.partition("-")[0] == self.code)
        self._knows_milestones = any(each.catalogue.milestones for each in self._own)
        # A bare `en` is written as most of the world does, 20 November 2026; `en-US` says November 20, 2026.
        self._days = Locale("en", "001") if str(locale) == "en" else locale
        self._numerals = Numerals.of(locale)
        self._money: dict[str, Money] = {}
        self._periods: dict[str, Mapping[str, str]] = {}
        self._texts: dict[str, tuple[tuple[Source, Entry], ...]] = {}
        self.date = lru_cache(_DAYS)(self._date)
        self.noun = lru_cache(_NAMES)(self._noun)
        self.unit = lru_cache(_NAMES)(self._unit)
        self._category = lru_cache(_DAYS)(locale.plural_form)

    @property
    def categories(self) -> tuple[str, ...]:
        """Its plural categories, in the order of the CLDR."""
        return categories(self._locale)

    @property
    def is_english(self) -> bool:
        """Whether ids, which are English, are words of it."""
        return self.code == "en"

    def number(self, digits: str) -> str:
        """Write plain decimal text digit for digit: `1000.50` is `1 000,50` in French."""
        return self._numerals.number(digits)

    def money(self, digits: str, currency: str) -> str:
        """Write an amount of a currency (ISO 4217)."""
        found = self._money.get(currency)
        if found is None:
            found = self._money[currency] = Money(currency, self._locale, self._numerals)
        return found.written(digits)

    def period(self, digits: str, unit: str) -> tuple[str, str] | None:
        """Return (`7 days`, `days`) for a unit of `periods.UNITS`; the first without a number where the words say it.

        None where the CLDR data of the language lack it.
        """
        forms = self._periods.get(unit)
        if forms is None:
            forms = self._periods[unit] = period_forms(self._locale, unit) if unit in UNITS else {}
        form = forms.get(self._category(Decimal(digits)))
        if form is None:
            return None
        return form.replace("{number}", self.number(digits)), form.replace("{number}", "").strip()

    def has(self, key: str) -> bool:
        """Whether this language itself has a text, without those that it falls back to."""
        return any(key in each.catalogue.texts for each in self._own)

    def text(self, key: str, count: object = None, **values: object) -> str:
        """Return a text with its placeholders filled.

        It is that of the nearest catalogue that has the key and can be filled. In languages that run from right to
        left, each value that runs the other way is isolated (UAX 9, section 2.6): it would tear the sentence apart.

        Args:
            key: as under `texts` of a catalogue.
            count: chooses the plural form; a `Figure`, a number or plain digits. `{count}` stands for it.
            values: by placeholder; a whole number is written as the language does.

        Raises:
            LookupError: no catalogue has the key, or none has a text that these values fill.
        """
        shown = self._shown(count, values)
        for source, entry in self._texts.get(key) or self._found(key):
            wording = entry if type(entry) is Wording else source.wording(entry, count)
            try:
                return wording.plain % shown
            except KeyError:
                continue
        raise _unfilled(key, shown)

    def html(self, key: str, count: object = None, **values: object) -> Markup:
        """Return a text likewise as HTML: words and values are escaped, but for values that are `Markup`.

        Raises:
            LookupError: likewise.
        """
        shown = self._shown(count, values)
        for name, value in shown.items():
            shown[name] = escape(value)
        for source, entry in self._texts.get(key) or self._found(key):
            wording = entry if type(entry) is Wording else source.wording(entry, count)
            try:
                return Markup(wording.html % shown)  # noqa: S704 - words and values were escaped
            except KeyError:
                continue
        raise _unfilled(key, shown)

    def _noun(self, metric: str) -> Noun:
        """Return the noun of a metric in this language itself; an empty one where it has none."""
        own = (each.catalogue.metrics.get(metric) for each in self._own)
        return next((noun for noun in own if noun), _NO_NOUN)

    def counted(self, entry: Entry, digits: str) -> str:
        """Return the form of a noun after a number."""
        category = self._category(Decimal(digits))
        return (entry.of(category) if isinstance(entry, Plural) else entry).source

    def _unit(self, unit: str) -> Entry | None:
        """Return the noun of a unit in this language itself."""
        return next((found for each in self._own if (found := each.catalogue.units.get(unit))), None)

    def reward(self, name: str) -> str | None:
        """Return the name of a reward in words, also one of the languages that it falls back to."""
        found = (each.catalogue.rewards.get(name) for each in self._sources)
        return next((each.source for each in found if each), None)

    def title(self, milestone: str) -> str | None:
        """Return the title of a milestone in this language itself; a rung takes its ladder's with its own number."""
        for name, number in self._ids(milestone):
            for words in self._milestone(name):
                if words.title is not None:
                    return self._titled(words.title, number)
        return None

    def means(self, milestone: str) -> str | None:
        """Return what a milestone means, in this language itself; a rung takes its ladder's."""
        found = (words.means for name, _ in self._ids(milestone) for words in self._milestone(name))
        return next((each for each in found if each), None)

    def link(self, milestone: str, text: str) -> str | None:
        """Return the translation of a link's text of a milestone; a rung takes its ladder's."""
        found = (words.links.get(text) for name, _ in self._ids(milestone) for words in self._milestone(name))
        return next((each for each in found if each), None)

    def _titled(self, title: Entry, number: str) -> str:
        shown = self.number(number) if number else ""
        wording = title.of(self._category(Decimal(number or "0"))) if isinstance(title, Plural) else title
        if "number" in wording.placeholders:
            return (wording.plain % {"number": shown}).strip()
        return f"{wording.source} {shown}".strip()

    def _ids(self, milestone: str) -> list[tuple[str, str]]:
        """The milestone itself, then the ladder that it may be a rung of, with the number."""
        if not self._knows_milestones:
            return []
        found = rung(milestone)
        return [(milestone, ""), found] if found else [(milestone, "")]

    def _milestone(self, name: str) -> Iterator[MilestoneWords]:
        found = (each.catalogue.milestones.get(name) for each in self._own)
        return (each for each in found if each)

    def _found(self, key: str) -> tuple[tuple[Source, Entry], ...]:
        found = self._texts.get(key)
        if found is None:
            pairs = ((each, each.catalogue.texts.get(key)) for each in self._sources)
            found = tuple((source, entry) for source, entry in pairs if entry is not None)
            if found:
                self._texts[key] = found
        return found

    def _shown(self, count: object, values: dict[str, object]) -> dict[str, str]:
        """The values as text. This runs thirty times for a message, nearly always with nothing but strings."""
        shown: dict[str, str] = {}
        for name, value in values.items():
            shown[name] = value if isinstance(value, str) else self._written(value)
        if count is not None:
            shown.setdefault("count", self._written(count))
        if self.direction == "rtl":
            return {name: _isolated(each) for name, each in shown.items()}
        return shown

    def _written(self, value: object) -> str:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return self.number(f"{value:f}" if isinstance(value, Decimal) else str(value))
        return str(getattr(value, "number", value))

    def _date(self, day: date) -> str:
        return self._numerals.native(format_date(day, "long", locale=self._days))


def _unfilled(key: str, given: Collection[str]) -> LookupError:
    return LookupError(f"no catalogue has a text '{key}' that can be filled with what is given: {sorted(given)}")


def _isolated(value: str) -> str:
    return _ISOLATE + value + _END if _runs_left_to_right(value) else value


def _runs_left_to_right(value: str) -> bool:
    """Whether letters that run from left to right stand in a value, outside of what is isolated in it already."""
    if _ISOLATE in value:
        value = _ISOLATED.sub("", value)
    return _LEFT_TO_RIGHT.search(value) is not None


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


_NO_NOUN = Noun()
