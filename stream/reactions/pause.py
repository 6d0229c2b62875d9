"""How long to wait before a record is tried again. Pure."""

from __future__ import annotations

from stream.runtime.backoff import doubled, half_sure

SHORTEST = 0.5
"""Seconds before the second try: enough for a neighbour that restarts a connection."""


def pause(failures: int, longest: float, chance: float) -> float:
    """Return the seconds to wait after so many failures (>= 1): doubled each time, at most `longest`.

    `chance` in [0, 1) spreads its upper half.
    """
    return half_sure(doubled(SHORTEST, failures, longest), chance)
