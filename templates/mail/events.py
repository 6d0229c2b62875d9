"""What markup is made of: elements that begin and end, text, and Jinja tags with the place where they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from templates.mail.pieces import Piece


class Where(Enum):
    """Where a Jinja tag stands."""

    BETWEEN = auto()
    """Between elements or in text."""
    IN_TABLE = auto()
    """Directly in a table or a row."""
    ATTRIBUTE = auto()
    """In the value of an attribute."""
    TAG = auto()
    """Within a tag, and in no value."""
    COMMENT = auto()
    """In a comment, such as Outlook's conditional ones."""
    RAW_TEXT = auto()
    """In one of `RAW_TEXT`."""


@dataclass(slots=True)
class Attribute:
    """One attribute with the pieces of its value; a bare name has none."""

    name: str
    value: list[str | Piece] = field(default_factory=list)

    @property
    def plain(self) -> str:
        """The value with `{}` for each Jinja tag."""
        return "".join(each if isinstance(each, str) else "{}" for each in self.value)

    @property
    def says(self) -> bool:
        """Whether anything but space is in it."""
        return self.has_jinja or bool(self.plain.strip())

    @property
    def has_jinja(self) -> bool:
        """Whether a Jinja tag stands in it."""
        return any(isinstance(each, Piece) for each in self.value)


@dataclass(slots=True)
class Open:
    """The beginning of an element."""

    name: str
    file: str
    line: int
    attributes: list[Attribute] = field(default_factory=list)
    alone: bool = False

    def get(self, name: str) -> Attribute | None:
        """Return the attribute of this name."""
        return next((each for each in self.attributes if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Close:
    """The end of an element."""

    name: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Text:
    """Text between tags."""

    text: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Tag:
    """A Jinja tag, and where it stands."""

    piece: Piece
    where: Where


Event = Open | Close | Text | Tag
