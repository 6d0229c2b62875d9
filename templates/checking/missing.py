"""What the catalogues lack for a milestones file, and what they have that the file does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schemas.milestones.document import Document
from schemas.milestones.expand import expand
from schemas.milestones.spelling import nearest
from templates.checking.needed import Needed, link_texts, needed
from templates.languages.adding import key_of
from templates.languages.catalogue import Catalogue
from templates.languages.language import Language
from templates.languages.languages import FOLDER, Languages
from templates.mistake import Mistake

_NAMED = 3
"""Texts that a summary names."""
_EACH = 10
"""As many are said one by one, each with what to paste; more would be a wall, and are one line for their file."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """How far the words of a language are written. `file` is its catalogue, which may not be there."""

    language: str
    file: Path
    texts: int
    lacking: tuple[Needed, ...]

    @property
    def words(self) -> str:
        """`112 of 140 texts missing: texts.person.greeting, texts.lead.first, rewards.free_month and 109 more`."""
        names = [".".join(each.path) for each in self.lacking]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        return f"{len(names)} of {self.texts} texts missing: {', '.join(names[:_NAMED])}{more}"


def completeness(languages: Languages, document: Document, folder: Path | None) -> list[Completeness]:
    """Return how far each language is, the first of the installation too; one that needs nothing of its own aside."""
    found = []
    for language in languages:
        if needs := needed(language, languages, document):
            lacking = tuple(each for each in needs if not each.there)
            found.append(Completeness(language.name, _file_of(language, languages, folder), len(needs), lacking))
    return found


def missing(languages: Languages, document: Document, folder: Path | None) -> list[Mistake]:
    """Return a mistake for each string that a language lacks, and for each name in a catalogue that the file lacks."""
    found: list[Mistake] = []
    for language in languages:
        own, file = languages.own.get(language.name), _file_of(language, languages, folder)
        found += [_mistake(each, own, file) for each in needed(language, languages, document) if not each.there]
    return sorted({*found, *unknown(languages, document)})


def summarised(languages: Languages, document: Document, folder: Path | None) -> list[Mistake]:
    """Return likewise, with one mistake for all that a language lacks where that is more than a few."""
    found = [*unknown(languages, document)]
    for each in completeness(languages, document, folder):
        own = languages.own.get(each.language)
        if len(each.lacking) <= _EACH:
            found += [_mistake(need, own, each.file) for need in each.lacking]
        else:
            written = own is not None and all(need.path in own.lines for need in each.lacking)
            add = f"`cairn languages add {each.language}` writes them there, to be filled in"
            found.append(Mistake(str(each.file), 1, each.words, "fill them in there" if written else add))
    return sorted(set(found))


def unknown(languages: Languages, document: Document) -> Iterator[Mistake]:
    """Yield a mistake for each name that is in a catalogue and not in the file: nobody would ever see those words."""
    for catalogue in languages.own.values():
        yield from _unknown(catalogue, document)


def _file_of(language: Language, languages: Languages, folder: Path | None) -> Path:
    own = languages.own.get(language.name)
    return own.file if own else (folder or Path()) / FOLDER / f"{language.name}.yaml"


def _mistake(need: Needed, own: Catalogue | None, file: Path) -> Mistake:
    """Point to the nearest place that is there, and give what is to be pasted below it."""
    lines, path = own.lines if own else {}, need.path
    there = next((n for n in range(len(path) - 1, 0, -1) if path[:n] in lines), 0)
    *above, last = (key_of(each) for each in path[there:])
    paste = f"{last}: {need.paste}"
    for key in reversed(above):
        paste = f"{key}: {{{paste}}}"
    line = lines.get(path) or lines.get(path[:there], 1)
    name = ".".join(path)
    where = f"below {'.'.join(path[:there])} write" if there else "write"
    return Mistake(str(file), line, f"{name} is missing", f"{where}, translated:  {paste}")


def _unknown(catalogue: Catalogue, document: Document) -> Iterator[Mistake]:
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
        texts = link_texts(owners[name]) if name in owners else []
        for source in words.links:
            if name in owners and source not in texts:
                what = f"no link of {name} has the text '{source}'"
                hint = nearest(source, texts) or "write the text of the milestones file, word for word"
                yield Mistake(str(catalogue.file), catalogue.line("milestones", name, "links", source), what, hint)
