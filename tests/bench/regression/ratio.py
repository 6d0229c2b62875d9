"""CPU time of the tracker's path against a fixed loop in the same run: for machines that count no instructions.

Both slow down together when the machine is busy, so their ratio stays.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

from tests.bench.regression.reference import Reference
from tests.bench.regression.workload import Workload
from tests.bench.summary import median

EVENTS, LOOPS = 500, 500
"""Of one turn: some 5 ms each. Shorter than a scheduler's slice, so that both mostly fall into the same one."""
TURNS = 300
WARM_TURNS = 20
"""Left out: caches fill, most contacts are new, Python specialises its code."""


def cpu_ratio(clock: Callable[[], float] = time.thread_time, turns: int = TURNS, *, native: bool = False) -> float:
    """Return what an event costs in turns of the reference loop: the median over the turns.

    Each turn holds the path against the loops right before and after it, so a machine that slows down within a turn is
    seen by both. Garbage is collected between them: whose turn it is must not depend on what the other one left.
    """
    ratios = []
    reference = Reference()
    was_on = gc.isenabled()
    gc.disable()
    try:
        with Workload(EVENTS * (turns + WARM_TURNS), native=native) as workload:
            before = _seconds(lambda: reference.work(LOOPS), clock)
            for turn in range(turns + WARM_TURNS):
                workload.pipe(EVENTS)
                gc.collect(0)
                worked = _seconds(workload.process, clock)
                after = _seconds(lambda: reference.work(LOOPS), clock)
                if turn >= WARM_TURNS:
                    ratios.append(worked / EVENTS / ((before + after) / 2 / LOOPS))
                before = after
    finally:
        if was_on:
            gc.enable()
    return median(ratios)


def _seconds(work: Callable[[], object], clock: Callable[[], float]) -> float:
    began = clock()
    work()
    return clock() - began
