"""Reads a row of pieces as markup: which elements there are, and where each Jinja tag stands."""

from __future__ import annotations

import re
from collections.abc import Iterable

from templates.mail.events import Attribute, Close, Event, Open, Tag, Text, Where
from templates.mail.pieces import Piece

RAW_TEXT = frozenset({"style", "script", "title", "textarea", "mj-style", "mj-title", "mj-preview"})
"""Elements whose content is text alone, where a comment would be read aloud."""
_STRUCTURE = frozenset({"table", "tbody", "thead", "tfoot", "tr", "colgroup", "mj-table"})
"""Elements in which an HTML parser moves text out of the table (foster parenting, HTML 13.2.6.4.9); comments stay."""

_OPEN = re.compile(r"<([A-Za-z][\w:.-]*)")
_CLOSE = re.compile(r"</\s*([A-Za-z][\w:.-]*)\s*>")
_ATTRIBUTE = re.compile(r"""\s*([^\s"'<>/=]+)\s*(=\s*)?""")
_TAG_END = re.compile(r"\s*(/?)>")
_BARE = re.compile(r"""[^\s"'<>=`]*""")


class Markup:
    """The markup of an email, in its order. It never fails: what it cannot read is text."""

    def __init__(self, row: Iterable[Piece]) -> None:
        self.events: list[Event] = []
        self._open: Open | None = None
        self._quote = ""
        self._comment = False
        self._raw = ""
        self._parents: list[str] = []
        for piece in row:
            if piece.kind == "text":
                self._read(piece)
            else:
                self._tag(piece)

    def _tag(self, piece: Piece) -> None:
        where = Where.BETWEEN
        if self._comment:
            where = Where.COMMENT
        elif self._open is not None:
            where = Where.ATTRIBUTE if self._quote else Where.TAG
            if self._quote:
                self._open.attributes[-1].value.append(piece)
        elif self._raw:
            where = Where.RAW_TEXT
        elif self._parents and self._parents[-1] in _STRUCTURE:
            where = Where.IN_TABLE
        self.events.append(Tag(piece, where))

    def _read(self, piece: Piece) -> None:
        text, at = piece.text, 0
        while at < len(text):
            if self._comment:
                end = text.find("-->", at)
                self._comment = end < 0
                at = len(text) if end < 0 else end + 3
            elif self._open is not None:
                at = self._in_tag(piece, at)
            else:
                at = self._between(piece, at)

    def _between(self, piece: Piece, at: int) -> int:
        text = piece.text
        if self._raw:
            end = text.lower().find(f"</{self._raw}", at)
            self._say(piece, at, len(text) if end < 0 else end)
            if end < 0:
                return len(text)
            at, self._raw = end, ""
        start = text.find("<", at)
        if start < 0:
            self._say(piece, at, len(text))
            return len(text)
        self._say(piece, at, start)
        line = piece.line + text.count("\n", 0, start)
        if text.startswith("<!--", start):
            self._comment = True
            return start + 4
        if text.startswith(("<!", "<?"), start):
            end = text.find(">", start)
            return len(text) if end < 0 else end + 1
        if found := _CLOSE.match(text, start):
            self._close(found[1].lower())
            self.events.append(Close(found[1].lower(), piece.file, line))
            return found.end()
        if found := _OPEN.match(text, start):
            self._open = Open(found[1].lower(), piece.file, line)
            return found.end()
        self._say(piece, start, start + 1)
        return start + 1

    def _in_tag(self, piece: Piece, at: int) -> int:
        opened, text = self._open, piece.text
        assert opened is not None  # noqa: S101 - only called within a tag
        if self._quote == " ":
            found = _BARE.match(text, at)
            end = found.end() if found else at
            if end > at:
                opened.attributes[-1].value.append(text[at:end])
            self._quote = ""
            return end
        if self._quote:
            end = text.find(self._quote, at)
            opened.attributes[-1].value.append(text[at : len(text) if end < 0 else end])
            if end < 0:
                return len(text)
            self._quote = ""
            return end + 1
        if found := _TAG_END.match(text, at):
            opened.alone = bool(found[1])
            self._opened(opened)
            return found.end()
        found = _ATTRIBUTE.match(text, at)
        if not found:
            return at + 1
        opened.attributes.append(Attribute(found[1].lower()))
        at = found.end()
        if found[2]:
            self._quote = text[at] if at < len(text) and text[at] in "\"'" else " "
            at += self._quote != " "
        return at

    def _opened(self, opened: Open) -> None:
        self._open = None
        self.events.append(opened)
        if opened.alone:
            return
        if opened.name in RAW_TEXT:
            self._raw = opened.name
        self._parents.append(opened.name)

    def _close(self, name: str) -> None:
        if name in self._parents:
            while self._parents.pop() != name:
                pass

    def _say(self, piece: Piece, start: int, end: int) -> None:
        if end > start:
            line = piece.line + piece.text.count("\n", 0, start)
            self.events.append(Text(piece.text[start:end], piece.file, line))
