"""What is in a rendered HTML email, as far as the checks ask."""

from __future__ import annotations

from html.parser import HTMLParser

PRIMARY = "primary"
"""The class of the one button; an `<mj-button>` has it as its `css-class`."""
_ADDRESSES = ("href", "src", "srcset", "action", "formaction", "background", "poster")


class Page(HTMLParser):
    """Its tags, its links, its buttons, its headings of the first level and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.buttons = 0
        self.headings = 0
        self._text: list[str] = []
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """All text between the tags."""
        return "".join(self._text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of one tag."""
        self.tags.add(tag)
        given = dict(attrs)
        self.addresses += [value for name in _ADDRESSES if (value := given.get(name)) is not None]
        self.headings += tag == "h1"
        self.buttons += PRIMARY in (given.get("class") or "").split()

    def handle_data(self, data: str) -> None:
        """Take note of text."""
        self._text.append(data)
