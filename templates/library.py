"""The templates of an installation, loaded once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from jinja2 import Template

from schemas.errors import CairnError
from templates.chain import EMAIL_HTML, EMAIL_MJML, FILES, base_of, candidates, in_language
from templates.environment import environment
from templates.folder import SHIPPED, files_of
from templates.languages.languages import ENGLISH, Languages
from templates.languages.languages import load as load_languages
from templates.languages.tags import chain
from templates.mail.mail import Mail, mail

_FINDINGS = 1
_FOUND = 4_096
"""Ways to a file that are remembered: files x chains of folders x languages, a few hundred in an installation."""


class Library:
    """Renders the files of messages. Make it with `load`, which checks own templates first."""

    def __init__(self, folder: Path | None, languages: Languages) -> None:
        """Compile every file of a message; of two with one name, the one in `folder`.

        Raises:
            MailError: no email can be made of a source.
        """
        self.languages = languages
        self._environment = environment(folder, languages)
        own = files_of(folder) if folder else []
        self._files: dict[str, Template] = {}
        self._mails: dict[str, Mail] = {}
        for name in {*files_of(SHIPPED), *own}:
            directory, _, file = name.partition("/")
            base, language = base_of(file)
            if base in (EMAIL_HTML, EMAIL_MJML):
                html, mjml = (f"{directory}/{in_language(each, language)}" for each in (EMAIL_HTML, EMAIL_MJML))
                # Of two ways to write one email, the own one; checks refuse both in one folder.
                if name in own or not {html, mjml} & set(own):
                    made = mail(self._environment, name)
                    self._mails[made.template.filename or name] = made
                    self._files[html] = made.template
            elif base in FILES:
                self._files[name] = self._environment.get_template(name)
        self.find = lru_cache(_FOUND)(self._find)

    def _find(self, file: str, folders: tuple[str, ...], language: str = "") -> Template:
        """Return the first file of `chain.candidates` that there is; the shipped default has every one."""
        names = candidates(file, folders, chain(language))
        return next(found for name in names if (found := self._files.get(name)))

    def place(self, file: str, line: int) -> tuple[str, int]:
        """Return the file and line that somebody wrote, for those that an error of a template names."""
        made = self._mails.get(file)
        return made.origins.place(line) if made else (file, line)

    def render(self, file: str, folders: tuple[str, ...], values: Mapping[str, object]) -> str:
        """Fill one file, in the language that the values name.

        Raises:
            jinja2.TemplateError: a value that it needs is not there.
            LookupError: it asks for a text that there is not.
        """
        return self.find(file, folders, str(values["language"])).render(values)


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
    if folder is not None:
        from templates.checking.check import check

        if mistakes := check(folder, spoken):
            raise CairnError(
                "the templates have mistakes:\n" + "\n".join(map(str, mistakes)),
                where=str(folder),
                fix="mend them; `cairn milestones check` lists them too",
                exit=_FINDINGS,
            )
    return Library(folder, spoken)
