"""The words of the milestones file in a message; which form of them is said is chosen where it is rendered."""

from __future__ import annotations

from schemas.delivery import Forms
from schemas.milestones.document import Document
from schemas.milestones.expand import expand
from schemas.milestones.phrase import Phrase, has_placeholder
from stream.core.celebration.subject import Subject

_ONE = "one"


class FileWords:
    """The titles and units of the whole file, for a message tells of other milestones too. Made once for a file."""

    __slots__ = ("_titles", "_units")

    def __init__(self, document: Document) -> None:
        self._titles = {each.id: _forms(each.entry.title) for each in expand(document) if each.entry.title}
        units = (metric.unit_phrase for metric in document.metrics.values())
        self._units = {unit.other: _forms(unit) for unit in units if unit and unit.by_category}

    def titles(self, *milestones: str) -> dict[str, Forms]:
        """Return the titles of some milestones, as far as the file has them."""
        return {each: self._titles[each] for each in milestones if each in self._titles}

    def units(self, *units: str | None) -> dict[str, Forms]:
        """Return the plural forms of some units, as far as the file has them."""
        return {each: self._units[each] for each in units if each in self._units}

    def inflects(self, unit: str | None) -> bool:
        """Whether the file has plural forms of a unit."""
        return unit in self._units


class Means:
    """What the number of one entry means."""

    __slots__ = ("_phrase", "forms")

    def __init__(self, phrase: Phrase | None) -> None:
        self._phrase = phrase
        self.forms: Forms | None = _forms(phrase) if phrase and _varies(phrase) else None
        """By plural category, where numbers are to be filled in or a form chosen."""

    def text(self, subject: Subject) -> str | None:
        """Return what the number means, ready to be shown.

        Who renders it chooses and fills anew (`forms`). This is for dispatchers of a release before that: one is
        told from many, and numbers are plain digits.
        """
        if self._phrase is None or self.forms is None:
            return self._phrase.other if self._phrase else None
        text = self.forms.get(_ONE, self._phrase.other) if subject.threshold == 1 else self._phrase.other
        numbers = {
            "count": subject.threshold,
            "occurrence": subject.occurrence,
            "threshold": subject.threshold,
            "value": subject.value,
        }
        for name, number in numbers.items():
            text = text.replace(f"{{{name}}}", str(number) if isinstance(number, int) else f"{number:f}")
        return text


def _varies(phrase: Phrase) -> bool:
    return phrase.by_category or has_placeholder(phrase.other)


def _forms(phrase: Phrase) -> Forms:
    return dict(phrase.forms)
