"""Reads a catalogue's file: the strings, and every mistake in its form with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from babel import Locale
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from schemas.milestones.phrase import PLACEHOLDERS
from schemas.milestones.spelling import listed, nearest
from templates.languages.catalogue import NAME, Catalogue, MilestoneWords, Noun
from templates.languages.plural import categories
from templates.languages.wording import OTHER, Entry, Plural, Wording
from templates.mistake import Mistake

SECTIONS = ("texts", "metrics", "units", "rewards", "milestones")
_MILESTONE = ("title", "means", "links")
_TITLE = ("number", *PLACEHOLDERS)
_LONGEST = 1_000
"""Characters of one string: twice what a milestones file allows."""


def read(file: Path, tag: str, locale: Locale) -> tuple[Catalogue, list[Mistake]]:
    """Read `languages/TAG.yaml`. What has a mistake is left out of the catalogue, so that the rest can be used."""
    reading = _Reading(file, categories(locale))
    return reading.catalogue(tag, reading.root()), sorted(reading.mistakes)


class _Reading:
    """One file under way."""

    def __init__(self, file: Path, plural: tuple[str, ...]) -> None:
        self._file, self._plural = file, plural
        self._lines: dict[tuple[str, ...], int] = {}
        self._empty: set[tuple[str, ...]] = set()
        self.mistakes: list[Mistake] = []

    def root(self) -> Mapping[str, Any]:
        """The whole file; empty where it cannot be read."""
        try:
            loaded = YAML().load(self._file.read_text(encoding="utf-8-sig"))
        except UnicodeDecodeError as error:
            self._say((), f"it is not UTF-8 text: byte {error.start} does not fit", "save it as UTF-8")
        except OSError as error:
            self._say((), f"it cannot be read: {error.strerror or error}")
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            hint = "quote a text that holds ': ', ' #', or begins with one of {[\"'%@`"
            self.mistakes.append(Mistake(str(self._file), line, f"it is not YAML: {error.problem}", hint))
        except (YAMLError, ValueError) as error:
            self._say((), f"it is not YAML: {error}")
        except RecursionError:
            self._say((), "it is nested too deep", "a catalogue has sections of texts")
        else:
            return {} if loaded is None else self._map((), loaded)
        return {}

    def catalogue(self, tag: str, root: Mapping[str, Any]) -> Catalogue:
        """Make the catalogue of what is sound."""
        for section in root:
            if section not in SECTIONS:
                self._say(
                    (section,), f"there is no section '{section}'", nearest(section, SECTIONS) or listed(SECTIONS)
                )
        return Catalogue(
            tag=tag,
            file=self._file,
            texts=self._entries(root, "texts"),
            metrics={name: noun for name, raw in self._items(root, "metrics") if (noun := self._noun(name, raw))},
            units=self._entries(root, "units", none=True),
            rewards={
                name: Wording(text)
                for name, raw in self._items(root, "rewards")
                if (text := self._text(("rewards", name), raw))
            },
            milestones={name: self._milestone(name, raw) for name, raw in self._items(root, "milestones")},
            empty=frozenset(self._empty),
            lines=self._lines,
        )

    def _entries(self, root: Mapping[str, Any], section: str, *, none: bool = False) -> dict[str, Entry]:
        return {
            name: entry
            for name, raw in self._items(root, section)
            if (entry := self._entry((section, name), raw, allowed=() if none else None))
        }

    def _items(self, root: Mapping[str, Any], section: str) -> Iterator[tuple[str, Any]]:
        raw = root.get(section)
        return iter(self._map((section,), raw).items()) if raw is not None else iter(())

    def _map(self, path: tuple[str, ...], raw: Any) -> Mapping[str, Any]:
        if not isinstance(raw, CommentedMap):
            self._say(path, f"{'.'.join(path) or 'it'} is no map", "write one `key: text` per line")
            return {}
        for key in raw:
            self._lines[(*path, str(key))] = raw.lc.key(key)[0] + 1
        return {str(key): value for key, value in raw.items()}

    def _milestone(self, name: str, raw: Any) -> MilestoneWords:
        path = ("milestones", name)
        given = self._map(path, raw)
        for key in given:
            if key not in _MILESTONE:
                self._say(
                    (*path, key), f"a milestone has no '{key}' here", nearest(key, _MILESTONE) or listed(_MILESTONE)
                )
        links = self._map((*path, "links"), given["links"]) if "links" in given else {}
        return MilestoneWords(
            title=self._entry((*path, "title"), given["title"], allowed=_TITLE) if "title" in given else None,
            means=self._entry((*path, "means"), given["means"], allowed=PLACEHOLDERS) if "means" in given else None,
            links={
                source: text for source, each in links.items() if (text := self._text((*path, "links", source), each))
            },
        )

    def _noun(self, name: str, raw: Any) -> Noun | None:
        path = ("metrics", name)
        if not isinstance(raw, CommentedMap):
            text = self._text(path, raw)
            return Noun(name=text) if text else None
        given = dict(self._map(path, raw))
        alone = self._text((*path, NAME), given.pop(NAME)) if NAME in given else ""
        return Noun(alone, self._plural_of(path, given, ()) if given else None)

    def _entry(self, path: tuple[str, ...], raw: Any, *, allowed: tuple[str, ...] | None) -> Entry | None:
        """A text or a map of them by plural category; with `allowed`, only with these placeholders."""
        if isinstance(raw, CommentedMap):
            return self._plural_of(path, dict(self._map(path, raw)), allowed)
        text = self._text(path, raw, allowed=allowed)
        return Wording(text) if text else None

    def _plural_of(
        self, path: tuple[str, ...], given: dict[str, Any], allowed: tuple[str, ...] | None
    ) -> Plural | None:
        for key in given:
            if key not in self._plural:
                hint = nearest(key, self._plural) or f"this language has {', '.join(self._plural)}"
                self._say((*path, key), f"'{key}' is no plural form of this language", hint)
        missing = [each for each in self._plural if each not in given]
        if missing:
            every = ", ".join(self._plural)
            self._say(path, f"{'.'.join(path)} lacks the plural form {listed(missing)}", f"this language has {every}")
        forms = {
            key: Wording(text)
            for key, raw in given.items()
            if key in self._plural and (text := self._text((*path, key), raw, allowed=allowed))
        }
        # One that is half written would say nothing for some numbers: it is missing as long as a form of it is.
        whole = not any((*path, key) in self._empty for key in given)
        return Plural(forms) if OTHER in forms and whole else None

    def _text(self, path: tuple[str, ...], raw: Any, *, allowed: tuple[str, ...] | None = ()) -> str:
        """One string; empty for what is none. `allowed` None leaves the placeholders to who knows the key."""
        name = ".".join(path)
        if isinstance(raw, str) and not raw.strip():
            # As `cairn languages add` leaves it: not written yet, which is missing and no mistake.
            self._empty.add(path)
            return ""
        if not isinstance(raw, str):
            self._say(path, f"{name} is no text", "write the words, quoted where YAML would read something else")
            return ""
        text = " ".join(str(raw).split("\n")).strip()
        if len(text) > _LONGEST:
            self._say(path, f"{name} has {len(text)} characters; {_LONGEST} are allowed", "shorten it")
            return ""
        wording = Wording(text)
        if wording.stray:
            self._say(path, f"{name} has a brace that belongs to no placeholder", "write placeholders as {name}")
            return ""
        if allowed is not None and (unknown := wording.placeholders - {*allowed}):
            self._say(path, f"{name} has {{{min(unknown)}}}, which nothing fills here", _fills(allowed))
            return ""
        return text

    def _say(self, path: tuple[str, ...], message: str, hint: str = "") -> None:
        while path and path not in self._lines:
            path = path[:-1]
        self.mistakes.append(Mistake(str(self._file), self._lines.get(path, 1), message, hint))


def _fills(allowed: tuple[str, ...]) -> str:
    if not allowed:
        return "this text is taken as it is"
    names = ", ".join(f"{{{each}}}" for each in allowed)
    return f"{names} {'is' if len(allowed) == 1 else 'are'} filled"
