"""The milestones file on its way from the disk to a document; problems are printed, or become one error."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from schemas.milestones.document import Document
    from schemas.milestones.problem import Problem


def read_milestones(path: Path) -> tuple[str, Document | list[Problem]]:
    """The text of a milestones file, and its document or every problem in it.

    Raises:
        CairnError: exit 2, when there is no such file or it is not UTF-8 text.
    """
    from schemas.milestones.reader import read_document

    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CairnError(
            f"the milestones file is not UTF-8 text: byte {error.start} does not fit",
            where=str(path),
            fix="save it as UTF-8",
            exit=Exit.USAGE,
        ) from error
    except OSError as error:
        raise CairnError(
            f"cannot read the milestones file: {(error.strerror or str(error)).lower()}",
            where=str(path),
            fix="check the path (it is taken from the directory you are in), or set tracker.milestones",
            exit=Exit.USAGE,
        ) from error
    return text, read_document(text, str(path))


def sound_milestones(path: Path) -> tuple[str, Document]:
    """The text and document of a milestones file without problems.

    Raises:
        CairnError: exit 2 when it cannot be read, exit 1 with the first problem and the number of all of them.
    """
    text, found = read_milestones(path)
    if not isinstance(found, list):
        return text, found
    first, more = found[0], len(found) - 1
    also = f" (and {more} more)" if more else ""
    raise CairnError(
        f"the milestones file has a mistake: {first.message}{also}",
        where=first.where,
        fix=f"`cairn milestones check {path}` lists every mistake with its cure",
        exit=Exit.FINDINGS,
    )
