"""Templates, languages and fonts behind a milestones file: what it names, mistakes in own ones, what no font has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from schemas.milestones.document import Document
    from schemas.milestones.problem import Problem
    from stream.runtime.settings import Templates
    from templates.checking.missing import Completeness
    from templates.mistake import Mistake


def mistakes_in(settings: Templates, document: Document | None) -> list[Mistake]:
    """Return every mistake in own templates and catalogues, and one for all strings that a spoken language lacks.

    None without a folder where English alone is spoken. `document` is the milestones file, None where it has mistakes.

    Raises:
        CairnError: exit 2, when the folder cannot be read, a language is none, or what reads templates is missing.
    """
    folder, names = settings.folder, settings.languages
    if folder is None and names == ("en",):
        return []
    try:
        from templates.checking.check import check
        from templates.checking.missing import summarised
        from templates.languages.languages import Languages, known
    except ModuleNotFoundError as error:
        raise CairnError(
            f"own templates and languages cannot be checked here: {error.name} is not installed",
            where=f"templates.folder: {folder}" if folder else f"templates.languages: {', '.join(names)}",
            fix="install the channels with it: pip install 'cairn-milestones[channels]'",
            exit=Exit.USAGE,
        ) from error
    languages = Languages(known(names), folder)
    found = check(folder, languages) if folder else []
    return found + (summarised(languages, document, folder) if document else [])


def unknown_templates(document: Document, folder: Path | None) -> list[Problem]:
    """Return a problem for each milestone whose template is neither in the folder nor shipped; retired ones aside.

    A template that is there for nudges alone (`NAME-near`) is known too.

    Raises:
        CairnError: exit 2, when the folder cannot be read.
    """
    from schemas.milestones.spelling import nearest
    from templates.chain import NUDGES
    from templates.folder import SHIPPED, files_of, names_of

    own = names_of(files_of(folder)) if folder else set()
    names = own | names_of(files_of(SHIPPED))
    names |= {name.removesuffix(f"-{kind}") for name in own for kind in NUDGES}
    return [
        document.problem(
            ("milestones", index, "template"),
            f"there is no template '{entry.template}'",
            nearest(entry.template, names) or f"make the folder {folder or 'templates'}/{entry.template}, or remove it",
        )
        for index, entry in enumerate(document.milestones)
        if entry.template and entry.template not in names and entry.status != "retired"
    ]


def undrawable_texts(settings: Templates, document: Document) -> list[Problem]:
    """Return advice for each text that pictures would have to leave out; none where no picture is drawn.

    Raises:
        CairnError: exit 2, when an own font cannot be read.
    """
    try:
        from templates.languages.languages import Languages, known
    except ModuleNotFoundError:
        return []
    from deploy.undrawable import undrawable

    return undrawable(document, Languages(known(settings.languages), settings.folder), settings.folder)


def advice_on_wording(settings: Templates, document: Document) -> list[Problem]:
    """Return advice on words that will read ill in messages; none where what writes them is not installed."""
    try:
        from templates.languages.languages import Languages, known
    except ModuleNotFoundError:
        return []
    from templates.checking.words_of_file import advice

    return advice(document, Languages(known(settings.languages), settings.folder))


def plural_problems(settings: Templates, document: Document) -> list[Problem]:
    """Return a problem for each text whose plural forms are not those of the file's language; none without Babel.

    Raises:
        CairnError: exit 2, when a language is none.
    """
    try:
        from templates.languages.languages import Languages, known
    except ModuleNotFoundError:
        return []
    from templates.checking.words_of_file import plural_forms

    return plural_forms(document, Languages(known(settings.languages)[:1], settings.folder))


def incomplete(settings: Templates, document: Document) -> list[Completeness]:
    """Return the languages that lack texts; none where what reads languages is not installed.

    Raises:
        CairnError: exit 2, when a language is none.
    """
    try:
        from templates.checking.missing import completeness
        from templates.languages.languages import Languages, known
    except ModuleNotFoundError:
        return []
    languages = Languages(known(settings.languages), settings.folder)
    return [each for each in completeness(languages, document, settings.folder) if each.lacking]
