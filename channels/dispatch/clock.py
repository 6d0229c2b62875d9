"""The two clocks of a dispatcher, to hand a test its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Clock:
    """`steady` (seconds) measures and never steps; `wall_ms` (epoch ms) is what leases and receipts are dated by."""

    steady: Callable[[], float] = time.monotonic
    wall_ms: Callable[[], int] = _wall_ms
