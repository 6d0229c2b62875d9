"""A text of the file that may hold numbers, and may have a form for each plural category of the product's language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from schemas.clean import clean
from schemas.milestones.mistakes import MalformedError, malformed, shown, written
from schemas.milestones.problem import Mistake
from schemas.milestones.spelling import listed, nearest

CATEGORIES = ("zero", "one", "two", "few", "many", "other")
"""Plural categories of the Unicode CLDR (UTS 35, part 3, language plural rules); every language has `other`."""
OTHER = "other"
PLACEHOLDERS = ("count", "occurrence", "threshold", "value")
"""What may be filled into `title` and `means`.

- `count`: the number reached, which also chooses the plural form: documents, years, members of a composite.
- `occurrence`: how many times it was reached, of what comes again and again.
- `threshold`: the number reached as it is written, a currency with its sign.
- `value`: the contact's own number, likewise.
"""
_LONGEST, _UNIT = 500, 32
"""Characters of a text, and of what a number is in."""
_BRACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{[^{}]*\}|[{}]")
_ALLOWED = re.compile(r"\{(?:" + "|".join(PLACEHOLDERS) + r")\}")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Text by plural category, in the order of `CATEGORIES`; a text without categories is `other` alone."""

    forms: tuple[tuple[str, str], ...]
    by_category: bool = False
    """Whether the file has a mapping there."""

    @property
    def other(self) -> str:
        """The text of the category `other`, which is always there."""
        return dict(self.forms)[OTHER]

    def __str__(self) -> str:
        return self.other

    def texts(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield each text with its path below the phrase."""
        yield from (((category,) if self.by_category else (), text) for category, text in self.forms)

    def plain(self) -> str | dict[str, str]:
        """Return it as the file writes it."""
        return dict(self.forms) if self.by_category else self.other


def refused(text: str, allowed: tuple[str, ...] = PLACEHOLDERS) -> str | None:
    """Return the first thing in braces that nothing fills, as it stands there: `{name}`, `{{ value }}`, `{`."""
    return next((found for found in _BRACES.findall(text) if found[1:-1] not in allowed), None)


def has_placeholder(text: str) -> bool:
    """Whether one of `PLACEHOLDERS` stands in a text."""
    return _ALLOWED.search(text) is not None


def _reader(name: str, longest: int) -> Any:
    def read(raw: object) -> Phrase:
        if isinstance(raw, Phrase):
            return raw
        if isinstance(raw, Mapping):
            return _read_forms(name, raw, longest)
        return Phrase(((OTHER, _read_text(name, raw, longest)),))

    return read


def _read_forms(name: str, raw: Mapping[Any, Any], longest: int) -> Phrase:
    found: list[Mistake] = []
    forms: dict[str, str] = {}
    for key, text in raw.items():
        if key not in CATEGORIES:
            hint = nearest(key, CATEGORIES) or f"plural categories are {listed(CATEGORIES)}"
            found.append(Mistake((str(key), "[key]"), f"'{key}' is no plural category", hint))
            continue
        try:
            forms[key] = _read_text(name, text, longest)
        except MalformedError as error:
            found += [Mistake((key,), each.message, each.hint) for each in error.mistakes]
    if OTHER not in raw:
        found.append(Mistake((), f"'{name}' has no form 'other'", f'add other: "{_EXAMPLES.get(name, "…")}"'))
    if found:
        raise MalformedError(*found)
    return Phrase(tuple((each, forms[each]) for each in CATEGORIES if each in forms), by_category=True)


def _read_text(name: str, raw: object, longest: int) -> str:
    if not isinstance(raw, str):
        quoted = isinstance(raw, bool | int)
        raise malformed(
            f"'{name}' must be text, not {shown(raw)}", f'write "{shown(raw)}" in quotes for the text' if quoted else ""
        )
    if not raw:
        raise malformed(f"'{name}' must not be empty")
    if len(raw) > longest:
        raise malformed(f"'{name}' is longer than {longest} characters", "shorten it")
    # One line of what can be seen, as `line.seen` has it: it stands in subjects and in titles of pushes.
    if not (cleaned := clean(raw)):
        raise malformed(f"nothing in '{name}' can be seen", "write some words")
    return cleaned


_EXAMPLES = {"means": "{count} years together.", "title": "{count} years", "unit": "teammates"}


def _schema(longest: int, description: str) -> dict[str, Any]:
    text = {"type": "string", "minLength": 1, "maxLength": longest}
    forms = {
        "type": "object",
        "properties": dict.fromkeys(CATEGORIES, text),
        "required": [OTHER],
        "additionalProperties": False,
    }
    return {"oneOf": [text, forms], "description": description}


def _phrase(name: str, longest: int, description: str) -> tuple[Any, ...]:
    return written(_reader(name, longest), _schema(longest, description), lambda phrase: phrase.plain())


_FILLED = "a text, or one for each plural category; {count}, {occurrence}, {threshold} and {value} are filled"
Means = Annotated[Phrase, *_phrase("means", _LONGEST, f"What the number means to the contact: {_FILLED}")]
Title = Annotated[Phrase, *_phrase("title", 100, f"What the milestone is called: {_FILLED}")]
UnitPhrase = Annotated[
    Phrase, *_phrase("unit", _UNIT, "What the number is in: USD, sheets, or {one: sheet, other: sheets}")
]
