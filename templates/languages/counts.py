"""The numbers of a milestone, ready to be filled into its title and its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from templates.languages.wording import Entry, Plural, Wording

_FORMS = 4_096
"""Phrases kept, about 1 kB each: those of a large milestones file."""


@dataclass(frozen=True, slots=True)
class Counts:
    """`count` chooses the plural form; `shown` has each of `schemas.milestones.phrase.PLACEHOLDERS` as text."""

    count: Decimal
    shown: Mapping[str, str]


def filled(wording: Wording, shown: Mapping[str, str]) -> str:
    """Return a text with its placeholders filled; what is no known placeholder stays as it stands there.

    Catalogues and the file are checked, so only rules that an earlier release put into force can hold one.
    """
    if wording.placeholders <= shown.keys() and not wording.stray:
        return wording.plain % shown
    text = wording.source
    for name, value in shown.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def entry_of(forms: Mapping[str, str]) -> Entry:
    """Return the forms of the milestones file as a catalogue has them."""
    return _entry_of(tuple(forms.items()))


@lru_cache(_FORMS)
def _entry_of(forms: tuple[tuple[str, str], ...]) -> Entry:
    """Taken apart once: the same phrases stand in all messages."""
    if len(forms) == 1:
        return Wording(forms[0][1])
    return Plural({category: Wording(text) for category, text in forms})
