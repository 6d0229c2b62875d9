"""Numbers with their units, in wording that is right for any metric and any number."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from channels.render.cut import cut
from channels.render.error import RenderError
from schemas.clean import clean
from schemas.milestone_crossed import Number
from templates.context import Figure
from templates.languages.counts import entry_of
from templates.languages.english import is_plural
from templates.languages.language import Language
from templates.languages.money import currencies
from templates.languages.periods import unit_of_time

_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_UNIT = 64
"""Characters, as a link to share holds."""
_DIGITS = 40
"""Digits before and after the point that a link to share holds too."""
_BEYOND = 10**_DIGITS

_NAMES = 1_024
"""Names of metrics that are remembered in words: more than an installation has."""
_FIGURES = 4_096
"""Figures kept, about 500 bytes each. A message has eight, most of them of thresholds, which others have too."""


def exact(value: Number) -> str:
    """Return the plain digits of a number, `1000.50`.

    Raises:
        RenderError: it has more than 40 digits on a side of its point, or is none.
    """
    if type(value) is int and abs(value) < _BEYOND:
        return str(value)
    number = Decimal(value)
    if not number.is_finite() or number.adjusted() >= _DIGITS or -int(number.as_tuple().exponent) > _DIGITS:
        raise RenderError(f"a number has more than {_DIGITS} digits on a side of its point")
    return f"{number:f}"


@lru_cache(_NAMES)
def in_words(name: str) -> str:
    """Return the name of a metric in words: `team_size` is `team size`."""
    return cut(clean(name.replace("_", " ")), _UNIT)


def noun_of(metric: str, language: Language) -> str:
    """Return the noun of a metric without a number; empty where the language has none. English takes its id."""
    return language.noun(metric).name or (in_words(metric) if language.is_english else "")


Forms = tuple[tuple[str, str], ...]
"""A unit of the milestones file by plural category, in the file's language."""


def forms_of(units: Mapping[str, Mapping[str, str]], unit: str | None) -> Forms:
    """Return the plural forms that a message brings for a unit; none where the file has but a text."""
    return tuple(units.get(unit, {}).items()) if unit else ()


def figure(
    value: Number, unit: str | None, metric: str | None, *, kind: str, language: Language, forms: Forms = ()
) -> Figure:
    """Return a number with its unit.

    A noun stands beside a number only where its form is surely right: one of the language's catalogue, a unit of the
    file by its plural `forms`, a unit of time, in English a unit or a name that is a plural (`1,001 documents`).
    English writes others as `25 in team size`, other languages the number alone.

    Raises:
        RenderError: the number is too long.
        UntranslatedError: the unit has no words in the language, and a message is to be in one.
    """
    return _figure(exact(value), unit, metric, kind, language, forms)


@lru_cache(_FIGURES)
def _figure(digits: str, unit: str | None, metric: str | None, kind: str, language: Language, forms: Forms) -> Figure:
    number = language.number(digits)
    said = cut(clean(unit), _UNIT) if unit else ""
    noun = noun_of(metric, language) if metric else ""
    if said in currencies():
        amount = language.money(digits, said)
        phrase = language.text("figure.money", amount=amount, noun=noun) if noun else amount
        return Figure(number=amount, label=noun, phrase=phrase, exact=digits)
    if kind == "streak" or (metric and "streak" in in_words(metric).split()):
        return _in_a_row(digits, said or period_of(in_words(metric or "")), language)
    if kind == "signed_up":
        phrase, label = _counted(digits, said, None, language) or (number, "")
        if language.is_english and digits.isdigit() and int(digits) < len(_WORDS):
            phrase = f"{_WORDS[int(digits)]} {label}".strip()
        return Figure(number=number, label=label, phrase=phrase, exact=digits)
    counted = _counted(digits, said, metric, language, forms)
    if counted is None:
        if said and not (language.is_default or language.is_english):
            language.lacks(f"units.{said}")
        alone = said or noun
        phrase = language.text("figure.of", number=number, noun=alone) if alone else number
        counted = (phrase, alone)
    phrase, label = counted
    return Figure(number=number, label=label, phrase=phrase, exact=digits)


def _in_a_row(digits: str, unit: str, language: Language) -> Figure:
    number = language.number(digits)
    counted = _counted(digits, unit, None, language) if unit else None
    if counted is None:
        label = language.text("figure.streak_label")
        phrase = language.text("figure.streak", period=number)
    else:
        label = cut(language.text("figure.streak", period=counted[1]), _UNIT)
        phrase = language.text("figure.streak", period=counted[0])
    return Figure(number=number, label=label, phrase=phrase, exact=digits)


@lru_cache(_NAMES)
def one_of(unit: str | None, metric: str | None, language: Language, forms: Forms = ()) -> str:
    """Return the noun of a single thing that is counted, `project`; empty for money, and where no form is sure."""
    if unit in currencies():
        return ""
    counted = _counted("1", cut(clean(unit), _UNIT) if unit else "", metric, language, forms)
    return counted[1] if counted else ""


@lru_cache(_NAMES)
def many_of(unit: str | None, metric: str | None, language: Language) -> str:
    """Return the noun of many things that are counted, `projects`: what the catalogue has, or an English plural."""
    name = "" if unit else language.noun(metric or "").name
    words = cut(clean(unit), _UNIT) if unit else in_words(metric or "")
    return name or (words if language.is_english and is_plural(words) else "")


def _counted(
    digits: str, unit: str, metric: str | None, language: Language, forms: Forms = ()
) -> tuple[str, str] | None:
    """The number with its noun, and the noun; None where no form of it is surely right."""
    entry = language.unit(unit) if unit else language.noun(metric).counted if metric else None
    if entry is None and forms and language.is_default:
        entry = entry_of(dict(forms))
    if entry is not None:
        noun = language.counted(entry, digits)
        return _beside(digits, noun, language)
    if time := unit_of_time(unit):
        return language.period(digits, time)
    if not language.is_english:
        return None
    if unit:
        return None if Decimal(digits) == 1 and is_plural(unit) else _beside(digits, unit, language)
    noun = in_words(metric or "")
    return _beside(digits, noun, language) if Decimal(digits) != 1 and is_plural(noun) else None


def _beside(digits: str, noun: str, language: Language) -> tuple[str, str]:
    phrase = language.text("figure.counted", number=language.number(digits), noun=noun, count=digits)
    return phrase, noun


def period_of(noun: str) -> str:
    """Return what a streak counts, from its metric's name in words: `days`, `weeks` or an empty string.

    The tracker stamps the unit of a streak. This is for a `highest` metric of an app that counts its streaks itself,
    and for crossings from before units were stamped.
    """
    words = noun.split()
    return next(
        (f"{each}s" for each in ("day", "week") for word in words if word in (each, f"{each}s", f"{each}ly")), ""
    )
