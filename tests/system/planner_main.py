"""One worker process of a test: the planner on the real engine, with what shall go wrong in it.

Started as `python -m tests.system.planner_main ORDER`.
"""

from __future__ import annotations

import sys

from schemas.errors import CairnError
from stream.planner.run import run_planner
from stream.runtime.child import Child
from stream.runtime.exits import Exit
from stream.runtime.layers import load
from stream.runtime.logs import configure
from tests.system.mischief import Mischief
from tests.system.planner_order import PlannerOrder
from tests.system.worker_main import log_to


def work(order: PlannerOrder) -> Exit:
    """Run the worker until it is told to stop; its log goes to the order's file."""
    log_to(order.log)
    mischief = Mischief(**order.mischief)
    mischief.install()
    child = Child.of_environment()
    try:
        settings = load(environ={}, options=order.options).settings
        configure(settings.log, worker=settings.planner.host)
        return run_planner(settings, child, probe=mischief.probe)
    except CairnError as error:
        child.farewell(error)
        print(f"ended: {error.what}", file=sys.stderr, flush=True)
        return Exit(error.exit)


if __name__ == "__main__":
    sys.exit(work(PlannerOrder.of(sys.argv[1])))
