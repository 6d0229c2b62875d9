"""Jinja tags turned into placeholders that MJML and an HTML parser leave where they are.

A comment stays in its place everywhere, also between the rows of a table; text stays text, also in attributes, style
sheets and other comments. So statements become comments, values become words, and each the other where it must.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from templates.mail.events import Tag, Where
from templates.mail.markup import Markup
from templates.mail.pieces import Piece

COMMENT = re.compile(r"<!--jinja:(\d+)-->")
WORD = re.compile(r"xjinja(\d+)x")
_PAGE = re.compile(r"<!doctype|<html\b|<mjml\b", re.I)
_LAST = re.compile(r"</(?:html|mjml)\s*>", re.I)


@dataclass(frozen=True, slots=True)
class Protected:
    """A page without Jinja in it, and the tags that its placeholders stand for, by their number.

    `before` and `after` stand around the page: what it imports, sets and defines. `steps` are the numbers of the
    statements between elements, in their order.
    """

    page: str
    tags: tuple[Piece, ...]
    steps: tuple[int, ...]
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def protect(row: Iterable[Piece]) -> Protected:
    """Return the page with placeholders.

    Args:
        row: the pieces of the whole email, one at least.

    Raises:
        MailError: a tag stands where nothing can stand for it, or there is no page.
    """
    before, inside, after = _parts(list(row))
    stands = iter([each for each in Markup(inside).events if isinstance(each, Tag)])
    tags: list[Piece] = []
    steps: list[int] = []
    page: list[str] = []
    for piece in inside:
        if piece.kind == "text":
            page.append(piece.text)
            continue
        where = next(stands).where
        if where is Where.TAG:
            raise piece.error(
                "an attribute cannot come and go",
                'put {% if … %} into its value, as in class="{% if … %}wide{% endif %}", or around the whole element',
            )
        as_comment = where is Where.IN_TABLE or (where is Where.BETWEEN and piece.kind == "statement")
        if piece.kind == "statement" and where in (Where.BETWEEN, Where.IN_TABLE):
            steps.append(len(tags))
        page.append(f"<!--jinja:{len(tags)}-->" if as_comment else f"xjinja{len(tags)}x")
        tags.append(piece)
    return Protected("".join(page), tuple(tags), tuple(steps), tuple(before), tuple(after))


def _parts(row: list[Piece]) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """What stands before the page, the page, and what stands after it."""
    first = next((i for i, each in enumerate(row) if each.kind == "text" and _PAGE.search(each.text)), None)
    last = next((i for i in reversed(range(len(row))) if row[i].kind == "text" and _LAST.search(row[i].text)), None)
    if first is None or last is None:
        raise row[0].error("it is no email", "begin with <mjml> and end with </mjml>, or extend one that does")
    begin, end = _PAGE.search(row[first].text), _LAST.search(row[last].text)
    assert begin is not None and end is not None  # noqa: S101, PT018 - just found
    if first == last:
        head, page, tail = _cut(row[first], begin.start(), end.end())
        return [*row[:first], head], [page], [tail, *row[last + 1 :]]
    head, page, _ = _cut(row[first], begin.start(), len(row[first].text))
    _, close, tail = _cut(row[last], 0, end.end())
    return [*row[:first], head], [page, *row[first + 1 : last], close], [tail, *row[last + 1 :]]


def _cut(piece: Piece, start: int, end: int) -> tuple[Piece, Piece, Piece]:
    def part(begin: int, stop: int) -> Piece:
        return Piece("text", piece.text[begin:stop], piece.file, piece.line + piece.text.count("\n", 0, begin))

    return part(0, start), part(start, end), part(end, len(piece.text))
