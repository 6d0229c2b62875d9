"""The planner's settings as the core's timing: for the planner itself, and for whoever says what it will do."""

from __future__ import annotations

from stream.core.celebration.timing import Timing
from stream.runtime.settings import Settings


def timing_of(settings: Settings) -> Timing:
    """Return how long the planner waits for things, by its section of the settings."""
    return Timing(
        grace_ms=round(settings.planner.grace * 1000),
        spread_ms=round(settings.planner.spread * 1000),
        lease_ms=round(settings.planner.lease * 1000),
        give_up_ms=round(settings.planner.give_up * 1000),
    )
