"""One string of a catalogue: text with `{placeholder}`s, or a map of such texts by plural category."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from markupsafe import escape

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
OTHER = "other"
"""The category that every language has."""


@dataclass(frozen=True)
class Wording:
    """A text, taken apart once: rendering is joining."""

    source: str

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """The names that it wants filled in."""
        return frozenset(_PLACEHOLDER.findall(self.source))

    @cached_property
    def stray(self) -> bool:
        """Whether there is a brace that belongs to no placeholder."""
        return bool(set(_PLACEHOLDER.sub("", self.source)) & {"{", "}"})

    def filled(self, values: Mapping[str, str], *, escaped: bool = False) -> str:
        """Return the text with its placeholders filled; `escaped` takes the text between them as HTML.

        Raises:
            KeyError: one of them has no value.
        """
        pieces = self._escaped if escaped else self._pieces
        return "".join([values[each] if index % 2 else each for index, each in enumerate(pieces)])

    @cached_property
    def _pieces(self) -> list[str]:
        """Text and names by turns: `re.split` puts what the group matched between."""
        return _PLACEHOLDER.split(self.source)

    @cached_property
    def _escaped(self) -> list[str]:
        return [each if index % 2 else str(escape(each)) for index, each in enumerate(self._pieces)]


@dataclass(frozen=True, slots=True)
class Plural:
    """Texts by plural category (CLDR): zero, one, two, few, many, other."""

    forms: Mapping[str, Wording]

    def of(self, category: str) -> Wording | None:
        """Return the text of a category, `other` where it is missing; None where that is missing too."""
        return self.forms.get(category) or self.forms.get(OTHER)


Entry = Wording | Plural


def wordings(entry: Entry) -> tuple[Wording, ...]:
    """Return every text of an entry."""
    return (entry,) if isinstance(entry, Wording) else tuple(entry.forms.values())
