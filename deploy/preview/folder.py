"""Every message of every milestone as files, for review: `cairn preview --out FOLDER`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.preview.checks.finding import Finding
from deploy.preview.fault import Fault
from deploy.preview.folder_index import index
from deploy.preview.piece import Piece, piece_of
from deploy.preview.scene import Scene
from deploy.preview.start import workspace_of
from deploy.preview.state import State
from deploy.preview.workspace import Sources
from schemas.errors import CairnError
from stream.runtime.exits import Exit
from stream.runtime.settings import Settings

ROOT = "https://preview.invalid"
"""What links of the portal lead to in the files. It leads nowhere (RFC 6761 section 6.4), as the key opens nothing."""
_KEY = "a preview's key opens nothing at all"
AT_MS = 1_795_185_667_120
"""2026-11-20T14:41:07.120Z: the same files for the same input, or a review would show each day's date as a change."""
LIST = ".cairn-preview"
"""Names the files that were written, so that the next run removes those that are no more."""


@dataclass
class Written:
    """What was written, and what was found."""

    folder: Path
    pieces: list[Piece] = field(default_factory=list)
    faults: tuple[Fault, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether nothing is to be mended."""
        return not self.faults and not any(each.level == "red" for _, each in self._findings())

    def document(self) -> dict[str, Any]:
        """For --json."""
        return {
            "folder": str(self.folder),
            "ok": self.is_sound,
            "problems": [
                {"where": each.where, "message": each.message, "hint": each.hint or None} for each in self.faults
            ],
            "messages": [
                {
                    "milestone": each.state.milestone,
                    "moment": each.state.moment,
                    "locale": each.locale,
                    "files": sorted(each.files),
                    "findings": [found.document() for found in each.findings],
                }
                for each in self.pieces
            ],
        }

    def report(
        self, line: Callable[[str, str | None], None], hint: Callable[[str], None], note: Callable[[str], None]
    ) -> None:
        """Say it to people: mistakes, then what is red, then the rest in a number."""
        for fault in self.faults:
            line(f"{fault.where}: {fault.message}", "red")
            if fault.hint:
                hint(fault.hint)
        if self.faults:
            note("nothing was written: mend these first")
            return
        for piece, each in self._findings():
            if each.level == "red":
                line(f"{piece.name}: {each.channel}: {each.name}: {each.says}", "red")
                hint(each.fix)
        amber = sum(each.level == "amber" for _, each in self._findings())
        note(f"{len(self.pieces)} messages in {self.folder / 'index.html'}; {amber} things worth a look")

    def _findings(self) -> list[tuple[Piece, Finding]]:
        return [(piece, each) for piece in self.pieces for each in piece.findings]


def write_folder(settings: Settings, sources: Sources, folder: Path) -> Written:
    """Render everything and write it; nothing is written while the milestones file or a template has mistakes.

    Raises:
        CairnError: exit 2, when the folder holds something else, or cannot be written.
    """
    _check_free(folder)
    workspace = workspace_of(settings, sources, ROOT, _KEY)
    view = workspace.view
    written = Written(folder, faults=view.faults)
    if view.scene is None or view.faults:
        return written
    written.pieces = asyncio.run(_pieces(view.scene))
    files: dict[str, bytes] = {}
    for piece in written.pieces:
        files |= {f"{piece.name}/{name}": data for name, data in piece.files.items()}
        files |= {f"pictures/{name}": data for name, data in piece.pictures.items()}
    files["index.html"] = index(view.scene.document.product.name, written.pieces).encode()
    try:
        _write(folder, files)
    except OSError as error:
        raise _unfit(
            folder, f"cannot be written: {error.strerror or error}", "check the path and its rights"
        ) from error
    return written


async def _pieces(scene: Scene) -> list[Piece]:
    choices = scene.choices
    contact = choices.contacts[0]
    states = [
        State(milestone=milestone, moment=moment, contact=contact, locale=locale, channel="everything")
        for milestone in choices.milestones
        for moment in choices.moments(milestone)
        for locale in choices.languages
    ]
    return [await piece_of(scene, each, AT_MS) for each in states]


def _check_free(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()) and not (folder / LIST).is_file():
        raise _unfit(folder, "holds something that no preview wrote", "name an empty folder, or one that is not there")
    if folder.exists() and not folder.is_dir():
        raise _unfit(folder, "is a file", "name a folder")


def _write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    listed = folder / LIST
    before = listed.read_text(encoding="utf-8").splitlines() if listed.is_file() else []
    for name in before:
        path = folder / name
        # Only what lies within: the list may have been edited.
        if name not in files and path.resolve().is_relative_to(folder.resolve()):
            path.unlink(missing_ok=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    listed.write_text("".join(f"{name}\n" for name in sorted(files)), encoding="utf-8")


def _unfit(folder: Path, what: str, fix: str) -> CairnError:
    return CairnError(f"the folder {what}", where=f"--out {folder}", fix=fix, exit=Exit.USAGE)
