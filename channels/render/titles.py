"""Milestones in words."""

from __future__ import annotations

from datetime import tzinfo
from decimal import Decimal
from functools import lru_cache

from channels.render.clean import clean
from channels.render.cut import cut
from channels.render.day import day_in
from channels.render.figure import exact, figure
from schemas.delivery import Reached
from schemas.milestone_crossed import Number
from templates.context import Past
from templates.languages.language import Language

_LONGEST = 100
_TITLES = 4_096
"""Titles kept, about 300 bytes each: milestones x languages of a large installation."""
SHOWN = 5
"""Milestones reached before that a message shows: the newest."""


def title_of(
    milestone: str, number: Number, unit: str | None, metric: str | None, *, kind: str, language: Language
) -> str:
    """Return the title of a milestone: that of the language's catalogue.

    Without one a rung that is named after its metric has its number with the noun (`documents-1000` is `1,000
    documents`). For others English and the language of the milestones file have the id in words (`revenue-10k` is
    `Revenue 10k`), the rest the number with its noun, where there is one.

    Raises:
        RenderError: the number is too long.
    """
    return _title(milestone, exact(number), unit, metric, kind, language)


@lru_cache(_TITLES)
def _title(milestone: str, digits: str, unit: str | None, metric: str | None, kind: str, language: Language) -> str:
    if given := language.milestones.title(milestone):
        return cut(given, _LONGEST)
    says_number = metric is not None and milestone == f"{metric}-{digits}"
    if says_number or (not (language.is_english or language.is_default) and kind != "all_of"):
        said = figure(Decimal(digits), unit, metric, kind=kind, language=language)
        if said.phrase != said.number or unit:
            return cut(said.phrase, _LONGEST)
    # An id is English: in another script's digits its number would be the only word of its language.
    words = [
        language.number(each) if language.is_english and each.isdecimal() and each.isascii() else each
        for each in milestone.split("-")
    ]
    title = cut(clean(" ".join(words).replace("_", " ")), _LONGEST)
    return title[:1].upper() + title[1:]


def past(reached: Reached, zone: tzinfo, language: Language) -> Past:
    """Return a milestone reached before; one that comes again and again is told apart by its number.

    Raises:
        RenderError: its number or its time is not of its form.
    """
    kind = reached.kind or "count"
    number = reached.value if reached.threshold is None else reached.threshold
    title = title_of(reached.milestone, number, reached.unit, reached.metric, kind=kind, language=language)
    if reached.occurrence > 1:
        said = figure(number, reached.unit, reached.metric, kind=kind, language=language).phrase
        title = title if title == said else language.text("email.labelled", label=title, content=said)
    return Past(title=title, on=language.date(day_in(reached.occurred_at, zone)))
