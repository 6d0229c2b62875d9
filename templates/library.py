"""The templates of an installation, loaded once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Template

from schemas.errors import CairnError
from templates.chain import EMAIL_HTML, EMAIL_MJML, FILES
from templates.environment import environment
from templates.folder import SHIPPED, files_of
from templates.mail.mail import Mail, mail

_FINDINGS = 1


class Library:
    """Renders the files of messages. Make it with `load`, which checks own templates first."""

    def __init__(self, folder: Path | None) -> None:
        """Compile every file of a message; of two with one name, the one in `folder`.

        Raises:
            MailError: no email can be made of a source.
        """
        self._environment = environment(folder)
        own = files_of(folder) if folder else []
        self._files: dict[str, Template] = {}
        self._mails: dict[str, Mail] = {}
        for name in {*files_of(SHIPPED), *own}:
            directory, _, file = name.partition("/")
            if file in (EMAIL_HTML, EMAIL_MJML):
                # Of two ways to write one email, the own one; checks refuse both in one folder.
                if name in own or not {f"{directory}/{each}" for each in (EMAIL_HTML, EMAIL_MJML)} & set(own):
                    made = mail(self._environment, name)
                    self._mails[made.template.filename or name] = made
                    self._files[f"{directory}/{EMAIL_HTML}"] = made.template
            elif file in FILES:
                self._files[name] = self._environment.get_template(name)

    def find(self, file: str, folders: tuple[str, ...]) -> Template:
        """Return the file of the first folder that has it; the shipped default has every one."""
        return next(found for each in folders if (found := self._files.get(f"{each}/{file}")))

    def place(self, file: str, line: int) -> tuple[str, int]:
        """Return the file and line that somebody wrote, for those that an error of a template names."""
        made = self._mails.get(file)
        return made.origins.place(line) if made else (file, line)

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
