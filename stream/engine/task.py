"""One partition: its positions, its rows, its fold. Without Kafka: the worker and the test driver run the same code.

A transaction of a task, in order:

    1. process()    fold batches on claimed rows; nothing is visible yet
    2. changes()    changed rows and, last, the positions they reflect   -> changelog, same partition number
    3. (commit)     by whoever drives the task
    4. stored()     ONE atomic write: rows + positions + changelog offset
       aborted()    instead of 3 and 4: forget all of it, go back to the positions
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from schemas.errors import CairnError
from schemas.record import Record
from stream.engine.changelog import LABEL_KEY, POSITIONS_KEY, Label, Positions
from stream.engine.processor import Fold, Processor
from stream.engine.rows import Rows
from stream.engine.states import TaskState, move
from stream.engine.stores.store import Change, Store, StoreError
from stream.engine.topology import Topology
from stream.engine.view import View
from stream.runtime.exits import Exit

ROW_BYTES = 64 << 10
"""A row bigger than this is a fault of the processor (rule 4): one row must never fill a transaction."""
CULPRITS_IN_A_ROW = 10
"""More internal errors than this, one after the other, are no longer bad records but a bad release."""

log = structlog.get_logger(__name__)


class PoisonedError(Exception):
    """A fold raised. The transaction must be aborted; then the task refolds record by record."""


class Task:
    """The engine's side of one partition. `partitions` is the count of every topic of the topology."""

    def __init__(
        self,
        processor: Processor,
        partition: int,
        store: Store,
        *,
        partitions: int,
        cache_rows: int = 0,
        dead_letter_bytes: int = 1 << 20,
    ) -> None:
        self.partition = partition
        self.state = TaskState.RESTORING
        self.store = store
        self.offsets: dict[str, int] = {}
        self.dirty = False
        self.newest_ms = 0
        self._processor = processor
        self._topology: Topology = processor.topology
        self._fold: Fold = processor.open(partition, partitions)
        self._partitions = partitions
        self._committed: dict[str, int] = {}
        self._careful_until: dict[str, int] = {}
        self._culprits = self._committed_culprits = 0
        formats = self._topology.formats
        self._tables = {
            table.name: Rows(table, formats, store, cache_rows=cache_rows) for table in self._topology.tables
        }
        self.view = View(partition, self._topology, self._tables, dead_letter_bytes)

    @property
    def lead_offset(self) -> int:
        """The next offset of the lead input that is not yet reflected."""
        return self.offsets[self._topology.lead.topic]

    def cache(self, rows: int) -> None:
        """Keep at most this many decoded rows of each cached table between transactions."""
        for table in self._tables.values():
            table.limit(rows)

    @property
    def cached_rows(self) -> int:
        """Decoded rows kept in memory."""
        return sum(rows.cached for rows in self._tables.values())

    @property
    def touched_rows(self) -> int:
        """Rows that the open transaction holds."""
        return sum(len(rows.overlay) for rows in self._tables.values())

    def start(self, positions: Positions, now_ms: int) -> None:
        """Restored: go on from `positions`. What the fold's `begin` writes is committed with the next transaction.

        Raises:
            CairnError: DRIFT, when a topic had another partition count when the state was written (rule 10).
        """
        self._check_partitions(positions)
        self.state = move(self.state, TaskState.RUNNING)
        self.offsets = dict(positions.offsets)
        self._committed = dict(positions.offsets)
        self._reset()
        self._begin(now_ms)

    def process(self, topic: str, records: Sequence[Record], now_ms: int) -> int:
        """Fold a batch of one input, in offset order; return how many records were new.

        Raises:
            PoisonedError: the fold raised; abort, call `aborted()`, and give the records again.
            CairnError: POISONED, after more than ten internal errors in a row.
        """
        records = self._unseen(topic, records)
        if not records:
            return 0
        self.dirty = True
        careful_until = self._careful_until.get(topic, 0)
        if records[0].offset() < careful_until:
            self._process_singly(topic, records, now_ms)
        else:
            self._careful_until.pop(topic, None)
            try:
                decoded = self._fold.decode(topic, records, now_ms)
                self._fold.fold(topic, records, decoded, self.view, now_ms)
            except (CairnError, StoreError):
                raise  # not the fault of a record
            except Exception as error:
                self._careful_until[topic] = records[-1].offset() + 1
                raise PoisonedError(f"{topic}/{self.partition}: {error!r}") from error
            self._culprits = 0
        last = records[-1]
        self.offsets[topic] = last.offset() + 1
        self.newest_ms = last.timestamp()[1]
        return len(records)

    def changes(self) -> list[Change]:
        """What the transaction changed, for changelog and store; the positions come last, always."""
        changed = [change for rows in self._tables.values() for change in rows.changes()]
        largest = _largest(changed)
        if largest > ROW_BYTES:
            self._careful_until = dict(self.offsets)
            raise PoisonedError(f"a row of {largest} bytes is over the bound of {ROW_BYTES}")
        changed.append((POSITIONS_KEY, self.positions().encode(self._topology.formats)))
        return changed

    def positions(self) -> Positions:
        """What the rows reflect once the open transaction is committed."""
        return Positions(self.offsets, dict.fromkeys(self._topology.topics, self._partitions))

    def stored(self, changes: list[Change], label: Label) -> None:
        """Committed: write the store and keep the rows in the cache.

        Raises:
            StoreError: committed but not stored; the task must be restored (rule 3).
        """
        self.store.write([*changes, (LABEL_KEY, label.encode())])
        for rows in self._tables.values():
            rows.committed()
        self._committed = dict(self.offsets)
        self._committed_culprits = self._culprits
        self.view.clear()
        self.dirty = False

    def aborted(self, now_ms: int) -> None:
        """The transaction is gone: back to the committed positions, with a fresh fold and no touched row."""
        self.offsets = dict(self._committed)
        self._reset()
        self._fold = self._processor.open(self.partition, self._partitions)
        self._begin(now_ms)

    def restore_again(self) -> None:
        """The outcome of a commit is unknown, or was not stored: nothing in memory may be trusted."""
        self.state = move(self.state, TaskState.RESTORING)
        self._reset()
        for rows in self._tables.values():
            rows.forget()
        self._fold = self._processor.open(self.partition, self._partitions)

    def close(self) -> None:
        """Give the partition up; what was committed is flushed, so that the next start is quick."""
        self.state = move(self.state, TaskState.CLOSED)
        self.store.close()

    def _begin(self, now_ms: int) -> None:
        self._fold.begin(self.view, now_ms)
        largest = _largest([change for rows in self._tables.values() for change in rows.changes()])
        if largest > ROW_BYTES:
            # No record is to blame, so none can be put aside: refolding would go on for ever.
            raise CairnError(
                f"a row of {largest} bytes is over the bound of {ROW_BYTES}",
                where=f"partition {self.partition}, before the first record",
                fix="let the processor keep less in one row",
            )
        self.dirty = self.touched_rows > 0 or bool(self.view.emissions)

    def _reset(self) -> None:
        for rows in self._tables.values():
            rows.aborted()
        self.view.clear()
        self.dirty = False
        self._culprits = self._committed_culprits  # the same records come again: each culprit counts once

    def _unseen(self, topic: str, records: Sequence[Record]) -> Sequence[Record]:
        """Drop what lies below the position: a rewind or a rebalance may deliver it again (rule 5)."""
        position = self.offsets[topic]
        if records[0].offset() >= position:
            return records
        return [each for each in records if each.offset() >= position]

    def _process_singly(self, topic: str, records: Sequence[Record], now_ms: int) -> None:
        for record in records:
            savepoint = self.view.savepoint()
            try:
                decoded = self._fold.decode(topic, [record], now_ms)
                self._fold.fold(topic, [record], decoded, self.view, now_ms)
                largest = max((rows.largest_in_trial() for rows in self._tables.values()), default=0)
                if largest >= ROW_BYTES:
                    raise ValueError(f"a row of {largest} bytes is over the bound of {ROW_BYTES}")
            except (CairnError, StoreError):
                raise  # not the fault of a record
            except Exception:
                self.view.rollback(savepoint)
                self._condemn(topic, record)
            else:
                self.view.keep()
                self._culprits = 0

    def _condemn(self, topic: str, record: Record) -> None:
        log.exception("record_broke_the_fold", topic=topic, partition=self.partition, offset=record.offset())
        self._culprits += 1
        if self._culprits > CULPRITS_IN_A_ROW:
            raise CairnError(
                f"{self._culprits} records in a row broke the fold: this is a fault of the release, not of the records",
                where=f"{topic}, partition {self.partition}, offset {record.offset()}",
                fix="see the traceback in the log; nothing was lost, the records are read again after the upgrade",
                exit=Exit.POISONED,
            )
        self.view.reject(record, "internal_error", "this record broke the processor; the traceback is in its log")

    def _check_partitions(self, positions: Positions) -> None:
        for topic, then in positions.partitions.items():
            if topic in self._topology.topics and then != self._partitions:
                raise CairnError(
                    f"{topic} had {then} partitions when the state was written, now it has {self._partitions}",
                    where=f"state of partition {self.partition}",
                    fix="a contact would be counted in two partitions: restore the old count, or start a new app id",
                    exit=Exit.DRIFT,
                )


def _largest(changes: Sequence[Change]) -> int:
    return max((len(value) for _, value in changes if value), default=0)
