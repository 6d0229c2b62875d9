"""Reads everything the preview is made of, again and again; what is broken leaves the last sound one in place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from deploy.preview.fault import Fault
from deploy.preview.people import files_in, read_people
from deploy.preview.person import Person
from deploy.preview.scene import Scene
from schemas.errors import CairnError
from schemas.milestones.document import Document
from schemas.milestones.reader import read_document
from stream.runtime.settings import Settings
from templates.installed import MistakesError


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where everything lies; `contacts` None: only those that come with Cairn."""

    milestones: Path
    templates: Path | None
    contacts: Path | None

    def fingerprint(self) -> tuple[tuple[str, int, int], ...]:
        """Return the path, time and size of every file: it differs when one was saved, made or removed."""
        paths = [self.milestones, *(files_in(self.contacts) if self.contacts else ())]
        return self.of_templates() + tuple(each for path in paths if (each := _stamp(path)))

    def of_templates(self) -> tuple[tuple[str, int, int], ...]:
        """Return that of the templates alone: whether the folder is there, and its files."""
        if not self.templates:
            return ()
        try:
            paths = sorted(path for path in self.templates.rglob("*") if path.is_file())
        except OSError:  # a folder went while it was read: the next look sees what is there
            paths = [self.templates]
        there = (str(self.templates), int(self.templates.is_dir()), 0)
        return (there, *(each for path in paths if (each := _stamp(path))))


@dataclass(frozen=True, slots=True)
class View:
    """What is shown at one time: the last sound scene, None before the first, and the mistakes since."""

    scene: Scene | None
    faults: tuple[Fault, ...]
    version: int


class Workspace:
    """Holds the view. `reload` is called in one thread at a time; `view` may be read in any."""

    def __init__(self, settings: Settings, sources: Sources) -> None:
        """Take the settings of the preview, and read everything once.

        Args:
            settings: those of the preview: its portal is the preview's own (`deploy.preview.settings`).
            sources: what is read.
        """
        self.sources = sources
        self._settings = settings
        self._document: Document | None = None
        self._people: dict[str, Person] = {}
        self._sound: object = None
        """The fingerprint of the templates that the scene is made of, None where newer ones have mistakes."""
        self.view = View(None, (), 0)
        self.fingerprint: object = None
        """Of the files when they were read last."""
        self.reload()

    def reload(self) -> None:
        """Read everything, and show what is sound of it."""
        # Before they are read: what is saved meanwhile is read again.
        self.fingerprint = self.sources.fingerprint()
        faults: list[Fault] = []
        document = self._read_document(faults) or self._document
        people, mistakes = read_people(self.sources.contacts)
        faults += mistakes
        # A contact that was sound stays until its file is gone: a picker must not lose it while somebody types.
        kept = {name: each for name, each in self._people.items() if self._is_there(name)}
        self._document, self._people = document, kept | people
        scene = self._scene(faults)
        self.view = View(scene, tuple(faults), self.view.version + 1)

    def _read_document(self, faults: list[Fault]) -> Document | None:
        path = self.sources.milestones
        try:
            found = read_document(path.read_text(encoding="utf-8-sig"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            faults.append(Fault(str(path), f"the milestones file cannot be read: {error}", "save it as UTF-8 text"))
            return None
        if isinstance(found, list):
            faults += [Fault(each.where, each.message, each.hint) for each in found]
            return None
        return found

    def _scene(self, faults: list[Fault]) -> Scene | None:
        """Return the scene with the newest templates, or with those of the last one where they have mistakes."""
        if self._document is None:
            return None
        before, templates = self.view.scene, self.sources.of_templates()
        if before and templates == self._sound:
            # To compile and try them all takes a second, and nobody has touched them.
            return before.with_words_of(self._document, self._people)
        self._sound = None
        try:
            made = Scene.make(self._settings, self._document, self._people)
        except MistakesError as error:
            faults += [Fault(each.where, each.message, each.hint) for each in error.mistakes]
        except CairnError as error:
            faults.append(Fault(error.where or "settings", error.what, error.fix or ""))
        else:
            self._sound = templates
            return made
        return before and before.with_words_of(self._document, self._people)

    def _is_there(self, name: str) -> bool:
        folder = self.sources.contacts
        return folder is not None and any(path.stem == name for path in files_in(folder))


def _stamp(path: Path) -> tuple[str, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return str(path), found.st_mtime_ns, found.st_size
