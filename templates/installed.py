"""The templates of an installation, once they have no mistake."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from schemas.errors import CairnError
from templates.checking.check import check
from templates.languages.languages import ENGLISH
from templates.languages.languages import load as load_languages
from templates.library import Library

_FINDINGS = 1


def load(folder: Path | None, languages: Sequence[str] = (ENGLISH,), *, with_pseudo: bool = False) -> Library:
    """Load the shipped templates and, if there is a folder, the own ones, once they have no mistake.

    Args:
        folder: `templates.folder`.
        languages: `templates.languages`; the first is the default.
        with_pseudo: whether a message may be in a pseudo-locale; see `templates.languages.pseudo`.

    Raises:
        CairnError: exit 2, when the folder cannot be read or a language is none; exit 1 with all mistakes in its files.
    """
    spoken = load_languages(languages, folder, with_pseudo=with_pseudo)
    if folder is not None and (mistakes := check(folder, spoken)):
        raise CairnError(
            "the templates have mistakes:\n" + "\n".join(map(str, mistakes)),
            where=str(folder),
            fix="mend them; `cairn milestones check` lists them too",
            exit=_FINDINGS,
        )
    return Library(folder, spoken)
