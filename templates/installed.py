"""The templates of an installation, once they have no mistake."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from schemas.errors import CairnError
from templates.checking.check import check
from templates.languages.languages import ENGLISH, Languages, known
from templates.library import Library
from templates.mistake import Mistake


class MistakesError(CairnError):
    """Own templates or catalogues cannot be used; `mistakes` has every one in them."""

    exit = 1

    def __init__(self, folder: Path, mistakes: Sequence[Mistake]) -> None:
        super().__init__(
            "the templates have mistakes:\n" + "\n".join(map(str, mistakes)),
            where=str(folder),
            fix="mend them; `cairn milestones check` lists them too",
        )
        self.mistakes = tuple(mistakes)


def load(
    folder: Path | None, languages: Sequence[str] = (ENGLISH,), *, with_pseudo: bool = False, whole: bool = False
) -> Library:
    """Load the shipped templates and, if there is a folder, the own ones, once they have no mistake.

    Args:
        folder: `templates.folder`.
        languages: `templates.languages`; the first is the default.
        with_pseudo: whether a message may be in a pseudo-locale; see `templates.languages.pseudo`.

        whole: whether a message that lacks a text in a language is in the default one altogether.

    Raises:
        MistakesError: exit 1, with all mistakes in its files.
        CairnError: exit 2, when the folder cannot be read or a language is none.
    """
    spoken = Languages(known(languages), folder, with_pseudo=with_pseudo, whole=whole)
    # Tried with every text that there is: one that is missing is no mistake of a template.
    if folder is not None and (mistakes := check(folder, Languages(spoken.names, folder))):
        raise MistakesError(folder, mistakes)
    return Library(folder, spoken)
