"""The templates of an installation, loaded once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Template

from schemas.errors import CairnError
from templates.chain import FILES
from templates.environment import environment
from templates.folder import SHIPPED, files_of

_FINDINGS = 1


class Library:
    """Renders the files of messages. Make it with `load`, which checks own templates first."""

    def __init__(self, folder: Path | None) -> None:
        """Compile every file of a message; of two with one name, the one in `folder`."""
        self._environment = environment(folder)
        names = {*files_of(SHIPPED), *(files_of(folder) if folder else ())}
        self._files: dict[str, Template] = {
            name: self._environment.get_template(name) for name in names if name.partition("/")[2] in FILES
        }

    def find(self, file: str, folders: tuple[str, ...]) -> Template:
        """Return the file of the first folder that has it; the shipped default has every one."""
        return next(found for each in folders if (found := self._files.get(f"{each}/{file}")))

    def render(self, file: str, folders: tuple[str, ...], values: Mapping[str, object]) -> str:
        """Fill one file.

        Raises:
            jinja2.TemplateError: a value that it needs is not there.
        """
        return self.find(file, folders).render(values)


def load(folder: Path | None) -> Library:
    """Load the shipped templates and, if there is a folder, the own ones, once they have no mistake.

    Raises:
        CairnError: exit 2, when the folder cannot be read; exit 1 with every mistake in its files.
    """
    if folder is not None:
        from templates.checking.check import check

        if mistakes := check(folder):
            raise CairnError(
                "the templates have mistakes:\n" + "\n".join(map(str, mistakes)),
                where=str(folder),
                fix="mend them; `cairn milestones check` lists them too",
                exit=_FINDINGS,
            )
    return Library(folder)
