"""One tracker worker: makes the processor as the settings want it, and runs it."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from stream.engine.figures import Figures
from stream.engine.probe import Probe, no_probe
from stream.native.accelerator import Accelerator
from stream.native.extension import choose
from stream.run import run_processor
from stream.runtime.child import Child
from stream.runtime.exits import Exit
from stream.runtime.metrics import ACCELERATOR
from stream.runtime.settings import Settings
from stream.tracker.gate import Gate
from stream.tracker.topology import Names, tracker_topology
from stream.tracker.tracker import Tracker

log = structlog.get_logger(__name__)


def run_tracker(settings: Settings, child: Child, *, probe: Probe = no_probe) -> Exit:
    """Run one worker of the tracker until SIGTERM or SIGINT; OK after a clean drain.

    Raises:
        CairnError: with the exit code of what stopped it.
    """
    figures = Figures(child)
    accelerator = make_accelerator(settings)

    def adopted(version: int) -> None:
        figures.rules_version = version
        is_active = accelerator is not None and accelerator.is_active
        figures.meter.set(ACCELERATOR, float(is_active), (str(child.worker),))

    tracker = make_tracker(settings, adopted, accelerator)
    return run_processor(settings, settings.tracker, tracker, child.worker, figures, probe=probe)


def make_accelerator(settings: Settings) -> Accelerator | None:
    """The native accelerator as the settings want it; the log says whether there is one, and why not.

    Raises:
        CairnError: USAGE, it is required and there is none.
    """
    module, why_not = choose(settings.tracker.accelerator)
    if module is None:
        log.info("python_counts_all_events", reason=why_not)
        return None
    log.info("native_accelerator_counts_plain_events")
    return Accelerator(module, settings.tracker.door_limits)


def make_tracker(
    settings: Settings, on_adopted: Callable[[int], None], accelerator: Accelerator | None = None
) -> Tracker:
    """The processor as the settings want it; `on_adopted` hears the version of the rules that a task goes over to."""
    limits = settings.tracker.door_limits
    prefix = settings.topics.prefix
    return Tracker(
        tracker_topology(prefix, settings.tracker.app_id),
        Names.of(prefix),
        lambda partition, partitions: Gate(partition, partitions, limits),
        dedupe_ids=settings.tracker.dedupe_window,
        on_adopted=on_adopted,
        erasure_key=settings.tracker.erasure_secret,
        accelerator=accelerator,
    )
