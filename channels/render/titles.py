"""Milestones in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from channels.render.cut import cut
from channels.render.day import day_in
from channels.render.figure import Forms, exact, figure, forms_of
from schemas.clean import clean
from schemas.delivery import Message, Reached
from schemas.milestone_crossed import Number
from templates.context import Past
from templates.languages.counts import Counts
from templates.languages.isolation import isolated
from templates.languages.language import Language

_LONGEST = 100
_TITLES = 4_096
"""Titles kept, about 300 bytes each: milestones x languages of a large installation."""
_COUNTS = 4_096
"""Numbers of milestones kept in words, about 1 kB each: a message has four, most of them of thresholds."""
SHOWN = 5
"""Milestones reached before that a message shows: the newest."""


class Rung(NamedTuple):
    """What a title may be made of, where nobody wrote one: the threshold, what it is in, the metric and the kind."""

    number: Number
    unit: str | None
    metric: str | None
    kind: str
    forms: Forms = ()


def counts_of(rung: Rung, occurrence: int, value: Number, language: Language) -> Counts:
    """Return the numbers that titles and meanings may name.

    Raises:
        RenderError: a number is too long.
    """
    # By their digits: to Python 5 and 5.00 are the same.
    return _counts(
        exact(rung.number), rung.unit, rung.metric, rung.kind, rung.forms, occurrence, exact(value), language
    )


@lru_cache(_COUNTS)
def _counts(
    digits: str,
    unit: str | None,
    metric: str | None,
    kind: str,
    forms: Forms,
    occurrence: int,
    value: str,
    language: Language,
) -> Counts:
    count = Decimal(digits)
    threshold = figure(count, unit, metric, kind=kind, language=language, forms=forms)
    own = figure(Decimal(value), unit, metric, kind=kind, language=language, forms=forms)
    shown = {
        "count": language.number(digits),
        "occurrence": language.number(str(occurrence)),
        "threshold": threshold.number,
        "value": own.number,
    }
    if language.direction == "rtl":
        shown = {name: isolated(text) for name, text in shown.items()}
    return Counts(count, MappingProxyType(shown))


def title_of(
    milestone: str, rung: Rung, counts: Counts, titles: Mapping[str, Mapping[str, str]], language: Language
) -> str:
    """Return the title of a milestone: that of the language's catalogue, else that of the milestones file.

    Without one a rung that is named after its metric has its number with the noun (`documents-1000` is `1,000
    documents`). For others English and the language of the milestones file have the id in words (`revenue-10k` is
    `Revenue 10k`), the rest the number with its noun, where there is one.

    Raises:
        RenderError: the number is too long.
        UntranslatedError: the title would be of another language, and a message is to be in one.
    """
    of_file = titles.get(milestone)
    if (of_file is None or not language.is_default) and (given := language.milestones.title(milestone, counts)):
        return cut(clean(given), _LONGEST)
    if of_file is not None:
        if not language.is_default:
            language.lacks(f"milestones.{milestone}.title")
        return cut(clean(language.of_file(of_file, counts)), _LONGEST)
    return _generated(milestone, exact(rung.number), rung, language)


@lru_cache(_TITLES)
def _generated(milestone: str, digits: str, rung: Rung, language: Language) -> str:
    says_number = rung.metric is not None and milestone == f"{rung.metric}-{digits}"
    if says_number or (not (language.is_english or language.is_default) and rung.kind != "all_of"):
        said = figure(Decimal(digits), rung.unit, rung.metric, kind=rung.kind, language=language, forms=rung.forms)
        if said.phrase != said.number or rung.unit:
            return cut(said.phrase, _LONGEST)
    if not (language.is_english or language.is_default):
        language.lacks(f"milestones.{milestone}.title")
    # An id is English: in another script's digits its number would be the only word of its language.
    words = [
        language.number(each) if language.is_english and each.isdecimal() and each.isascii() else each
        for each in milestone.split("-")
    ]
    title = cut(clean(" ".join(words).replace("_", " ")), _LONGEST)
    return title[:1].upper() + title[1:]


def past(reached: Reached, message: Message, zone: tzinfo, language: Language) -> Past:
    """Return a milestone reached before; one that comes again and again is told apart by its number.

    One whose day nobody knows has none.

    Raises:
        RenderError: its number or its time is not of its form.
        UntranslatedError: likewise.
    """
    number = reached.value if reached.threshold is None else reached.threshold
    forms = forms_of(message.units, reached.unit)
    rung = Rung(number, reached.unit, reached.metric, reached.kind or "count", forms)
    counts = counts_of(rung, reached.occurrence, reached.value, language)
    title = title_of(reached.milestone, rung, counts, message.titles, language)
    if reached.occurrence > 1:
        said = figure(number, rung.unit, rung.metric, kind=rung.kind, language=language, forms=forms).phrase
        # A title with numbers of its own tells the times apart itself.
        known = title == said or any(each in title for each in (counts.shown["count"], counts.shown["threshold"]))
        title = title if known else language.text("email.labelled", label=title, content=said)
    day = day_in(reached.occurred_at, zone)  # read in any case: a moment of no form is a fault of the delivery
    return Past(title=title, on="" if reached.is_dated is False else language.date(day))
