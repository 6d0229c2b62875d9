"""What the catalogues lack for a milestones file: every string, in each language that is spoken."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from schemas.milestones.condition import AllOf
from schemas.milestones.document import Document, MilestoneEntry
from schemas.milestones.expand import Milestone, expand
from schemas.milestones.metric import Kind
from schemas.milestones.spelling import nearest
from templates.languages.catalogue import Catalogue
from templates.languages.language import Language
from templates.languages.languages import FOLDER, Languages
from templates.languages.money import currencies
from templates.languages.periods import unit_of_time
from templates.languages.tags import chain
from templates.languages.wording import Entry, Plural
from templates.mistake import Mistake

_TRANSLATION = '"…"'


def missing(languages: Languages, document: Document, folder: Path | None) -> list[Mistake]:
    """Return a mistake for each string that some language lacks, and for each name in a catalogue that the file lacks.

    The first language has what the file says. Ids, names of metrics and of rewards are English, so every other language
    needs words for them, the first one too.
    """
    found: list[Mistake] = []
    live = [each for each in expand(document) if each.entry.status != "retired"]
    for language in languages:
        if {*chain(language.name)[1:]} & {*languages.names}:
            continue  # what fr-CA lacks it takes from fr, which is asked for everything
        lack = _Lack(language, languages, folder)
        found += lack.texts()
        if not language.is_default:
            found += lack.of_entries(live)
        if not language.is_english:
            found += lack.names(live, document)
    for catalogue in languages.own.values():
        found += _unknown(catalogue, document)
    return sorted(set(found))


class _Lack:
    """What one language lacks."""

    def __init__(self, language: Language, languages: Languages, folder: Path | None) -> None:
        self._language, self._english = language, languages.english
        self._own = languages.own.get(language.name)
        self._file = self._own.file if self._own else (folder or Path()) / FOLDER / f"{language.name}.yaml"

    def texts(self) -> Iterator[Mistake]:
        """The words of Cairn itself."""
        for key, entry in self._english.texts.items():
            if not self._language.has(key):
                yield self._mistake(("texts", key), _yaml(entry, self._language))

    def of_entries(self, milestones: Iterable[Milestone]) -> Iterator[Mistake]:
        """The words that the file itself has: meanings and links. What all rungs of a ladder lack is said once."""
        by_entry: dict[str, list[Milestone]] = {}
        for each in milestones:
            by_entry.setdefault(each.entry.id, []).append(each)
        for entry_id, rungs in by_entry.items():
            entry = rungs[0].entry
            if entry.means:
                lack = [each.id for each in rungs if self._language.milestones.means(each.id) is None]
                for name in _shortly(lack, rungs, entry_id):
                    yield self._mistake(("milestones", name, "means"), json.dumps(entry.means, ensure_ascii=False))
            for text in _link_texts(entry):
                lack = [each.id for each in rungs if self._language.milestones.link(each.id, text) is None]
                for name in _shortly(lack, rungs, entry_id):
                    yield self._mistake(("milestones", name, "links", text), _TRANSLATION)

    def names(self, milestones: Iterable[Milestone], document: Document) -> Iterator[Mistake]:
        """Nouns of metrics and units, names of rewards, titles of what has no number."""
        for each in milestones:
            if each.entry.reward and self._language.reward(each.entry.reward) is None:
                yield self._mistake(("rewards", each.entry.reward), _TRANSLATION)
            if isinstance(each.condition, AllOf) and self._language.milestones.title(each.id) is None:
                yield self._mistake(("milestones", each.id, "title"), _TRANSLATION)
            metric = document.metrics.get(each.metric) if each.metric else None
            if metric is None or metric.kind is Kind.STREAK or metric.unit in currencies():
                continue
            if metric.unit is None:
                noun = self._language.noun(each.metric or "")
                if not noun.name and noun.counted is None:
                    yield self._mistake(("metrics", each.metric or ""), self._forms())
            elif unit_of_time(metric.unit) is None and self._language.unit(metric.unit) is None:
                yield self._mistake(("units", metric.unit), self._forms())

    def _forms(self) -> str:
        return "{" + ", ".join(f"{each}: {_TRANSLATION}" for each in self._language.categories) + "}"

    def _mistake(self, path: tuple[str, ...], value: str) -> Mistake:
        """Point to the nearest place that is there, and give what is to be pasted below it."""
        lines = self._own.lines if self._own else {}
        there = next((n for n in range(len(path) - 1, 0, -1) if path[:n] in lines), 0)
        *above, last = (_key(each) for each in path[there:])
        paste = f"{last}: {value}"
        for key in reversed(above):
            paste = f"{key}: {{{paste}}}"
        line = lines.get(path[:there], 1)
        name = ".".join(path)
        where = f"below {'.'.join(path[:there])} write" if there else "write"
        return Mistake(str(self._file), line, f"{name} is missing", f"{where}, translated:  {paste}")


def _shortly(lack: list[str], rungs: list[Milestone], entry_id: str) -> list[str]:
    return [entry_id] if lack and len(lack) == len(rungs) else lack


def _link_texts(entry: MilestoneEntry) -> list[str]:
    action = entry.call_to_action
    actions = (action, *action.variants) if action else ()
    return list(dict.fromkeys(each.text for each in (*actions, *entry.resources)))


def _key(name: str) -> str:
    plain = name.replace("-", "").replace("_", "").replace(".", "")
    return name if plain.isalnum() and plain.isascii() else json.dumps(name, ensure_ascii=False)


def _yaml(entry: Entry, language: Language) -> str:
    """The English text, by the plural forms of the language where it has forms."""
    if isinstance(entry, Plural):
        pairs = (f"{each}: {json.dumps(entry.of(each).source, ensure_ascii=False)}" for each in language.categories)
        return "{" + ", ".join(pairs) + "}"
    return json.dumps(entry.source, ensure_ascii=False)


def _unknown(catalogue: Catalogue, document: Document) -> Iterator[Mistake]:
    """Names that are in a catalogue and not in the file: nobody would ever see those words."""
    entries = {each.id: each for each in document.milestones}
    owners = {each.id: each.entry for each in expand(document)} | entries
    known: dict[str, set[str]] = {
        "milestones": {*owners},
        "metrics": {*document.metrics},
        "units": {each.unit for each in document.metrics.values() if each.unit},
        "rewards": {each.reward for each in entries.values() if each.reward},
    }
    given = {
        "milestones": catalogue.milestones,
        "metrics": catalogue.metrics,
        "units": catalogue.units,
        "rewards": catalogue.rewards,
    }
    for section, names in given.items():
        for name in names:
            if name not in known[section]:
                what = f"the milestones file has no {section.removesuffix('s')} '{name}'"
                hint = nearest(name, known[section]) or "correct the name, or remove it"
                yield Mistake(str(catalogue.file), catalogue.line(section, name), what, hint)
    for name, words in catalogue.milestones.items():
        texts = _link_texts(owners[name]) if name in owners else []
        for source in words.links:
            if name in owners and source not in texts:
                what = f"no link of {name} has the text '{source}'"
                hint = nearest(source, texts) or "write the text of the milestones file, word for word"
                yield Mistake(str(catalogue.file), catalogue.line("milestones", name, "links", source), what, hint)
