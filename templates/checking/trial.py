"""Renders templates with the samples and says where they fail."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Template

from templates.bounded import EndlessError
from templates.chain import DEFAULT, FILES, HEADLINE, KINDS, LEAD, NUDGES, SHARE, TIERS, chain
from templates.checking.outcome import judged
from templates.checking.samples import samples
from templates.context import Context
from templates.folder import SUFFIXES
from templates.languages.language import Language
from templates.library import Library
from templates.mistake import Mistake


class Trial:
    """The templates of a folder, over the shipped ones, tried with every sample that they may meet in a language."""

    def __init__(
        self, library: Library, folder: Path, own: frozenset[str], written: set[str], language: Language
    ) -> None:
        """Take the names of the files in `folder`, and the addresses that all templates write out themselves."""
        self._language = language
        self._library, self._folder, self._own, self._written = library, folder, own, written
        self._endless: set[str] = set()

    def mistakes(self, names: set[str]) -> Iterator[Mistake]:
        """Yield what goes wrong in the messages of all kinds, and in those of milestones that name one of `names`."""
        for raw_kind, kind in KINDS.items():
            for tier in TIERS:
                folders = {chain(raw_kind, tier, None)}
                folders |= {chain(raw_kind, tier, name) for name in _meant_for(raw_kind, names)}
                for context, ordinary in zip(samples(kind, tier, self._language), (True, False, False), strict=True):
                    for each in sorted(folders):
                        yield from self._message(each, context, ordinary=ordinary)

    def _message(self, folders: tuple[str, ...], context: Context, *, ordinary: bool) -> Iterator[Mistake]:
        values = context.values()
        for file in (HEADLINE, LEAD, *(each for each in FILES if each not in (HEADLINE, LEAD))):
            name, template = self._find(file, folders)
            text = "a text"
            # One that does not end is said once, and not waited for with every sample.
            if name not in self._endless:
                try:
                    text = template.render(context.public_values() if file == SHARE else values)
                except Exception as error:  # whatever a template does wrong is the finding
                    yield self._failed(name, error)
                    if isinstance(error, EndlessError):
                        self._endless.add(name)
                else:
                    for message, hint in judged(file, text, context, self._written, ordinary=ordinary):
                        yield Mistake(self._path(name), 1, f"{self._in}{message}", hint)
            if file in (HEADLINE, LEAD):
                values[file.removesuffix(".txt")] = " ".join(text.split())

    @property
    def _in(self) -> str:
        return "" if self._language.is_default else f"in {self._language.tag} "

    def _find(self, file: str, folders: tuple[str, ...]) -> tuple[str, Template]:
        template = self._library.find(file, folders, self._language.tag)
        assert template.name is not None  # noqa: S101 - it was loaded by its name
        return template.name, template

    def _failed(self, name: str, error: Exception) -> Mistake:
        """Name the line of the template that failed: Jinja puts it into the traceback."""
        frames = [each for each in traceback.extract_tb(error.__traceback__) if each.filename.endswith(SUFFIXES)]
        file, line = (
            self._library.place(frames[-1].filename, frames[-1].lineno or 1) if frames else (self._path(name), 1)
        )
        what = str(error) or type(error).__name__
        cure = next((cure for kind, cure in _CURES if isinstance(error, kind)), _ABSENT)
        return Mistake(
            file,
            line,
            f"{self._in}it fails for a message that may come: {what}",
            cure,
        )

    def _path(self, name: str) -> str:
        return str(self._folder / name) if name in self._own else f"shipped {name}"


_CURES: tuple[tuple[type[Exception], str], ...] = (
    (EndlessError, "bound what it repeats: a number of the contact may be anything up to 2^63"),
    (LookupError, "name a text of the catalogues, with all of its values"),
)
_ABSENT = "ask with {% if … %} whether a value is there before you use what is in it"


def _meant_for(kind: str, names: set[str]) -> set[str]:
    """The templates that a milestone may name, as far as they are for this kind."""
    known = {*KINDS.values(), DEFAULT, *(f"{each}-{tier}" for each in KINDS.values() for tier in TIERS)}
    others = names - known
    nudges = {each for each in others if each.rpartition("-")[2] in NUDGES}
    if kind in NUDGES:
        return {each.removesuffix(f"-{kind}") for each in nudges if each.endswith(f"-{kind}")}
    return others - nudges
