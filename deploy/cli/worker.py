"""One worker of `cairn run`: started by the supervisor as `python -m deploy.cli.worker`, not by hand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.cli.extras import not_installed
from deploy.cli.worker_order import WorkerOrder
from schemas.errors import CairnError
from stream.runtime.exits import Exit
from stream.runtime.leave import leave

if TYPE_CHECKING:
    from stream.runtime.child import Child
    from stream.runtime.settings import Settings


def work(order: WorkerOrder) -> Exit:
    """Run one worker until it is told to stop; its parent hears the reason when it gives up."""
    from stream.runtime.child import Child
    from stream.runtime.layers import load
    from stream.runtime.logs import configure

    child = Child.of_environment()
    try:
        settings = load(config=(order.config and Path(order.config)) or None, options=order.options).settings
        configure(settings.log, worker=child.worker)
        return _run(order, settings, child)
    except CairnError as error:
        child.farewell(error)
        return Exit(error.exit)
    except ImportError as error:
        told = not_installed(error) or _fault(error)
        child.farewell(told)
        return Exit(told.exit)
    except Exception as error:
        told = _fault(error)
        child.farewell(told)
        return Exit(told.exit)


def _fault(error: Exception) -> CairnError:
    """The error for what nobody expected; the log gets its traceback."""
    import structlog

    structlog.get_logger("worker").error("worker_failed", exc_info=error)
    fault = f"a fault inside Cairn: {type(error).__name__}"
    return CairnError(fault, fix="the worker's log has the traceback", exit=Exit.INTERNAL)


def _run(order: WorkerOrder, settings: Settings, child: Child) -> Exit:
    """A worker loads its own room only: a tracker needs no mail library, a dispatcher no RocksDB."""
    role = order.role
    if role == "tracker":
        from stream.tracker.run import run_tracker

        return run_tracker(settings, child)
    if role == "planner":
        from stream.planner.run import run_planner

        return run_planner(settings, child)
    if role == "portal":
        from deploy.cli.portal import serve_portal

        return serve_portal(settings, child)
    if role == "reactions":
        from stream.reactions.run import run_reactions

        return run_reactions(settings, order.modules, child)
    from deploy.cli.dispatcher import run_channel

    return run_channel(settings, role, child)


if __name__ == "__main__":
    leave(work(WorkerOrder.of(sys.argv[1])))
