"""One worker process of a test: the real tracker worker, with what shall go wrong in it.

Started as `python -m tests.system.worker_main ORDER`.
"""

from __future__ import annotations

import dataclasses
import os
import sys
import traceback

import stream.tracker.run
from schemas.errors import CairnError
from stream.engine.topology import Formats, Topology
from stream.runtime.child import Child
from stream.runtime.exits import Exit
from stream.runtime.layers import load
from stream.runtime.logs import configure
from stream.tracker.topology import tracker_topology
from tests.system.mischief import Mischief, replace
from tests.system.work_order import WorkOrder


def work(order: WorkOrder) -> Exit:
    """Run the worker until it is told to stop; its log goes to the order's file."""
    log_to(order.log)
    mischief = Mischief(**order.mischief)
    mischief.install()
    formats = Formats(frozenset(order.reads), order.writes)

    def topology(prefix: str, app_id: str) -> Topology:
        return dataclasses.replace(tracker_topology(prefix, app_id), formats=formats)

    replace(stream.tracker.run, "tracker_topology", topology)
    child = Child.of_environment()
    try:
        settings = load(environ={}, options=order.options).settings
        configure(settings.log, worker=settings.tracker.host)
        return stream.tracker.run.run_tracker(settings, child, probe=mischief.probe)
    except CairnError as error:
        child.farewell(error)
        print(f"ended: {error.what}", file=sys.stderr, flush=True)
        return Exit(error.exit)
    except Exception as error:  # as `deploy.cli.worker` does: a code of its own, for who starts it again
        traceback.print_exc()
        child.farewell(CairnError(f"a fault inside Cairn: {type(error).__name__}"))
        return Exit.INTERNAL


def log_to(path: str) -> None:
    """Append both streams of the process, what the C libraries write included, to `path`."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream_fd in (1, 2):
        os.dup2(file, stream_fd)
    os.close(file)


if __name__ == "__main__":
    sys.exit(work(WorkOrder.of(sys.argv[1])))
