"""How long to wait before a record is tried again. Pure."""

from __future__ import annotations

SHORTEST = 0.5
"""Seconds before the second try: enough for a neighbour that restarts a connection."""


def pause(failures: int, longest: float, chance: float) -> float:
    """Return the seconds to wait after so many failures (>= 1): doubled each time, at most `longest`.

    `chance` in [0, 1) spreads the upper half, so that those who failed together do not come back together.
    """
    # 2 ** 30 x 0.5 s is 17 years: beyond it only the number would grow.
    whole: float = min(SHORTEST * 2.0 ** min(failures - 1, 30), longest)
    return whole * (0.5 + chance / 2)
