"""One worker process of a test: the real tracker worker, with what shall go wrong in it.

Started as `python -m tests.system.worker_main ORDER`.
"""

from __future__ import annotations

import dataclasses
import os
import sys
import traceback
from collections.abc import Callable

import stream.tracker.run
from schemas.errors import CairnError
from stream.engine.probe import Probe
from stream.engine.topology import Formats, Topology
from stream.runtime.child import Child
from stream.runtime.exits import Exit
from stream.runtime.layers import load
from stream.runtime.leave import leave
from stream.runtime.logs import configure
from stream.runtime.settings import Settings
from stream.tracker.topology import tracker_topology
from tests.system.mischief import Mischief
from tests.system.swap import replace
from tests.system.work_order import WorkOrder

Run = Callable[[Settings, Child, Probe], Exit]
"""Runs one worker of a processor until it is told to stop."""


def be_worker(order: WorkOrder, run: Run, mischief: Mischief) -> Exit:
    """Run as a worker does, with this mischief; the log goes to the order's file."""
    log_to(order.log)
    mischief.install()
    child = Child.of_environment()
    try:
        settings = load(environ={}, options=order.options).settings
        configure(settings.log, worker=settings.tracker.host or settings.planner.host)
        return run(settings, child, mischief.probe)
    except CairnError as error:
        child.farewell(error)
        print(f"ended: {error.what}", file=sys.stderr, flush=True)
        return Exit(error.exit)
    except Exception as error:  # as `deploy.cli.worker` does: a code of its own, for who starts it again
        traceback.print_exc()
        child.farewell(CairnError(f"a fault inside Cairn: {type(error).__name__}"))
        return Exit.INTERNAL


def work(order: WorkOrder) -> Exit:
    """Run a worker of the tracker."""
    formats = Formats(frozenset(order.reads), order.writes)

    def topology(prefix: str, app_id: str) -> Topology:
        return dataclasses.replace(tracker_topology(prefix, app_id), formats=formats)

    def run(settings: Settings, child: Child, probe: Probe) -> Exit:
        replace(stream.tracker.run, "tracker_topology", topology)
        return stream.tracker.run.run_tracker(settings, child, probe=probe)

    return be_worker(order, run, Mischief(**order.mischief))


def log_to(path: str) -> None:
    """Append both streams of the process, what the C libraries write included, to `path`."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream_fd in (1, 2):
        os.dup2(file, stream_fd)
    os.close(file)


if __name__ == "__main__":
    leave(work(WorkOrder.of(sys.argv[1])))
