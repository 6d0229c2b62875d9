"""A template that was filled: its text, and of which pieces it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SHORT = 48
"""Characters. A shorter piece is not worth keeping apart from its neighbours."""
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Filled:
    """`fixed` are those of the pieces that the template has for everybody: whoever encodes them does so once."""

    pieces: Sequence[str]
    fixed: frozenset[str] = _NONE

    @property
    def text(self) -> str:
        """The whole."""
        return "".join(self.pieces)
