"""What a worker tells its parent of itself."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Iterator

import pytest

from stream.engine.figures import Figures
from stream.runtime.child import PUBLISH_EVERY, Child, ChildPipes
from stream.runtime.frames import FrameReader
from stream.runtime.metrics import MEMORY_BYTES, SNAPSHOTS_DROPPED
from stream.runtime.snapshot import Phase, Snapshot


class Scene:
    """Worker 3 under a parent that reads when the test says so; each look at the clock is a frame later."""

    def __init__(self, figures_fd: int, liveness_fd: int, reader: FrameReader) -> None:
        self.orphaned = threading.Event()
        ticks = itertools.count(1000.0, PUBLISH_EVERY)
        self.child = Child(ChildPipes(3, figures_fd, liveness_fd), on_orphaned=self.orphaned.set)
        self.figures = Figures(self.child, clock=lambda: next(ticks))
        self._reader = reader

    def turn(self) -> None:
        self.figures.turned({}, {}, moved=False)

    def read(self) -> Snapshot:
        """The newest frame in the pipe."""
        *_, newest = [each for each in self._reader.messages() if isinstance(each, Snapshot)]
        return newest


@pytest.fixture
def scene() -> Iterator[Scene]:
    reading, figures = os.pipe()
    liveness, parent = os.pipe()
    reader = FrameReader(reading)
    scene = Scene(figures, liveness, reader)
    yield scene
    os.close(parent)
    assert scene.orphaned.wait(30)  # its thread reads the other end until then
    for fd in (figures, liveness):
        os.close(fd)
    reader.close()


def test_a_worker_tells_its_memory(scene: Scene) -> None:
    """The target is 700 MB resident for each: nobody could watch it."""
    scene.figures.enter(Phase.RUNNING)
    scene.turn()

    (labels, held) = next(iter(scene.read().gauges[MEMORY_BYTES.name].items()))
    assert labels == ("3",)
    assert held > 1 << 20


def test_frames_that_found_the_pipe_full_are_counted_once_each(scene: Scene) -> None:
    """A parent that reads too slowly is seen when it reads again, and the count never goes back."""
    while scene.child.dropped < 3:
        scene.turn()
    scene.read()  # makes room
    scene.turn()
    scene.turn()

    assert scene.read().counters[SNAPSHOTS_DROPPED.name] == {(): scene.child.dropped}
    assert scene.child.dropped == 3
