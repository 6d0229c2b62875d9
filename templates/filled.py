"""A template that was filled: its text, and of which pieces it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

SHORT = 48
"""Characters. A shorter piece is not worth keeping apart from its neighbours."""
_NONE: frozenset[str] = frozenset()


class Fragment(Markup):
    """What a row of statements gave, with the work that it took."""

    __slots__ = ("work",)
    work: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept for all messages in which these names have the same values. Fragments are by the row's number."""

    alike: frozenset[str]
    fragments: dict[int, Fragment] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filled:
    """`fixed` are those of the pieces that the template has for everybody: whoever encodes them does so once. So may it
    be with a `Fragment`, which comes again too.
    """

    pieces: Sequence[str]
    fixed: frozenset[str] = _NONE

    @property
    def text(self) -> str:
        """The whole."""
        return "".join(self.pieces)
