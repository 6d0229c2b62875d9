"""How high a cairn is. Needs no Pillow: whoever makes links to pictures asks too."""

from __future__ import annotations

FEWEST, MOST = 3, 8


def stones_for(number: str) -> int:
    """Return how many stones stand for a number (`-1000.50`): one more for each digit before its point."""
    return max(FEWEST, min(MOST, len(number.lstrip("-").partition(".")[0]) + 2))
