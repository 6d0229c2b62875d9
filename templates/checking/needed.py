"""The texts that a language needs for a milestones file, and whether it has them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from schemas.milestones.condition import AllOf
from schemas.milestones.document import Document, MilestoneEntry
from schemas.milestones.expand import Milestone, expand
from schemas.milestones.metric import Kind
from schemas.milestones.phrase import Phrase
from templates.languages.language import Language
from templates.languages.languages import Languages
from templates.languages.money import currencies
from templates.languages.periods import unit_of_time
from templates.languages.tags import chain
from templates.languages.wording import Entry, Plural

_TRANSLATION = '"…"'


@dataclass(frozen=True, slots=True)
class Needed:
    """A text of a catalogue.

    - `path`: its keys: `("milestones", "yearly", "means")`.
    - `source`: what is to be translated, for who does it.
    - `forms`: the plural categories of the language, where it has a text for each; else none.
    - `paste`: what a value to translate looks like, as YAML in one line.
    - `there`: whether the language has it.
    """

    path: tuple[str, ...]
    source: str
    forms: tuple[str, ...]
    paste: str
    there: bool


def needed(language: Language, languages: Languages, document: Document) -> list[Needed]:
    """Return every text that a language of an installation needs, in the order of a catalogue.

    The first language has what the file says. Ids, names of metrics and of rewards are English, so every other language
    needs words for them, the first one too. A region needs none where its language is spoken, which is asked for all.
    """
    if {*chain(language.name)[1:]} & {*languages.names}:
        return []
    live = [each for each in expand(document) if each.entry.status != "retired"]
    needs = _Needs(language)
    found = [*needs.texts(languages)]
    found += () if language.is_english else needs.nouns(live, document)
    found += () if language.is_english else needs.rewards(live)
    found += () if language.is_default else needs.of_entries(live)
    found += () if language.is_english else needs.composites(live)
    return [*{each.path: each for each in found}.values()]


class _Needs:
    """What one language needs."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def texts(self, languages: Languages) -> Iterator[Needed]:
        """The words of Cairn itself."""
        for key, entry in languages.english.texts.items():
            yield self._of_entry(("texts", key), entry, there=self._language.has(key))

    def nouns(self, milestones: Iterable[Milestone], document: Document) -> Iterator[Needed]:
        """Nouns of metrics and units."""
        for each in milestones:
            metric = document.metrics.get(each.metric) if each.metric else None
            if metric is None or metric.kind is Kind.STREAK or metric.unit in currencies():
                continue
            if metric.unit is None:
                noun = self._language.noun(each.metric or "")
                there = bool(noun.name) or noun.counted is not None
                yield self._forms(("metrics", each.metric or ""), (each.metric or "").replace("_", " "), there=there)
            elif unit_of_time(metric.unit) is None:
                said = self._language.is_default and metric.unit_phrase is not None and metric.unit_phrase.by_category
                there = said or self._language.unit(metric.unit) is not None
                yield self._forms(("units", metric.unit), metric.unit, there=there)

    def rewards(self, milestones: Iterable[Milestone]) -> Iterator[Needed]:
        """Names of rewards."""
        for each in milestones:
            if name := each.entry.reward:
                there = self._language.has_reward(name)
                yield Needed(("rewards", name), name.replace("_", " "), (), _TRANSLATION, there)

    def of_entries(self, milestones: Iterable[Milestone]) -> Iterator[Needed]:
        """The words that the file itself has: titles, meanings and links. What all rungs lack is said once."""
        by_entry: dict[str, list[Milestone]] = {}
        for each in milestones:
            by_entry.setdefault(each.entry.id, []).append(each)
        for entry_id, rungs in by_entry.items():
            entry, words = rungs[0].entry, self._language.milestones
            phrases: Mapping[str, Phrase | None] = {"title": entry.title, "means": entry.means}
            for key, phrase in phrases.items():
                if phrase is not None:
                    has = words.title if key == "title" else words.means
                    lack = [each.id for each in rungs if has(each.id) is None]
                    for name, there in _shortly(lack, rungs, entry_id):
                        yield self._of_phrase(("milestones", name, key), phrase, there=there)
            for text in link_texts(entry):
                lack = [each.id for each in rungs if words.link(each.id, text) is None]
                for name, there in _shortly(lack, rungs, entry_id):
                    yield Needed(("milestones", name, "links", text), text, (), _TRANSLATION, there)

    def composites(self, milestones: Iterable[Milestone]) -> Iterator[Needed]:
        """Titles of what has no number."""
        for each in milestones:
            if isinstance(each.condition, AllOf) and not (each.entry.title and not self._language.is_default):
                there = self._language.milestones.title(each.id) is not None or (
                    self._language.is_default and each.entry.title is not None
                )
                yield Needed(("milestones", each.id, "title"), each.id.replace("-", " "), (), _TRANSLATION, there)

    def _of_entry(self, path: tuple[str, ...], entry: Entry, *, there: bool) -> Needed:
        if not isinstance(entry, Plural):
            return Needed(path, entry.source, (), _quoted(entry.source), there)
        forms = {each: entry.of(each).source for each in self._language.categories}
        source = " / ".join(dict.fromkeys(each.source for each in entry.forms.values()))
        return Needed(path, source, tuple(forms), _map(forms), there)

    def _of_phrase(self, path: tuple[str, ...], phrase: Phrase, *, there: bool) -> Needed:
        if not phrase.by_category:
            return Needed(path, phrase.other, (), _quoted(phrase.other), there)
        said = dict(phrase.forms)
        forms = {each: said.get(each, phrase.other) for each in self._language.categories}
        return Needed(path, " / ".join(said.values()), tuple(forms), _map(forms), there)

    def _forms(self, path: tuple[str, ...], source: str, *, there: bool) -> Needed:
        categories = self._language.categories
        paste = "{" + ", ".join(f"{each}: {_TRANSLATION}" for each in categories) + "}"
        return Needed(path, source, categories, paste, there)


def link_texts(entry: MilestoneEntry) -> list[str]:
    """Return the texts of a milestone's links, each once."""
    action = entry.call_to_action
    actions = (action, *action.variants) if action else ()
    return list(dict.fromkeys(each.text for each in (*actions, *entry.resources)))


def _shortly(lack: list[str], rungs: list[Milestone], entry_id: str) -> list[tuple[str, bool]]:
    """Ids of what is needed, and whether it is there: the ladder's where all of its rungs are alike."""
    if not lack:
        return [(entry_id, True)]
    return [(entry_id, False)] if len(lack) == len(rungs) else [(each, False) for each in lack]


def _map(forms: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{each}: {_quoted(text)}" for each, text in forms.items()) + "}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
