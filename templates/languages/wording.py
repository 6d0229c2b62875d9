"""One string of a catalogue: text with `{placeholder}`s, or a map of such texts by plural category."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from markupsafe import Markup, escape

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
OTHER = "other"
"""The category that every language has."""


@dataclass(frozen=True)
class Wording:
    """A text, taken apart once."""

    source: str

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """The names that it wants filled in."""
        return frozenset(_PLACEHOLDER.findall(self.source))

    @cached_property
    def stray(self) -> bool:
        """Whether there is a brace that belongs to no placeholder."""
        return bool(set(_PLACEHOLDER.sub("", self.source)) & {"{", "}"})

    @cached_property
    def plain(self) -> str:
        """The text for the operator `%`, the fastest way to fill it with a map of strings."""
        return self._percent(str)

    @cached_property
    def html(self) -> str:
        """Likewise, with what stands between the placeholders escaped."""
        return self._percent(lambda text: str(escape(text)))

    @cached_property
    def constant(self) -> Markup | None:
        """The whole text as HTML; None where something is to be filled in."""
        return None if self.placeholders else escape(self.source)

    def _percent(self, change: Callable[[str], str]) -> str:
        """Text and names by turns: `re.split` puts what the group matched between."""
        pieces = enumerate(_PLACEHOLDER.split(self.source))
        return "".join(f"%({each})s" if index % 2 else change(each).replace("%", "%%") for index, each in pieces)


@dataclass(frozen=True, slots=True)
class Plural:
    """Texts by plural category (CLDR): zero, one, two, few, many, other."""

    forms: Mapping[str, Wording]
    constant: ClassVar[None] = None
    """Which text it is depends on a number."""

    def of(self, category: str) -> Wording:
        """Return the text of a category, `other` where it is missing; that one always is there."""
        return self.forms.get(category) or self.forms[OTHER]


Entry = Wording | Plural


def wordings(entry: Entry) -> tuple[Wording, ...]:
    """Return every text of an entry."""
    return (entry,) if isinstance(entry, Wording) else tuple(entry.forms.values())


def placeholders(entry: Entry) -> set[str]:
    """Return the names that the texts of an entry want filled in."""
    return {name for wording in wordings(entry) for name in wording.placeholders}
