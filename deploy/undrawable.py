"""Texts that no font of an installation can draw on a picture: of its milestones file, and of its own catalogues."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.milestones.document import Document
from schemas.milestones.problem import Position, Problem, Severity

if TYPE_CHECKING:
    from templates.languages.catalogue import Catalogue
    from templates.languages.languages import Languages

_HOLE = re.compile(r"\{[a-z][a-z0-9_]*\}")
_DRAWN = ("share.", "figure.", "headline.composite")
"""Beginnings of the keys whose texts come onto a card or a badge."""


def undrawable(document: Document, languages: Languages, folder: Path | None) -> list[Problem]:
    """Return advice for each text that pictures would have to leave out, for no font has its characters.

    None where Pillow is not installed: no picture is drawn there.

    Args:
        document: the milestones file.
        languages: those of the installation; of them the own catalogues are looked at.
        folder: `templates.folder`; its fonts come before the bundled ones.

    Raises:
        CairnError: exit 2, when an own font cannot be read.
    """
    try:
        from channels.artwork.typefaces import Typefaces
    except ModuleNotFoundError:
        return []
    from channels.artwork.missing import GlyphsMissingError

    typefaces = Typefaces(folder)
    found: list[Problem] = []
    for place, text in (*_of_file(document), *_of_catalogues(languages)):
        try:
            typefaces.check(text)
        except GlyphsMissingError as missing:
            what = f"{missing.what}; they show the rest without it"
            found.append(Problem(place.file, place.position, what, missing.fix or "", Severity.ADVICE))
    return found


def _of_file(document: Document) -> Iterator[tuple[Problem, str]]:
    """Its texts, each with a problem that only says where it stands."""
    yield document.problem(("product", "name"), ""), document.product.name
    for name, metric in document.metrics.items():
        yield document.problem(("metrics", name), ""), name.replace("_", " ")
        for below, text in metric.unit_phrase.texts() if metric.unit_phrase else ():
            yield document.problem(("metrics", name, "unit", *below), ""), text
    for index, entry in enumerate(document.milestones):
        yield document.problem(("milestones", index, "id"), ""), entry.id.replace("_", " ")
        for below, text in entry.title.texts() if entry.title else ():
            yield document.problem(("milestones", index, "title", *below), ""), _HOLE.sub("", text).strip()


def _of_catalogues(languages: Languages) -> Iterator[tuple[Problem, str]]:
    """Likewise the words of own catalogues."""
    for catalogue in languages.own.values():
        for path, text in dict.fromkeys(_words(catalogue)):
            yield Problem(str(catalogue.file), Position(catalogue.line(*path), 1), ""), _HOLE.sub("", text).strip()


def _words(catalogue: Catalogue) -> Iterator[tuple[tuple[str, ...], str]]:
    from templates.languages.wording import wordings

    for name, noun in catalogue.metrics.items():
        yield ("metrics", name), noun.name
        for each in wordings(noun.counted) if noun.counted else ():
            yield ("metrics", name), each.source
    for name, unit in catalogue.units.items():
        yield from ((("units", name), each.source) for each in wordings(unit))
    for name, words in catalogue.milestones.items():
        for each in wordings(words.title) if words.title else ():
            yield ("milestones", name, "title"), each.source
    for key, entry in catalogue.texts.items():
        if key.startswith(_DRAWN):
            yield from ((("texts", key), each.source) for each in wordings(entry))
