"""The source of a template as a row of pieces: text, values and statements, each with the place it was written at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from jinja2 import Environment, TemplateSyntaxError

from templates.mail.error import MailError

_BEGINS = ("variable_begin", "block_begin", "comment_begin")
_ENDS = ("variable_end", "block_end", "comment_end")
_INSIDE = re.compile(r"\A\{[{%][-+]?\s*(.*?)\s*[-+]?[}%]\}\s*\Z", re.S)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a source, as it was written: `{% if means %}`, `{{ means }}` or the text between such tags."""

    kind: Literal["text", "value", "statement"]
    text: str
    file: str
    line: int

    @property
    def inside(self) -> str:
        """What stands between the braces: `if means`."""
        found = _INSIDE.match(self.text)
        return found[1] if found else ""

    @property
    def keyword(self) -> str:
        """The word that a statement begins with; empty for others."""
        return self.inside.partition(" ")[0].partition("\n")[0] if self.kind == "statement" else ""

    def error(self, message: str, hint: str = "") -> MailError:
        """Return the error that names this place."""
        return MailError(self.file, self.line, message, hint)


def pieces(environment: Environment, source: str, file: str) -> Iterator[Piece]:
    """Yield the pieces of a source in their order. Jinja's comments are left out.

    Raises:
        MailError: it is no Jinja.
    """
    # Text is to come through as it is; what is trimmed is trimmed when the whole is compiled.
    exact = environment.overlay(trim_blocks=False, lstrip_blocks=False, keep_trailing_newline=True)
    tag: list[str] | None = None
    start, raw = 1, False
    try:
        for line, sort, text in exact.lex(source, filename=file):
            if sort in ("raw_begin", "raw_end"):
                raw = sort == "raw_begin"
                yield Piece("statement", text, file, line)
            elif sort in _BEGINS:
                tag, start = [text], line
            elif tag is None:
                yield Piece("text", text, file, line)
            else:
                tag.append(text)
                if sort in _ENDS:
                    if sort != "comment_end":
                        kind: Literal["value", "statement"] = "value" if sort == "variable_end" else "statement"
                        yield Piece(kind, "".join(tag), file, start)
                    tag = None
    except TemplateSyntaxError as error:
        raise MailError(file, error.lineno, f"it is not a template: {error.message}") from None
    if raw:
        raise MailError(file, start, "it is not a template: {% raw %} is not closed")
