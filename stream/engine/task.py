"""One partition: its positions, its rows, its fold. Without Kafka: the worker and the test driver run the same code.

A transaction of a task, in order:

    1. process(), fire(), work()   fold batches, due timers and background work; nothing is visible yet
    2. changes()    changed rows and, last, the positions they reflect   -> changelog, same partition number
    3. (commit)     by whoever drives the task
    4. stored()     ONE atomic write: rows + positions + changelog offset
       aborted()    instead of 3 and 4: forget all of it, go back to the positions
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import lt
from types import MappingProxyType

import structlog

from schemas.errors import CairnError
from schemas.record import Record
from stream.engine.changelog import LABEL_KEY, ORIGIN_KEY, POSITIONS_KEY, Label, Positions
from stream.engine.clock import Clock
from stream.engine.firing import Firing
from stream.engine.poison import CULPRITS_IN_A_ROW as CULPRITS_IN_A_ROW
from stream.engine.poison import Culprits
from stream.engine.poison import PoisonedError as PoisonedError
from stream.engine.processor import Fold, NotYetError, Processor
from stream.engine.rows import ROW_BYTES as ROW_BYTES
from stream.engine.rows import Rows, check_size
from stream.engine.states import TaskState, move
from stream.engine.stores.store import Change, Store, StoreError
from stream.engine.timers import TimerRows
from stream.engine.topology import Topology
from stream.engine.view import View
from stream.runtime.exits import Exit

log = structlog.get_logger(__name__)

NOTHING: Mapping[str, int] = MappingProxyType({})
NO_IDS: Mapping[str, str] = MappingProxyType({})


class Task:
    """The engine's side of one partition. `partitions` is the count of every topic of the topology, `topic_ids` the
    identity of each, which the positions remember."""

    def __init__(
        self,
        processor: Processor,
        partition: int,
        store: Store,
        *,
        partitions: int,
        topic_ids: Mapping[str, str] = NO_IDS,
        cache_rows: int = 0,
        dead_letter_bytes: int = 1 << 20,
    ) -> None:
        self.partition = partition
        self.state = TaskState.RESTORING
        self.store = store
        self.offsets: dict[str, int] = {}
        self.newest: dict[str, int] = {}
        """The timestamp (epoch ms) of the record last processed, by input."""
        self.tables: Mapping[str, int] = NOTHING
        """Table inputs with the end to which they are read before the lead; empty once they are."""
        self.clock = Clock()
        self.dirty = False
        self.more_work = False
        """Whether the fold has background work to do."""
        self._processor = processor
        self._topology: Topology = processor.topology
        self._fold: Fold = processor.open(partition, partitions)
        self._partitions = partitions
        self._topic_ids = dict(topic_ids)
        self._committed: dict[str, int] = {}
        self._committed_newest: dict[str, int] = {}
        self._careful_until: dict[str, int] = {}
        self._has_origin = False
        self._culprits = {each.topic: Culprits("records") for each in self._topology.inputs}
        formats = self._topology.formats
        self._rows = {
            table.name: table.opens(table, formats, store, partition, partitions, cache_rows=cache_rows)
            if table.opens is not None
            else Rows(table, formats, store, cache_rows=cache_rows)
            for table in self._topology.tables
        }
        timers = {timer.name: TimerRows(timer, formats, store) for timer in self._topology.timers}
        self.view = View(partition, self._topology, self._rows, dead_letter_bytes, timers)
        self._firing = Firing(self.view)

    @property
    def lead_offset(self) -> int:
        """The next offset of the lead input that is not yet reflected."""
        return self.offsets[self._topology.lead.topic]

    @property
    def next_timer_ms(self) -> int:
        """No timer is due before this (epoch ms)."""
        return self._firing.next_ms

    def moved(self) -> dict[str, int]:
        """The positions that a commit tells the group: the lead's, always, and what has moved since the last one."""
        lead, committed = self._topology.lead.topic, self._committed
        return {topic: offset for topic, offset in self.offsets.items() if topic == lead or offset != committed[topic]}

    def cache(self, limit: int) -> None:
        """Keep rows of each cached table between transactions, in about `limit` bytes."""
        for table in self._rows.values():
            table.limit(limit // table.cached_row_bytes)

    @property
    def cached_rows(self) -> int:
        """Rows kept in memory between transactions."""
        return sum(rows.cached for rows in self._rows.values())

    @property
    def touched_rows(self) -> int:
        """Rows that the open transaction holds."""
        return sum(rows.touched for rows in self._rows.values())

    def start(self, positions: Positions, now_ms: int, tables: Mapping[str, int] = NOTHING) -> None:
        """Restored: go on from `positions`. What the fold's `begin` writes is committed with the next transaction.

        `tables` are the ends of the table inputs as seen at assignment.

        Raises:
            StoreError: the store cannot be read.
        """
        (origin,) = self.store.get_many([ORIGIN_KEY])
        self._has_origin = origin is not None
        self.offsets = dict(positions.offsets)
        self._committed = dict(positions.offsets)
        self.tables = {topic: end for topic, end in tables.items() if self.offsets[topic] < end}
        self._reset()
        self.clock.forget()
        for timer in self.view.timers.values():
            timer.look()
        self.begin(now_ms)

    def begin(self, now_ms: int) -> None:
        """Let the fold begin, at first or because the broadcast moved; afterwards the state says what may be read."""
        savepoint = self.view.savepoint()
        try:
            self._fold.begin(self.view, now_ms)
        except NotYetError as reason:
            self.view.rollback(savepoint)
            if self.state is not TaskState.WAITING:
                log.warning("task_waits_for_the_broadcast", partition=self.partition, reason=str(reason))
            self.state = move(self.state, TaskState.WAITING)
            return
        self._settle("in begin")
        self.more_work = True
        if self.state in (TaskState.RESTORING, TaskState.WAITING):
            self.state = move(self.state, TaskState.CATCHING_UP if self.tables else TaskState.RUNNING)

    def caught_up(self) -> None:
        """The tables are read to the ends of `tables`, and committed: from now on every input is read."""
        self.tables = NOTHING
        self.state = move(self.state, TaskState.RUNNING)

    def process(self, topic: str, records: Sequence[Record], now_ms: int) -> int:
        """Fold a batch of one input, in offset order; return how many records were new.

        Raises:
            PoisonedError: the fold raised; abort, call `aborted()`, and give the records again.
            CairnError: POISONED, as `stream.engine.poison` says.
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
            rejected = self.view.rejected
            try:
                decoded = self._fold.decode(topic, records, now_ms)
                self._fold.fold(topic, records, decoded, self.view, now_ms)
            except (CairnError, StoreError):
                raise  # not the fault of a record
            except Exception as error:
                self._careful_until[topic] = records[-1].offset() + 1
                raise PoisonedError(f"{topic}/{self.partition}: {error!r}") from error
            if self.view.rejected - rejected < len(records):
                self._culprits[topic].acquit()
        last = records[-1]
        self.offsets[topic] = last.offset() + 1
        self.newest[topic] = last.timestamp()[1]
        return len(records)

    def fire(self, limit: int) -> int:
        """Fire up to `limit` timers that are due by the task's clock, the earliest first; return how many.

        Raises:
            CairnError: POISONED, as `stream.engine.poison` says.
        """
        fired = self._firing.turn(self._fold, self.clock.now_ms, limit)
        self.dirty = self.dirty or fired > 0
        return fired

    def work(self, now_ms: int) -> None:
        """Give the fold a slice of background work.

        Raises:
            CairnError: POISONED: there is no record or timer to put aside, so it would break for ever.
        """
        self.view.savepoint()
        try:
            self.more_work = self._fold.work(self.view, now_ms)
        except (CairnError, StoreError):
            raise
        except Exception as error:
            log.exception("background_work_broke", partition=self.partition)
            raise CairnError(
                f"the background work of partition {self.partition} failed: {error!r}",
                where=f"partition {self.partition}",
                fix="this is a fault of the release: see the traceback in the log; nothing was lost",
                exit=Exit.POISONED,
            ) from error
        self._settle("in background work")

    def changes(self) -> list[Change]:
        """What the transaction changed, for changelog and store; the positions come last, always."""
        changed = self.view.changes()
        largest = max((len(value) for _, value in changed if value), default=0)
        if largest > ROW_BYTES:
            self._careful_until = dict(self.offsets)
            raise PoisonedError(f"a row of {largest} bytes is over the bound of {ROW_BYTES}")
        if not self._has_origin:
            changed.append((ORIGIN_KEY, bytes((self._topology.formats.writes,))))
        changed.append((POSITIONS_KEY, self.positions().encode(self._topology.formats)))
        return changed

    def positions(self) -> Positions:
        """What the rows reflect once the open transaction is committed."""
        counts = dict.fromkeys(self._topology.topics, self._partitions)
        return Positions(self.offsets, counts, self._topic_ids, self.partition)

    def stored(self, changes: list[Change], label: Label) -> None:
        """Committed: write the store and keep the rows in the cache.

        Raises:
            StoreError: committed but not stored; the task must be restored (rule 3).
        """
        self.store.write([*changes, (LABEL_KEY, label.encode())])
        self._has_origin = True
        self.view.committed()
        self._committed = dict(self.offsets)
        self._committed_newest = dict(self.newest)
        for each in self._culprits.values():
            each.committed()
        self._firing.culprits.committed()
        self.clock.committed()
        self.dirty = False

    def aborted(self, now_ms: int) -> None:
        """The transaction is gone: back to the committed positions, with a fresh fold and no touched row."""
        self.offsets = dict(self._committed)
        self.newest = dict(self._committed_newest)
        self.clock.aborted()
        self._reset()
        self._fold = self._processor.open(self.partition, self._partitions)
        self.begin(now_ms)

    def restore_again(self) -> None:
        """The outcome of a commit is unknown, or was not stored: nothing in memory may be trusted."""
        self.state = move(self.state, TaskState.RESTORING)
        self._reset()
        self.view.forget()
        self._fold = self._processor.open(self.partition, self._partitions)

    def close(self) -> None:
        """Give the partition up; what was committed is flushed, so that the next start is quick."""
        self.state = move(self.state, TaskState.CLOSED)
        self.store.close()

    def _settle(self, where: str) -> None:
        """Keep what the fold wrote with no record at hand, if its rows are within the bound."""
        largest = self.view.largest_in_trial()
        self.view.keep()
        if largest >= ROW_BYTES:
            # No record is to blame, so none can be put aside: refolding would go on for ever.
            raise CairnError(
                f"a row of {largest} bytes is over the bound of {ROW_BYTES}",
                where=f"partition {self.partition}, {where}",
                fix="let the processor keep less in one row",
            )
        self.dirty = self.dirty or self.view.written

    def _reset(self) -> None:
        self.view.aborted()
        self.dirty = False
        for each in self._culprits.values():
            each.aborted()  # the same records come again: each culprit counts once
        self._firing.culprits.aborted()

    def _unseen(self, topic: str, records: Sequence[Record]) -> Sequence[Record]:
        """Drop what lies below the position: a rewind or a rebalance may deliver it again (rule 5).

        In the midst of a batch too: the client was seen to go back to where a partition was assigned (the beginning)
        behind the first records after a seek, when the answer where that is came late.
        """
        position = self.offsets[topic]
        offsets = [each.offset() for each in records]
        if offsets[0] >= position and all(map(lt, offsets, offsets[1:])):
            return records
        unseen = []
        for record, offset in zip(records, offsets, strict=True):
            if offset >= position:
                unseen.append(record)
                position = offset + 1
        return unseen

    def _process_singly(self, topic: str, records: Sequence[Record], now_ms: int) -> None:
        """Fold record by record; what breaks is put aside, and the breaker told as `stream.engine.poison` says."""
        culprits = self._culprits[topic]
        for record in records:
            rejected = self.view.rejected
            try:
                decoded = self._fold.decode(topic, [record], now_ms)
            except (CairnError, StoreError):
                raise  # not the fault of a record
            except Exception:
                self._condemn(topic, record)
                continue
            savepoint = self.view.savepoint()
            try:
                self._fold.fold(topic, [record], decoded, self.view, now_ms)
                check_size(self.view.largest_in_trial())
            except (CairnError, StoreError):
                raise
            except Exception:
                self.view.rollback(savepoint)
                self._condemn(topic, record)
                culprits.add(record.key(), f"{topic}, partition {self.partition}, offset {record.offset()}")
            else:
                self.view.keep()
                if self.view.rejected == rejected:  # that a bad record can be refused says nothing of the good ones
                    culprits.acquit()

    def _condemn(self, topic: str, record: Record) -> None:
        log.exception("record_broke_the_fold", topic=topic, partition=self.partition, offset=record.offset())
        self.view.reject(record, "internal_error", "this record broke the processor; the traceback is in its log")
