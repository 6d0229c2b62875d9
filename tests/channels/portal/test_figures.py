"""What a portal tells its supervisor, as the supervisor judges it."""

from __future__ import annotations

import os

from channels.portal.figures import PortalFigures
from stream.runtime.child import Child, ChildPipes
from stream.runtime.frames import FrameReader
from stream.runtime.metrics import UNSUBSCRIPTIONS
from stream.runtime.snapshot import Phase, Snapshot


def test_it_is_ready_once_it_can_serve_and_its_last_words_hold_every_count() -> None:
    """Before the first rules there is no page to show, so no traffic should come."""
    reading, writing = os.pipe()
    liveness, parent = os.pipe()
    child = Child(ChildPipes(0, writing, liveness), on_orphaned=lambda: None)
    reader = FrameReader(reading)
    figures = PortalFigures(child, clock=lambda: 7.0)

    figures.publish()
    figures.serving = True
    figures.publish()
    figures.meter.add(UNSUBSCRIPTIONS, 1, ("email",))
    figures.finish()

    said = [each for each in reader.messages() if isinstance(each, Snapshot)]
    os.close(parent)
    assert [(each.phase, each.joined, each.turned_at) for each in said] == [
        (Phase.JOINING, False, 7.0),
        (Phase.RUNNING, True, 7.0),
        (Phase.DRAINING, True, 7.0),
    ]
    assert said[-1].counters == {"cairn_unsubscriptions_total": {("email",): 1}}
    assert said[-1].gauges["cairn_worker_memory_bytes"][("0",)] > 0
    reader.close()
