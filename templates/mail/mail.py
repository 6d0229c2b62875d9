"""Makes the template of an email from its source, MJML or HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import CodeType

from jinja2 import Environment, TemplateNotFound, TemplateSyntaxError

from templates.bounded import BoundedTemplate
from templates.filled import SHORT
from templates.mail.error import MailError
from templates.mail.flatten import flatten
from templates.mail.pieces import Piece, pieces
from templates.mail.protect import protect
from templates.mail.render import html_of, inlined
from templates.mail.restore import Origins, restore

MJML = ".mjml"


@dataclass(frozen=True, slots=True)
class Mail:
    """A template that gives the HTML of an email, and where its lines come from.

    `fixed` are the longer pieces of text that it has for everybody.
    """

    template: BoundedTemplate
    origins: Origins
    fixed: frozenset[str]


def whole(environment: Environment, name: str) -> list[Piece]:
    """Return the pieces of an email's source, with all that it extends and includes.

    Raises:
        MailError: they do not fit together.
    """

    def read(wanted: str, asked: Piece | None) -> list[Piece]:
        try:
            return list(pieces(environment, *_source(environment, wanted)))
        except TemplateNotFound:
            message = f"there is no template '{wanted}'"
            raise asked.error(message) if asked else MailError(name, 1, message) from None

    return flatten(name, read)


def mail(environment: Environment, name: str) -> Mail:
    """Return the template that `name` makes: `default/email.mjml` or an `email.html`.

    Raises:
        MailError: no email can be made of it.
    """
    _, file = _source(environment, name)
    protected = protect(whole(environment, name) or [Piece("text", "", file, 1)])
    try:
        html = html_of(protected.page) if PurePosixPath(name).suffix == MJML else protected.page
        html = inlined(html)
    except ValueError as error:
        raise MailError(file, 1, f"it cannot be compiled: {error}") from None
    text, origins = restore(html, protected)
    try:
        # By its name Jinja knows that values are to be escaped.
        code = environment.compile(text, name, file)
    except TemplateSyntaxError as error:
        where, line = origins.place(error.lineno)
        raise MailError(where or file, line, f"it is not a template: {error.message}") from None
    template = BoundedTemplate.from_code(environment, code, environment.make_globals(None))
    assert isinstance(template, BoundedTemplate)  # noqa: S101 - Jinja's type names the class that it was called on
    return Mail(template, origins, frozenset(_texts(code)))


def _texts(code: CodeType) -> Iterator[str]:
    """The texts that compiled code yields as they are: Python keeps each once, so they are known again by identity."""
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _texts(each)
        elif isinstance(each, str) and len(each) >= SHORT:
            yield each


def _source(environment: Environment, name: str) -> tuple[str, str]:
    assert environment.loader is not None  # noqa: S101 - ours has one
    source, file, _ = environment.loader.get_source(environment, name)
    return source, file or name
