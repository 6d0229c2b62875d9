"""The shipped catalogues are set as their languages are."""

from __future__ import annotations

import pytest

from templates.languages.languages import load, shipped
from templates.languages.source import Source
from templates.languages.wording import Entry, wordings
from tests.templates.languages.typography import mistakes

SPOKEN = load(shipped(), None)


def _source(name: str) -> Source:
    return SPOKEN.pick(name)._sources[0]


def _texts(name: str) -> list[str]:
    """Every string of a catalogue, with a word in each hole."""
    catalogue = _source(name).catalogue
    entries: list[Entry] = [*catalogue.texts.values()]
    entries += [noun.counted for noun in catalogue.metrics.values() if noun.counted]
    filled = [each.plain % dict.fromkeys(each.placeholders, "X") for entry in entries for each in wordings(entry)]
    return filled + [noun.name for noun in catalogue.metrics.values()]


@pytest.mark.parametrize("name", shipped())
def test_every_string(name: str) -> None:
    """No stray space, no straight quotation mark, and the marks of the language in their places."""
    assert [wrong for text in _texts(name) for wrong in mistakes(text, name)] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("en", "It is yours ."),
        ("en", "It's yours."),
        ("fr", "Vous y \u00eates\u00a0!"),
        ("fr", "Vous y \u00eates: 7"),
        ("pl", 'Cel "dziesi\u0119\u0107"'),
        ("ar", "\u0645\u0631\u062d\u0628\u0627, \u0645\u0631\u062d\u0628\u0627"),
        ("en", "{amount} more"),
        ("en", "7  more"),
    ],
)
def test_what_is_wrong(name: str, text: str) -> None:
    """The rules see it."""
    assert mistakes(text, name)
