"""Everybody that messages can be tried on: those who come with Cairn, and those of a folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from deploy.preview.fault import Fault
from deploy.preview.person import Person
from deploy.preview.person_file import read_person
from schemas.errors import CairnError
from stream.runtime.exits import Exit

SHIPPED = Path(__file__).parent / "people"
SUFFIXES = (".yaml", ".yml", ".json")
_FIRST = "ada"


def read_people(folder: Path | None) -> tuple[dict[str, Person], list[Fault]]:
    """Return everybody by id, own ones first, and the faults of own files; an own one replaces ours of its name.

    Ours that could not be read would be a fault of this package: it is raised.
    """
    own, faults = _read(files_in(folder)) if folder else ({}, [])
    shipped, ours = _read(sorted(files_in(SHIPPED), key=lambda path: (path.stem != _FIRST, path.stem)))
    if ours:
        raise ValueError(f"a contact that comes with Cairn is broken: {ours[0]}")
    return own | {name: each for name, each in shipped.items() if name not in own}, faults


def files_in(folder: Path) -> list[Path]:
    """Return the contact files of a folder, by name; none where there is no such folder any more."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES and path.is_file())
    except OSError:
        return []


def folder_of(milestones: Path, given: Path | None) -> Path:
    """Return the folder of own contacts: the one given, else `contacts` beside the milestones file, made or not.

    Raises:
        CairnError: exit 2, when the one given is no folder.
    """
    if given is None:
        return milestones.parent / "contacts"
    if not given.is_dir():
        raise CairnError(
            "there is no such folder of contacts",
            where=f"--contacts {given}",
            fix="make it, with files such as ada.yaml in the form of the contacts record, or leave the option out",
            exit=Exit.USAGE,
        )
    return given


def _read(files: Iterable[Path]) -> tuple[dict[str, Person], list[Fault]]:
    people: dict[str, Person] = {}
    faults: list[Fault] = []
    for path in files:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            faults.append(Fault(str(path), f"the contact cannot be read: {error}", "save it as UTF-8 text"))
            continue
        found = read_person(text, str(path), path.stem)
        if isinstance(found, Person):
            people[found.id] = found
        else:
            faults += found
    return people, faults
