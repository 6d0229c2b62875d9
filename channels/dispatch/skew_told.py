"""How far this machine's clock is ahead of the planner's, told where it is worth telling."""

from __future__ import annotations

import structlog

from channels.dispatch.figures import Figures
from channels.dispatch.skew import skew_of
from schemas.record import Record

log = structlog.get_logger(__name__)


def told_skew(record: Record, within: float | None, wall_ms: int, figures: Figures) -> float | None:
    """Return what a record says of it in seconds, as `skew_of` does, and tell figures and log.

    `within`: the record was written so many seconds ago at most, None: nobody knows; `wall_ms` is this clock, epoch ms.
    """
    kind, written_ms = record.timestamp()
    skew = skew_of(written_ms, wall_ms, within) if kind else None
    if skew is not None:
        figures.skewed(skew)
    if skew:
        log.warning(
            "clock_skew",
            difference=f"{abs(skew):.0f} s",
            this_clock="ahead of the planner's" if skew > 0 else "behind the planner's",
            then="leases are over when they come" if skew > 0 else "leases last longer than they should",
            fix="set the clocks of both machines by NTP; `cairn doctor` compares one with the brokers'",
        )
    return skew
