"""One planner worker: makes the processor as the settings want it, and runs it."""

from __future__ import annotations

from stream.engine.figures import Figures
from stream.engine.probe import Probe, no_probe
from stream.planner.planner import Planner
from stream.planner.timings import timing_of
from stream.planner.topology import Names, planner_topology
from stream.run import run_processor
from stream.runtime.child import Child
from stream.runtime.exits import Exit
from stream.runtime.settings import Settings


def run_planner(settings: Settings, child: Child, *, probe: Probe = no_probe) -> Exit:
    """Run one worker of the planner until SIGTERM or SIGINT; OK after a clean drain.

    Raises:
        CairnError: with the exit code of what stopped it.
    """
    return run_processor(settings, settings.planner, make_planner(settings), child.worker, Figures(child), probe=probe)


def make_planner(settings: Settings) -> Planner:
    """The processor as the settings want it."""
    prefix = settings.topics.prefix
    return Planner(
        planner_topology(prefix, settings.planner.app_id),
        Names.of(prefix),
        reward_key=settings.planner.reward_secret,
        erasure_key=settings.planner.erasure_secret,
        timing=timing_of(settings),
    )
