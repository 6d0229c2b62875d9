"""Puts Jinja's tags back into the page, and remembers where each was written."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from templates.mail.pieces import Piece
from templates.mail.protect import COMMENT, WORD, Protected

_PLACEHOLDER = re.compile("|".join((COMMENT.pattern, WORD.pattern, escape(COMMENT.pattern))))
"""A parser may have escaped a comment that stood where it takes text alone."""
_NO_JINJA = re.compile(r"\{(?=[{%#])")


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the lines of a made template come from.

    `lines` are those at which a tag begins, ascending, `places` the file and line that it was written at.
    """

    lines: tuple[int, ...]
    places: tuple[tuple[str, int], ...]

    def place(self, line: int) -> tuple[str, int]:
        """Return file and line of the source for a line of the made template."""
        index = bisect_right(self.lines, line) - 1
        if index < 0:
            return self.places[0] if self.places else ("", 1)
        file, begun = self.places[index]
        return file, begun + line - self.lines[index]


class _Writer:
    """The made template, with a line of its own for each tag, so that an error's line says which tag it is."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.lines: list[int] = []
        self.places: list[tuple[str, int]] = []
        self._line = 1
        self._raw = False

    def text(self, text: str) -> None:
        self.parts.append(text if self._raw else _NO_JINJA.sub("{{ '{' }}", text))
        self._line += text.count("\n")

    def tag(self, piece: Piece) -> None:
        # Space after the opening brace is nothing to Jinja.
        opening = 3 if piece.text[2:3] in ("-", "+") else 2
        text = f"{piece.text[:opening]}\n{piece.text[opening:]}"
        self._raw = piece.keyword == "raw" or (self._raw and piece.keyword != "endraw")
        self.parts.append(text)
        self.lines.append(self._line + 1)
        self.places.append((piece.file, piece.line))
        self._line += text.count("\n")

    def pieces(self, row: Iterable[Piece]) -> None:
        for each in row:
            if each.kind == "text":
                self.text(each.text if each.text.strip() else "")
            else:
                self.tag(each)


def restore(html: str, protected: Protected) -> tuple[str, Origins]:
    """Return the source of the made template, and where its lines come from.

    Raises:
        MailError: a tag is gone, or is not where it was.
    """
    writer = _Writer()
    writer.pieces(protected.before)
    seen: set[int] = set()
    steps: list[int] = []
    between = frozenset(protected.steps)
    at = 0
    for found in _PLACEHOLDER.finditer(html):
        number = int(found[1] or found[2] or found[3])
        writer.text(html[at : found.start()])
        writer.tag(protected.tags[number])
        at = found.end()
        seen.add(number)
        if number in between:
            steps.append(number)
    writer.text(html[at:])
    writer.pieces(protected.after)
    _same(protected, seen, steps)
    return "".join(writer.parts), Origins(tuple(writer.lines), tuple(writer.places))


def _same(protected: Protected, seen: set[int], steps: list[int]) -> None:
    lost = next((each for number, each in enumerate(protected.tags) if number not in seen), None)
    if lost is not None:
        raise lost.error(
            f"{lost.text.strip()} stands where nothing is written",
            "put it into the text or the attribute that it is for",
        )
    if tuple(steps) != protected.steps:
        moved = next(a for a, b in zip(protected.steps, [*steps, -1], strict=False) if a != b)
        piece = protected.tags[moved]
        raise piece.error(f"{piece.text.strip()} cannot stand here", "put it around whole elements")
