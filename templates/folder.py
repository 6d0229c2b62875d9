"""The files of a folder of templates. Needs no Jinja, for the tracker's environment has none."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from schemas.errors import CairnError
from templates.chain import WRITTEN, base_of

SHIPPED = Path(__file__).parent / "shipped"
SUFFIXES = (".html", ".mjml", ".txt")
_USAGE = 2


def files_of(folder: Path) -> list[str]:
    """Return the templates and their parts in a folder, by name: `count/lead.txt`. Links out of it are not followed.

    Raises:
        CairnError: exit 2, when there is no such folder or it cannot be read.
    """
    try:
        if not folder.is_dir():
            raise NotADirectoryError
        found = [
            path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file() and is_inside(folder, path)
        ]
    except OSError as error:
        what = "there is no such folder" if isinstance(error, NotADirectoryError) else error.strerror or str(error)
        raise CairnError(
            f"the folder of templates cannot be read: {what.lower()}",
            where=f"templates.folder: {folder}",
            fix="correct templates.folder (CAIRN_TEMPLATES_FOLDER), or unset it to use the shipped templates",
            exit=_USAGE,
        ) from None
    return sorted(path.relative_to(folder).as_posix() for path in found)


def is_inside(folder: Path, path: Path) -> bool:
    """Whether a path leads to something in the folder; a link in it may lead out, to what is nobody's to publish."""
    return path.resolve().is_relative_to(folder.resolve())


def links_out(folder: Path) -> list[Path]:
    """Return the links in a folder, at any depth, that lead out of it or nowhere."""
    found = (path for path in folder.rglob("*") if path.is_symlink())
    return sorted(path for path in found if not is_inside(folder, path))


def names_of(files: Iterable[str]) -> set[str]:
    """Return the names of templates that some files make up: folders that hold one of the files of a message."""
    return {
        folder
        for folder, slash, file in (each.partition("/") for each in files)
        if slash and base_of(file)[0] in WRITTEN
    }
