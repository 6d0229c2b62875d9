"""What a fold may do on its partition: claim rows, emit, reject, count. Nothing of it is seen before the commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import msgspec

from schemas.dead_letter import Headers, dead_letter
from schemas.record import Record
from stream.engine.rows import Rows
from stream.engine.stores.store import Change
from stream.engine.timers import TimerRows
from stream.engine.topology import Topology
from stream.runtime.metrics import DEAD_LETTERS, REJECTS, Metric
from stream.runtime.snapshot import Labels


class Emission(msgspec.Struct, frozen=True, gc=False):
    """One record to be produced to the task's own partition number of `topic`."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Savepoint:
    """How far the view was written before one record, so that the record can be taken back."""

    emissions: int
    emitted_bytes: int
    counts: dict[tuple[str, Labels], float]
    observed: int
    rejected: int


class View:
    """One task's transaction as its fold sees it."""

    def __init__(
        self,
        partition: int,
        topology: Topology,
        tables: Mapping[str, Rows[Any]],
        dead_letter_bytes: int,
        timers: Mapping[str, TimerRows] = MappingProxyType({}),
    ) -> None:
        self.partition = partition
        self.tables = tables
        self.timers = timers
        self._parts: tuple[Rows[Any] | TimerRows, ...] = (*tables.values(), *timers.values())
        self.emissions: list[Emission] = []
        self.emitted_bytes = 0
        self.counts: dict[tuple[str, Labels], float] = {}
        """By metric name and label values."""
        self.observations: list[tuple[Metric, Sequence[float], Labels]] = []
        self.rejected = 0
        """Records rejected in the open transaction."""
        self._dead_letters = {each.topic: each.dead_letters for each in topology.inputs if each.dead_letters}
        self.dead_letter_bytes = dead_letter_bytes
        """The largest record that a dead-letter topic takes."""

    def rows(self, table: str) -> Rows[Any]:
        """The rows of a declared table."""
        return self.tables[table]

    def scan(self, table: str, after: bytes, limit: int) -> list[bytes]:
        """Return up to `limit` keys of committed rows of a table behind the key `after`, in byte order.

        For sweeps: begin with b"", go on behind the last key, and keep that in a row of your own.
        """
        return self.tables[table].after(after, limit)

    def schedule(self, timer: str, key: bytes, due_ms: int) -> None:
        """Let a declared timer fire for `key` once the task's clock has reached `due_ms` (epoch ms).

        A key may have several due times. Better is one, in its row: lazy timers cost nothing when the due time moves
        on, for `fire` finds the later one there and schedules it then (engine rule 17).

        Raises:
            ValueError: `due_ms` is negative.
        """
        self.timers[timer].schedule(key, due_ms)

    def unschedule(self, timer: str, key: bytes, due_ms: int) -> None:
        """Remove a timer row, as when the key is erased; one that is not there is fine."""
        self.timers[timer].unschedule(key, due_ms)

    @property
    def written(self) -> bool:
        """Whether the open transaction has anything to commit beside positions."""
        return bool(self.emissions) or any(part.changed for part in self._parts)

    def emit(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> None:
        """Produce a record to an output, to this task's partition number, in this transaction."""
        self.emissions.append(Emission(topic, key, value, headers))
        if value is not None:
            self.emitted_bytes += len(value)

    def reject(self, record: Record, code: str, message: str, pointer: str = "") -> None:
        """Send a record to its input's dead-letter topic, unchanged, with the reason; the rest goes on.

        A record that cannot fit becomes a pointer to itself (engine rule 4), so that no record can stop the loop.
        """
        topic = self._dead_letters[record.topic()]
        letter = dead_letter(record, code=code, message=message, pointer=pointer, limit=self.dead_letter_bytes)
        self.emit(topic, letter.key, letter.value, letter.headers)
        self.rejected += 1
        self.count(REJECTS, 1, (record.topic(), code))
        self.count(DEAD_LETTERS, 1, (topic,))

    def count(self, metric: Metric, amount: float = 1, labels: Labels = ()) -> None:
        """Add to a counter once the transaction is committed: work that is done again is counted once."""
        at = (metric.name, labels)
        self.counts[at] = self.counts.get(at, 0) + amount

    def observe(self, metric: Metric, figures: Sequence[float], labels: Labels = ()) -> None:
        """Put figures into a histogram once the transaction is committed."""
        self.observations.append((metric, figures, labels))

    def savepoint(self) -> Savepoint:
        """Remember how far the view was written, and let the rows remember too."""
        for part in self._parts:
            part.begin_trial()
        return Savepoint(
            len(self.emissions), self.emitted_bytes, dict(self.counts), len(self.observations), self.rejected
        )

    def keep(self) -> None:
        """Keep what was done since the savepoint."""
        for part in self._parts:
            part.keep_trial()

    def rollback(self, to: Savepoint) -> None:
        """Take back what was done since the savepoint."""
        for part in self._parts:
            part.undo_trial()
        del self.emissions[to.emissions :]
        del self.observations[to.observed :]
        self.emitted_bytes = to.emitted_bytes
        self.counts = dict(to.counts)
        self.rejected = to.rejected

    def largest_in_trial(self) -> int:
        """Bytes of the largest row that was written since the savepoint, encoded."""
        return max((rows.largest_in_trial() for rows in self.tables.values()), default=0)

    def changes(self) -> list[Change]:
        """What the open transaction changed in rows and timers, as store keys and values."""
        return [change for part in self._parts for change in part.changes()]

    def committed(self) -> None:
        """The transaction is committed and stored."""
        for part in self._parts:
            part.committed()
        self.clear()

    def aborted(self) -> None:
        """The transaction is gone: forget every row and timer that it touched."""
        for part in self._parts:
            part.aborted()
        self.clear()

    def forget(self) -> None:
        """The store below is about to change: nothing in memory may be trusted."""
        for part in self._parts:
            part.forget()
        self.clear()

    def clear(self) -> None:
        """Start the next transaction with an empty page."""
        self.emissions = []
        self.emitted_bytes = 0
        self.counts = {}
        self.observations = []
        self.rejected = 0
