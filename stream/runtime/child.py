"""The worker's side of the supervisor: figures up, and the parent's death down.

The parent hands over two inherited pipes in one environment variable, `CAIRN_CHILD=<index>:<figures
fd>:<liveness fd>`. Nothing is ever written to the liveness pipe: the kernel closes it when the parent dies,
however it dies, and its end ends the worker.
"""

import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from schemas.errors import CairnError
from stream.runtime.frames import FrameWriter
from stream.runtime.snapshot import Farewell, Snapshot

CHILD_ENV = "CAIRN_CHILD"
PUBLISH_EVERY = 0.5
"""Seconds between two frames: fresh enough for a scrape or a live view, and free for the loop."""
_LAST_WORDS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class ChildPipes:
    """What the parent handed over."""

    worker: int
    figures: int
    liveness: int

    def encode(self) -> str:
        """The value of `CAIRN_CHILD`."""
        return f"{self.worker}:{self.figures}:{self.liveness}"

    @classmethod
    def decode(cls, environ: Mapping[str, str]) -> "ChildPipes | None":
        """The pipes named in the environment; None when this process was started by hand.

        Raises:
            ValueError: the variable is there and names no pipes.
        """
        text = environ.get(CHILD_ENV)
        if not text:
            return None
        parts = text.split(":")
        if len(parts) != 3 or not all(part.isdigit() for part in parts):
            raise ValueError(f"{CHILD_ENV}={text!r} is not <worker>:<figures fd>:<liveness fd>")
        return cls(*map(int, parts))


class Child:
    """This worker as its parent knows it. Without a parent every call works and tells nobody."""

    def __init__(self, pipes: ChildPipes | None, *, on_orphaned: Callable[[], None] | None = None) -> None:
        """Take the pipes over and watch for the parent's death.

        `on_orphaned` is called in a thread when the parent has died; by default the process ends at once,
        which is safe: an open transaction is aborted by the broker, and nothing of it was stored.
        """
        self.worker = pipes.worker if pipes else 0
        self.dropped = 0
        """Frames that found the pipe full."""
        self._published_at = float("-inf")
        self._writer: FrameWriter | None = None
        if pipes is None:
            return
        for fd in (pipes.figures, pipes.liveness):
            os.set_inheritable(fd, False)  # a grandchild that kept it open would hide our end from the parent
        self._writer = FrameWriter(pipes.figures)
        if sys.__stderr__ is not None:
            # The parent asks for the stacks when we are stuck.
            faulthandler.register(signal.SIGUSR1, file=sys.__stderr__, all_threads=True)
        watch = threading.Thread(
            target=_watch, args=(pipes.liveness, on_orphaned or _end), name="parent-watch", daemon=True
        )
        watch.start()

    @classmethod
    def of_environment(cls) -> "Child":
        """The child of the process that started this one, if a supervisor did."""
        return cls(ChildPipes.decode(os.environ))

    def due(self, now: float) -> bool:
        """Whether a frame is wanted at `now` (`time.monotonic()`): ask before building a snapshot each
        cycle."""
        return self._writer is not None and now - self._published_at >= PUBLISH_EVERY

    def publish(self, snapshot: Snapshot, now: float) -> bool:
        """Offer a frame without waiting; True if the pipe took it. Call when `due`, or at once when the
        phase changed."""
        self._published_at = now
        if self._writer is None:
            return False
        taken = self._writer.offer(snapshot)
        self.dropped += not taken
        return taken

    def finish(self, snapshot: Snapshot) -> None:
        """Hand over the last figures of a clean stop, waiting a moment for room: nothing counted is lost."""
        if self._writer is not None:
            self._writer.insist(snapshot, _LAST_WORDS_SECONDS)

    def farewell(self, error: CairnError) -> None:
        """Tell the parent why this worker gives up; it repeats the lines to the user."""
        if self._writer is not None:
            self._writer.insist(Farewell(error.what, error.where, error.fix), _LAST_WORDS_SECONDS)


def dump_stacks() -> None:
    """Write the stacks of all threads of this process to standard error."""
    if sys.__stderr__ is not None:
        faulthandler.dump_traceback(file=sys.__stderr__, all_threads=True)


def _watch(liveness: int, on_orphaned: Callable[[], None]) -> None:
    while os.read(liveness, 1):
        pass
    on_orphaned()


def _end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
