"""The words of milestones in one language itself, without those that it falls back to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from templates.languages.catalogue import MilestoneWords, rung
from templates.languages.counts import Counts, filled
from templates.languages.wording import Entry, Plural, placeholders

_NUMBER = "number"
"""In the title of a ladder: the number of the rung, as its id has it."""


class Milestones:
    """Finds titles, meanings and links by a milestone's id. A rung of a ladder that has none takes its ladder's."""

    def __init__(
        self,
        catalogues: Sequence[Mapping[str, MilestoneWords]],
        category: Callable[[Decimal], str],
        number: Callable[[str], str],
    ) -> None:
        """Take the words by id, the nearest catalogue first, and how the language counts and writes numbers."""
        self._catalogues = tuple(each for each in catalogues if each)
        self._category, self._number = category, number

    def title(self, milestone: str, counts: Counts | None = None) -> str | None:
        """Return the title; a ladder's has the number of the rung."""
        for name, number in self._ids(milestone):
            for words in self._words(name):
                if words.title is not None:
                    return self._titled(words.title, number, counts)
        return None

    def means(self, milestone: str, counts: Counts | None = None) -> str | None:
        """Return what it means."""
        found = self.means_entry(milestone)
        return None if found is None else self._chosen(found, counts, {})

    def means_entry(self, milestone: str) -> Entry | None:
        """Return what it means, before a form of it is chosen and filled."""
        found = (words.means for name, _ in self._ids(milestone) for words in self._words(name))
        return next((each for each in found if each is not None), None)

    def link(self, milestone: str, text: str) -> str | None:
        """Return the translation of a link's text."""
        found = (words.links.get(text) for name, _ in self._ids(milestone) for words in self._words(name))
        return next((each for each in found if each), None)

    def _titled(self, title: Entry, number: str, counts: Counts | None) -> str:
        shown = self._number(number) if number else ""
        # The rung's number is the count, also where none is given.
        given = counts or (Counts(Decimal(number), {"count": shown, "threshold": shown}) if number else None)
        text = self._chosen(title, given, {_NUMBER: shown}).strip()
        return text if placeholders(title) else f"{text} {shown}".strip()

    def _chosen(self, entry: Entry, counts: Counts | None, more: Mapping[str, str]) -> str:
        count = counts.count if counts else Decimal(0)
        wording = entry.of(self._category(count)) if isinstance(entry, Plural) else entry
        return filled(wording, {**(counts.shown if counts else {}), **more})

    def _ids(self, milestone: str) -> list[tuple[str, str]]:
        """The milestone itself, then the ladder that it may be a rung of, with the number."""
        if not self._catalogues:
            return []
        found = rung(milestone)
        return [(milestone, ""), found] if found else [(milestone, "")]

    def _words(self, name: str) -> Iterator[MilestoneWords]:
        return (words for each in self._catalogues if (words := each.get(name)))
