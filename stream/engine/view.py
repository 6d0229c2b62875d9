"""What a fold may do on its partition: claim rows, emit, reject, count. Nothing of it is seen before the commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from schemas.dead_letter import Headers, dead_letter
from schemas.record import Record
from stream.engine.rows import Rows
from stream.engine.topology import Topology
from stream.runtime.metrics import DEAD_LETTERS, REJECTS, Metric
from stream.runtime.snapshot import Labels


class Emission(NamedTuple):
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


class View:
    """One task's transaction as its fold sees it."""

    def __init__(
        self, partition: int, topology: Topology, tables: Mapping[str, Rows[Any]], dead_letter_bytes: int
    ) -> None:
        self.partition = partition
        self.tables = tables
        self.emissions: list[Emission] = []
        self.emitted_bytes = 0
        self.counts: dict[tuple[str, Labels], float] = {}
        """By metric name and label values."""
        self.observations: list[tuple[Metric, Sequence[float], Labels]] = []
        self._dead_letters = {each.topic: each.dead_letters for each in topology.inputs if each.dead_letters}
        self._dead_letter_bytes = dead_letter_bytes

    def rows(self, table: str) -> Rows[Any]:
        """The rows of a declared table."""
        return self.tables[table]

    def emit(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> None:
        """Produce a record to an output, to this task's partition number, in this transaction."""
        self.emissions.append(Emission(topic, key, value, headers))
        self.emitted_bytes += len(value or b"")

    def reject(self, record: Record, code: str, message: str, pointer: str = "") -> None:
        """Send a record to its input's dead-letter topic, unchanged, with the reason; the rest goes on.

        A record that cannot fit becomes a pointer to itself (engine rule 4), so that no record can stop the loop.
        """
        topic = self._dead_letters[record.topic()]
        letter = dead_letter(record, code=code, message=message, pointer=pointer, limit=self._dead_letter_bytes)
        self.emit(topic, letter.key, letter.value, letter.headers)
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
        for rows in self.tables.values():
            rows.begin_trial()
        return Savepoint(len(self.emissions), self.emitted_bytes, dict(self.counts), len(self.observations))

    def keep(self) -> None:
        """Keep what was done since the savepoint."""
        for rows in self.tables.values():
            rows.keep_trial()

    def rollback(self, to: Savepoint) -> None:
        """Take back what was done since the savepoint."""
        for rows in self.tables.values():
            rows.undo_trial()
        del self.emissions[to.emissions :]
        del self.observations[to.observed :]
        self.emitted_bytes = to.emitted_bytes
        self.counts = dict(to.counts)

    def clear(self) -> None:
        """Start the next transaction with an empty page."""
        self.emissions = []
        self.emitted_bytes = 0
        self.counts = {}
        self.observations = []
