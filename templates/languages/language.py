"""One language ready for use: its words, behind them those that it falls back to, and its numbers and days."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Literal, cast

from babel import Locale
from markupsafe import Markup, escape

from templates.languages.catalogue import Noun
from templates.languages.counts import Counts, entry_of, filled
from templates.languages.days import Days
from templates.languages.isolation import isolated
from templates.languages.milestones import Milestones
from templates.languages.money import Money
from templates.languages.numerals import Numerals
from templates.languages.periods import UNITS, period_forms
from templates.languages.plural import categories, category_of
from templates.languages.source import Source
from templates.languages.tags import numbers_of
from templates.languages.wording import Entry, Plural, Wording

_NAMES = 1_024
"""Names of metrics and units that are remembered with their nouns: more than an installation has."""
_DAYS = 4_096
"""Days kept as text: eleven years of them, at about 100 bytes each."""
_NUMBERS = 16_384
"""Numbers kept as text, at about 150 bytes each: a message has fifteen, most of them of thresholds."""
_SAMPLES = 4
_NO_NOUN = Noun()


class UntranslatedError(Exception):
    """A text that is missing in a language, `what` being its path in the catalogue: `milestones.yearly.means`."""

    def __init__(self, what: str) -> None:
        super().__init__(f"no catalogue of the language has {what}")
        self.what = what


class Language:
    """How to speak to somebody of a locale.

    - `tag`: BCP 47, with the contact's region where the CLDR knows it: `fr-CH`.
    - `name`: the language of the installation that was chosen: `fr`.
    - `direction`: `ltr` or `rtl`.
    - `is_default`: the milestones file is written in it.
    - `is_english`: ids, which are English, are words of it.
    - `number`: writes plain decimal text digit for digit, `1000.50` as `1 000,50` in French, and remembers it.
    - `days`: how its days are written, and how its weeks begin; `date` and `short_date` remember what it wrote.
    - `milestones`: titles, meanings and links of milestones.
    """

    def __init__(
        self,
        tag: str,
        name: str,
        locale: Locale,
        sources: Sequence[Source],
        *,
        own: Collection[str],
        file_locale: Locale,
        is_default: bool,
        whole: bool = False,
    ) -> None:
        """Take the catalogues, the nearest first; those behind them are fallen back to.

        Args:
            tag: as above.
            name: as above.
            locale: the data of `tag`.
            sources: the catalogues.
            own: tags of those that are of this language itself.
            file_locale: the language of the milestones file, whose plural rule its words have.
            is_default: as above.
            whole: a text that would come from another language is an `UntranslatedError`.
        """
        self.tag, self.name, self.is_default = tag, name, is_default
        self.direction: Literal["ltr", "rtl"] = "rtl" if locale.text_direction == "rtl" else "ltr"
        self.code: str = locale.language
        self.is_english = self.code == "en"
        self._locale, self._sources = locale, tuple(sources)
        self._own = tuple(each for each in sources if each.catalogue.tag in own)
        self._whole = whole
        self._numerals = Numerals.of(locale, numbers_of(tag))
        self._money: dict[str, Money] = {}
        self._periods: dict[str, Mapping[str, str]] = {}
        self._texts: dict[str, tuple[tuple[Source, Entry], ...]] = {}
        self.days = Days(locale, self._numerals)
        self.date = lru_cache(_DAYS)(self.days.written)
        self.short_date = lru_cache(_DAYS)(self.days.short)
        self.number = lru_cache(_NUMBERS)(self._numerals.number)
        self.noun = lru_cache(_NAMES)(self._noun)
        self.unit = lru_cache(_NAMES)(self._unit)
        self._category = category_of(locale)
        self._file_locale = file_locale
        self._category_of_file = category_of(file_locale)
        words = [each.catalogue.milestones for each in self._own]
        self.milestones = Milestones(words, self._category, self.number)

    @property
    def locale(self) -> Locale:
        """Its data in the CLDR."""
        return self._locale

    @property
    def display_name(self) -> str:
        """What it is called in English."""
        return self._locale.get_display_name("en") or self.name

    def plural_samples(self) -> list[tuple[str, str]]:
        """Return each plural category with the first numbers that are of it: `("few", "2, 3, 4, 22")`."""
        found: dict[str, list[str]] = {each: [] for each in self.categories}
        for number in (*range(201), 1_000_000, Decimal("1.5")):
            numbers = found[self._locale.plural_form(number)]
            if len(numbers) < _SAMPLES:
                numbers.append(str(number))
        return [(category, ", ".join(numbers)) for category, numbers in found.items()]

    @property
    def categories(self) -> tuple[str, ...]:
        """Its plural categories, in the order of the CLDR."""
        return categories(self._locale)

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

    def words_of_time(self, unit: str, *, of_file: bool) -> frozenset[str]:
        """Return what a unit of `periods.UNITS` is called, in every plural form: `year`, `years`.

        Args:
            unit: which.
            of_file: in the language of the milestones file, instead of in this one.
        """
        forms = period_forms(self._file_locale if of_file else self._locale, unit).values()
        return frozenset(word for each in forms if (word := each.replace("{number}", "").strip()))

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
        self.lacks(f"texts.{key}")
        raise _unfilled(key, shown)

    def html(self, key: str, count: object = None, **values: object) -> Markup:
        """Return a text likewise as HTML: words and values are escaped, but for values that are `Markup`.

        Raises:
            LookupError: likewise.
        """
        found = self._texts.get(key) or self._found(key)
        if found and (constant := found[0][1].constant) is not None:
            return constant
        shown = self._shown(count, values)
        for name, value in shown.items():
            shown[name] = escape(value)
        for source, entry in found:
            wording = entry if type(entry) is Wording else source.wording(entry, count)
            try:
                return Markup(wording.html % shown)  # noqa: S704 - words and values were escaped
            except KeyError:
                continue
        self.lacks(f"texts.{key}")
        raise _unfilled(key, shown)

    def lacks(self, what: str) -> None:
        """Say that this language has no words for something, and another language's would stand there.

        Raises:
            UntranslatedError: a message is to be in one language (`templates.missing: whole`).
        """
        if self._whole:
            raise UntranslatedError(what)

    def of_file(self, forms: Mapping[str, str], counts: Counts) -> str:
        """Return a phrase of the milestones file by the plural rule of its language, with numbers as in this one."""
        entry = entry_of(forms)
        wording = entry.of(self._category_of_file(counts.count)) if isinstance(entry, Plural) else entry
        return filled(wording, counts.shown)

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

    def has_reward(self, name: str) -> bool:
        """Whether this language itself has a name for a reward."""
        return any(name in each.catalogue.rewards for each in self._own)

    def reward(self, name: str) -> str | None:
        """Return the name of a reward in words, also one of the languages that it falls back to.

        Raises:
            UntranslatedError: this language has none, and a message is to be in one language.
        """
        own = (each.catalogue.rewards.get(name) for each in self._own)
        if not any(own) and not self.is_english:
            self.lacks(f"rewards.{name}")
        found = (each.catalogue.rewards.get(name) for each in self._sources)
        return next((each.source for each in found if each), None)

    def _found(self, key: str) -> tuple[tuple[Source, Entry], ...]:
        found = self._texts.get(key)
        if found is None:
            sources = self._own if self._whole else self._sources
            pairs = ((each, each.catalogue.texts.get(key)) for each in sources)
            found = tuple((source, entry) for source, entry in pairs if entry is not None)
            if found:
                self._texts[key] = found
        return found

    def _shown(self, count: object, values: dict[str, object]) -> dict[str, str]:
        """The values as text, in their own map. This runs thirty times for a message, nearly always with strings."""
        shown = cast("dict[str, str]", values)
        for name, value in values.items():
            if not isinstance(value, str):
                shown[name] = self._written(value)
        if count is not None and "count" not in shown:
            shown["count"] = self._written(count)
        if self.direction == "rtl":
            for name, text in shown.items():
                shown[name] = isolated(text)
        return shown

    def _written(self, value: object) -> str:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return self.number(f"{value:f}" if isinstance(value, Decimal) else str(value))
        return str(getattr(value, "number", value))


def _unfilled(key: str, given: Collection[str]) -> LookupError:
    return LookupError(f"no catalogue has a text '{key}' that can be filled with what is given: {sorted(given)}")
