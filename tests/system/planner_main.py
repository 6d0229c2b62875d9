"""One worker process of a test: the planner on the real engine, with what shall go wrong in it.

Started as `python -m tests.system.planner_main ORDER`.
"""

from __future__ import annotations

import sys

from stream.planner.run import run_planner
from stream.runtime.leave import leave
from tests.system.mischief import Mischief
from tests.system.planner_order import PlannerOrder
from tests.system.worker_main import be_worker

if __name__ == "__main__":
    order = PlannerOrder.of(sys.argv[1])
    leave(
        be_worker(
            order, lambda settings, child, probe: run_planner(settings, child, probe=probe), Mischief(**order.mischief)
        )
    )
