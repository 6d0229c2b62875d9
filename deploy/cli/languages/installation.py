"""The languages of an installation, its milestones file, and how far each of them is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from deploy.cli.milestones_file import sound_milestones
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from schemas.milestones.document import Document
    from stream.runtime.settings import Settings
    from templates.languages.languages import Languages

USUAL_FOLDER = Path("templates")
"""Where `cairn init` puts templates, and `templates.folder` is said to be."""


class Installed(NamedTuple):
    """`folder` is `templates.folder`, or where it would usually be."""

    document: Document
    languages: Languages
    folder: Path


def installed(settings: Settings, more: Sequence[str] = ()) -> Installed:
    """Read the milestones file and the catalogues, for the languages of the settings and some more.

    Raises:
        CairnError: exit 2, when a language is none, the file cannot be read, or what reads languages is missing; exit 1
            with the mistakes in the file or in a catalogue.
    """
    try:
        from templates.languages.languages import known, load
    except ModuleNotFoundError as error:
        raise CairnError(
            f"languages cannot be looked at here: {error.name} is not installed",
            where=f"templates.languages: {', '.join(settings.templates.languages)}",
            fix="install the channels with it: pip install 'cairn-milestones[channels]'",
            exit=Exit.USAGE,
        ) from error
    folder = settings.templates.folder or USUAL_FOLDER
    names = known((*settings.templates.languages, *more))
    _, document = sound_milestones(settings.tracker.milestones)
    return Installed(document, load(names, folder), folder)
