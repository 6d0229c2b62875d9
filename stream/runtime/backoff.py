"""How long to wait before something that failed is tried again. Pure."""

from __future__ import annotations


def doubled(first: float, failures: int, longest: float) -> float:
    """Return the pause after so many failures (>= 1): `first`, then twice as long each time, at most `longest`."""
    # 2 ** 30 x 0.5 s is 17 years: beyond it only the number would grow, and overflow at 1,024.
    return min(first * 2.0 ** min(failures - 1, 30), longest)


def half_sure(pause: float, chance: float) -> float:
    """Spread the upper half of a pause, so that those who failed together do not come back together.

    `chance` is in [0, 1).
    """
    return pause * (0.5 + chance / 2)
