"""What stands in the HTML of a message or a page: text, links, pictures, headings, colours. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from deploy.preview.colour import Colour, colour_of, declared

_VOID = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
_SILENT = ("style", "script", "title", "head")
_RANKS = ("h1", "h2", "h3", "h4", "h5", "h6")
_INLINE = ("a", "abbr", "b", "bdi", "bdo", "code", "em", "i", "q", "s", "small", "span", "strong", "sub", "sup", "u")
"""Elements between which no word ends; all others are blocks."""
_GAPS = re.compile(r"[ \t\r\n\f]+")
"""The white space that HTML joins: the spaces that keep a number together are none of it (HTML, "ASCII whitespace")."""
_WHITE, _BLACK = Colour(255, 255, 255), Colour(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link: where it leads and what it says."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture; `alt` None is none, empty is decoration."""

    src: str
    alt: str | None
    sized: bool


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of text in its colours, as far as styles of its elements say."""

    text: str
    ink: Colour
    ground: Colour


@dataclass
class _Open:
    tag: str
    ink: Colour
    ground: Colour
    silent: bool
    hidden: bool
    drawn: bool = False
    href: str | None = None
    words: list[str] = field(default_factory=list)


class Markup(HTMLParser):
    """A document, read once."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.language: str | None = None
        self.anchors: list[Anchor] = []
        self.pictures: list[Picture] = []
        self.headings: list[str] = []
        self.written: list[Written] = []
        self.meta: dict[str, str] = {}
        self.title = ""
        self._all: list[str] = []
        self._visible: list[str] = []
        self._stack = [_Open("", _BLACK, _WHITE, silent=False, hidden=False)]
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """All words in their order, what is hidden too: an inbox shows the first of them."""
        return _joined(self._all)

    @property
    def visible(self) -> str:
        """All words that are shown, but for what is hidden from those who listen: there it is a drawing."""
        return _joined(self._visible)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of one tag."""
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given.get("lang")
        elif tag == "meta":
            self.meta[given.get("property") or given.get("name", "")] = given.get("content", "")
        elif tag == "img":
            self.pictures.append(
                Picture(given.get("src", ""), given.get("alt"), "width" in given and "height" in given)
            )
        elif tag in _RANKS:
            self.headings.append(tag)
        if tag not in _INLINE:
            self._break()
        if tag not in _VOID:
            self._stack.append(self._opened(tag, given))

    def handle_endtag(self, tag: str) -> None:
        """Close what is open up to this tag."""
        if not any(each.tag == tag for each in self._stack):
            return
        while len(self._stack) > 1:
            closed = self._stack.pop()
            if closed.href is not None:
                self.anchors.append(Anchor(closed.href, _joined(closed.words)))
            if closed.tag == tag:
                break
        if tag not in _INLINE:
            self._break()

    def handle_data(self, data: str) -> None:
        """Take note of text."""
        top = self._stack[-1]
        if top.tag == "title":
            self.title += data
        if top.silent:
            return
        self._all.append(data)
        for each in self._stack:
            each.words.append(data)
        if not top.hidden:
            if not top.drawn:
                self._visible.append(data)
            if data.strip():
                self.written.append(Written(data.strip(), top.ink, top.ground))

    def _opened(self, tag: str, given: dict[str, str]) -> _Open:
        above = self._stack[-1]
        style = declared(given.get("style", ""))
        ground = colour_of(style.get("background-color") or style.get("background") or given.get("bgcolor", ""))
        hidden = style.get("display") == "none" or style.get("max-height") in ("0", "0px")
        return _Open(
            tag,
            colour_of(style.get("color", "")) or above.ink,
            ground or above.ground,
            silent=above.silent or tag in _SILENT,
            hidden=above.hidden or hidden,
            drawn=above.drawn or given.get("aria-hidden") == "true",
            href=given.get("href") if tag == "a" else None,
        )

    def _break(self) -> None:
        self._all.append(" ")
        self._visible.append(" ")


def _joined(words: list[str]) -> str:
    return _GAPS.sub(" ", "".join(words)).strip(" ")
