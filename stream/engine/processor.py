"""What a processor gives the engine, and what it gets: records in, rows and outputs back.

A processor is made once for a worker; it opens one `Fold` for each partition that the worker owns. A fold keeps
nothing between calls but what it derives from its rows (after an abort the engine opens a new one), does no I/O and
reads no clock: time comes with the call.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from schemas.record import Record
from stream.engine.topology import Topology
from stream.engine.view import View


class NotYetError(Exception):
    """Raised by `begin`: the broadcast input does not yet hold what this task's state needs (engine rule 19).

    What `begin` wrote is taken back; the task's inputs stay paused, and it begins again when the broadcast moves.
    """


class Fold(Protocol):
    """The pure part of a processor on one partition. `SimpleFold` has what a small one leaves out."""

    def begin(self, view: View, now_ms: int) -> None:
        """Run after a restore, before the first record, and again between batches whenever the broadcast changed.

        What it writes is committed with the positions. `now_ms` is the wall clock.

        Raises:
            NotYetError: it must wait for the broadcast.
        """
        ...

    def decode(self, topic: str, records: Sequence[Record], now_ms: int) -> Any:
        """Decode a batch of one input. Pure, reads no row: it may overlap the commit of the batch before.

        Records that it raises on go to the dead-letter topic as `internal_error`, each alone, and never stop a worker.
        """
        ...

    def fold(self, topic: str, records: Sequence[Record], decoded: Any, view: View, now_ms: int) -> None:
        """Apply a decoded batch: claim rows, change them, emit outputs, reject what is not fit.

        A record without value is a tombstone of its key. `now_ms` is the wall clock.

        An exception is answered by the engine: the batch is folded again record by record and the culprit goes to
        the dead-letter topic as `internal_error`. When that happens to contact upon contact, the worker stops
        (`stream.engine.poison`).
        """
        ...

    def fire(self, timer: str, key: bytes, due_ms: int, view: View, now_ms: int) -> None:
        """Handle a due timer, whose timer row is gone already; check it against the row, so that a ghost does nothing.

        `now_ms` is the task's clock: every input is read up to what stood in it then (engine rule 16). A timer is
        lazy: the due time lives in the row, and where the row names a later one, it is scheduled here. An exception
        is answered by the engine: what this timer wrote is taken back, and the timer is dropped.
        """
        ...

    def work(self, view: View, now_ms: int) -> bool:
        """Do a slice of background work, a few milliseconds long; True asks for another slice next turn.

        Called after every `begin`, then once per turn while it says True. What it writes is committed with the
        positions, so a cursor in a row makes a sweep survive whatever comes. `now_ms` is the wall clock.
        """
        ...


@runtime_checkable
class FiresTogether(Protocol):
    """A fold that handles many due timers in less time than one after the other."""

    def fire_together(self, timer: str, dues: Sequence[tuple[bytes, int]], view: View, now_ms: int) -> None:
        """Do what `fire` would do for each of these keys and due times; no key is among them twice.

        What it writes about one key is in the order of `fire`; keys may be mixed. When it breaks, all of it is taken
        back, and each timer comes to `fire` by itself.
        """
        ...


class SimpleFold:
    """What a fold without adoption, timers or background work need not write itself; `decode` and `fold` are left."""

    def begin(self, view: View, now_ms: int) -> None:
        """Nothing to prepare."""

    def fire(self, timer: str, key: bytes, due_ms: int, view: View, now_ms: int) -> None:
        """Refuse: whoever schedules a timer also says what it does."""
        raise LookupError(f"this fold has no timer {timer!r}")

    def work(self, view: View, now_ms: int) -> bool:
        """No background work."""
        return False


class Processor(Protocol):
    """A topology and the folds that serve it."""

    @property
    def topology(self) -> Topology:
        """Topics and tables, as data."""
        ...

    def open(self, partition: int, partitions: int) -> Fold:
        """Make the fold of one partition; `partitions` is the count of every topic of the topology."""
        ...

    @property
    def ready(self) -> bool:
        """Whether the broadcast holds enough to begin: asked when it is read to its end, before the group is joined."""
        ...

    def broadcast(self, records: Sequence[Record]) -> None:
        """Take records of the broadcast input, each once for this worker, in offset order.

        An exception stops the worker: what every task needs cannot be put aside.
        """
        ...


class SimpleProcessor:
    """What a processor without a broadcast input need not write itself; `topology` and `open` are left."""

    __slots__ = ()

    @property
    def ready(self) -> bool:
        """There is nothing to wait for."""
        return True

    def broadcast(self, records: Sequence[Record]) -> None:
        """Refuse: whoever declares a broadcast input also says what to do with it."""
        raise LookupError("this processor reads no broadcast")
