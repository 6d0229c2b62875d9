"""What a processor gives the engine, and what it gets: records in, rows and outputs back.

A processor is made once for a worker; it opens one `Fold` for each partition that the worker owns. A fold keeps
nothing between calls but what it derives from its rows (after an abort the engine opens a new one), does no I/O and
reads no clock: time comes with the call.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from schemas.record import Record
from stream.engine.topology import Topology
from stream.engine.view import View


class Fold(Protocol):
    """The pure part of a processor on one partition."""

    def begin(self, view: View, now_ms: int) -> None:
        """Run once after a restore, before the first record; what it writes is committed with the positions."""
        ...

    def decode(self, topic: str, records: Sequence[Record], now_ms: int) -> Any:
        """Decode a batch of one input. Pure, reads no row: it may overlap the commit of the batch before."""
        ...

    def fold(self, topic: str, records: Sequence[Record], decoded: Any, view: View, now_ms: int) -> None:
        """Apply a decoded batch: claim rows, change them, emit outputs, reject what is not fit.

        An exception is answered by the engine: the batch is folded again record by record and the culprit goes to
        the dead-letter topic as `internal_error`.
        """
        ...

    def fire(self, timer: str, key: bytes, due_ms: int, view: View, now_ms: int) -> None:
        """Handle a due timer. It is checked against the row first, so that a ghost does nothing."""
        ...


class Processor(Protocol):
    """A topology and the folds that serve it."""

    @property
    def topology(self) -> Topology:
        """Topics and tables, as data."""
        ...

    def open(self, partition: int, partitions: int) -> Fold:
        """Make the fold of one partition; `partitions` is the count of every topic of the topology."""
        ...
