"""One tracker worker: makes the processor as the settings want it, and runs it."""

from __future__ import annotations

from collections.abc import Callable

from schemas.partition_check import PartitionChecking
from stream.engine.figures import Figures
from stream.engine.probe import Probe, no_probe
from stream.run import run_processor
from stream.runtime.child import Child
from stream.runtime.exits import Exit
from stream.runtime.settings import Settings
from stream.tracker.gate import Gate
from stream.tracker.topology import Names, tracker_topology
from stream.tracker.tracker import Tracker


def run_tracker(settings: Settings, child: Child, *, probe: Probe = no_probe) -> Exit:
    """Run one worker of the tracker until SIGTERM or SIGINT; OK after a clean drain.

    Raises:
        CairnError: with the exit code of what stopped it.
    """
    figures = Figures(child)

    def adopted(version: int) -> None:
        figures.rules_version = version

    return run_processor(
        settings, settings.tracker, make_tracker(settings, adopted), child.worker, figures, probe=probe
    )


def make_tracker(settings: Settings, on_adopted: Callable[[int], None]) -> Tracker:
    """The processor as the settings want it; `on_adopted` hears the version of the rules that a task goes over to."""
    checking, limits = PartitionChecking(settings.tracker.partitioner_check), settings.tracker.door_limits
    prefix = settings.topics.prefix
    return Tracker(
        tracker_topology(prefix, settings.tracker.app_id),
        Names.of(prefix),
        lambda partition, partitions: Gate(checking, partition, partitions, limits),
        dedupe_ids=settings.tracker.dedupe_window,
        on_adopted=on_adopted,
        erasure_key=settings.tracker.erasure_secret,
    )
