"""The templates of an installation, compiled once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path

from templates.asked import asked
from templates.bounded import BoundedTemplate
from templates.chain import EMAIL_HTML, EMAIL_MJML, FILES, base_of, candidates, in_language
from templates.environment import environment
from templates.filled import Filled, Kept
from templates.folder import SHIPPED, files_of
from templates.languages.languages import Languages
from templates.languages.tags import chain
from templates.mail.mail import Mail, mail

_FOUND = 4_096
"""Ways to a file that are remembered: files x chains of folders x languages, a few hundred in an installation."""


class Library:
    """Renders the files of messages. `installed.load` makes it once own templates are checked."""

    def __init__(self, folder: Path | None, languages: Languages) -> None:
        """Compile every file of a message; of two with one name, the one in `folder`.

        Raises:
            MailError: no email can be made of a source.
        """
        self.languages = languages
        self._environment = environment(folder, languages)
        own = files_of(folder) if folder else []
        self._files: dict[str, BoundedTemplate] = {}
        self._fixed: dict[BoundedTemplate, frozenset[str]] = {}
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
                    self._fixed[made.template] = made.fixed
            elif base in FILES:
                template = self._environment.get_template(name)
                assert isinstance(template, BoundedTemplate)  # noqa: S101 - the environment makes no others
                self._files[name] = template
        self.find = lru_cache(_FOUND)(self._find)
        self._asked = lru_cache(_FOUND)(partial(asked, self._environment))

    def _find(self, file: str, folders: tuple[str, ...], language: str = "") -> BoundedTemplate:
        """Return the first file of `chain.candidates` that there is; the shipped default has every one."""
        names = candidates(file, folders, chain(language))
        return next(found for name in names if (found := self._files.get(name)))

    def place(self, file: str, line: int) -> tuple[str, int]:
        """Return the file and line that somebody wrote, for those that an error of a template names."""
        made = self._mails.get(file)
        return made.origins.place(line) if made else (file, line)

    def asked(self, file: str, folders: tuple[str, ...], language: str) -> frozenset[str] | None:
        """Return the values that a file asks for, with the files that it is made of; None where nobody can tell."""
        return self._asked(self.find(file, folders, language).name or "")

    def names(self, values: Mapping[str, object]) -> dict[str, object]:
        """Return all names that files may use: the values and what templates always have."""
        return {**self._environment.globals, **values}

    def render(self, file: str, folders: tuple[str, ...], values: Mapping[str, object]) -> str:
        """Fill one file, in the language that the values name. Raises as `fill`."""
        return self.fill(file, folders, self.names(values)).text

    def fill(self, file: str, folders: tuple[str, ...], names: dict[str, object], kept: Kept | None = None) -> Filled:
        """Fill one file with what `names` gave, once for all files of a message; `kept` as in `BoundedTemplate.fill`.

        Raises:
            jinja2.TemplateError: a value that it needs is not there.
            LookupError: it asks for a text that there is not.
        """
        template = self.find(file, folders, str(names["language"]))
        return Filled(template.fill(names, kept), self._fixed.get(template, frozenset()))
