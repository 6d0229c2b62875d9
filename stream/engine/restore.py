"""Restores, in slices between the batches of running tasks (engine rules 7, 8 and 9).

The order of one restore is what keeps a takeover from losing rows, because a stalled owner can still commit after the
hand-over:

    1. init_transactions is done (the worker sees to it before the first restore)
    2. the committed offsets of all inputs, asked until they are stable: no older owner has a transaction open on them
    3. only then the changelog's end, open transactions included (the high watermark)
    4. read, committed rows only, until the POSITION reaches that end; never wait for a certain record
    5. a state behind the committed offsets is not the state: begin again at 2; nor is one of other topics (rule 22)

Where the local store belongs to another changelog, step 4 only looks at first: it reads without writing, and wipes the
store when the changelog has proven to hold a state of the topics as they are.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from schemas.errors import CairnError
from stream.engine.changelog import LABEL_KEY, ORIGIN_KEY, POSITIONS_KEY, Label, Positions, is_whole, unreadable
from stream.engine.cluster import Cluster, Span
from stream.engine.copies import Copies
from stream.engine.identity import Layout, check_layout, made_anew, partial
from stream.engine.stores.store import Change, StoreError
from stream.engine.task import Task
from stream.engine.topology import Topology
from stream.runtime.exits import Exit
from stream.runtime.verdicts import Verdict, error_of, refused, verdict

log = structlog.get_logger(__name__)

BATCH = 10_000
"""Rows in one store write while restoring: about 2 MB, so that a slice ends near its bound."""
PATIENCE = 30.0
"""Seconds for which a state behind its committed offsets is asked again; then somebody moved the offsets by hand."""


@dataclass(slots=True)
class Restore:
    """One task on its way back."""

    task: Task
    began: float
    committed: dict[str, int] | None = None
    span: Span | None = None
    inputs: dict[str, Span] = field(default_factory=dict)
    said: dict[str, int] = field(default_factory=dict)
    """The outputs that hold something, and how many offsets."""
    next: int = 0
    unproven: str | None = None
    """Why rows are only looked at, not written: the local store is of another changelog."""
    seen: bytes | None = None
    """The last positions that were looked at."""
    behind_since: float | None = None
    rows: int = 0

    @property
    def rows_left(self) -> int:
        """Changelog offsets still to read; more than rows when the log was compacted."""
        return max(self.span.high - self.next, 0) if self.span else 0


@dataclass(frozen=True, slots=True)
class Restored:
    """A task that caught up, with where it goes on, and where its inputs ended when that was asked for."""

    task: Task
    positions: Positions
    seconds: float
    rows: int
    inputs: Mapping[str, Span] = field(default_factory=dict)


class Restorer:
    """All restores of a worker, through one consumer that joins no group.

    `group` is the worker's own consumer: it alone can ask for the group's stable offsets.
    """

    def __init__(
        self,
        topology: Topology,
        layout: Layout,
        *,
        reader: Consumer,
        group: Consumer,
        cluster: Cluster,
        accept_gap: bool,
        wall_ms: Callable[[], int],
        on_rebuild: Callable[[str], None],
    ) -> None:
        self._topology = topology
        self._layout = layout
        self._changelog = topology.changelog
        self._inputs = tuple(each.topic for each in topology.partitioned)
        self._formats = topology.formats
        self._reader = reader
        self._group = group
        self._cluster = cluster
        self._accept_gap = accept_gap
        self._copies = Copies(topology, layout, wall_ms=wall_ms, on_rebuild=on_rebuild)
        self._under_way: dict[int, Restore] = {}

    @property
    def under_way(self) -> dict[int, Restore]:
        """Restores by partition."""
        return self._under_way

    def label(self, partition: int, reached: int) -> Label:
        """The label of a partition's store that holds the changelog up to `reached`."""
        return self._copies.label(partition, reached)

    def add(self, task: Task) -> None:
        """Begin a restore; nothing is asked yet."""
        self._under_way[task.partition] = Restore(task, time.monotonic())

    def drop(self, partition: int) -> None:
        """Forget a restore; the rows that it wrote stay for the next one."""
        restore = self._under_way.pop(partition, None)
        if restore is not None and restore.span is not None:
            self._unassign(partition)

    def turn(self, budget: float) -> list[Restored]:
        """Work for about `budget` seconds; return the tasks that caught up.

        Raises:
            CairnError: DRIFT, when a position is lost or a row's format unknown.
            StoreError: a local store cannot be written.
        """
        try:
            self._ask_committed(budget)
            self._ask_spans(budget)
        except KafkaException as raised:
            error = error_of(raised)
            if verdict(error) is Verdict.REFUSED:
                raise refused(error) from raised
            log.debug("restore_waits", error=str(error))
        self._read(budget)
        return [done for restore in list(self._under_way.values()) if (done := self._finish(restore))]

    def _ask_committed(self, budget: float) -> None:
        """Step 2: blocks until stable, so bounded; the next turn asks again."""
        waiting = [each for each in self._under_way.values() if each.committed is None]
        if not waiting:
            return
        asked = [TopicPartition(topic, each.task.partition) for each in waiting for topic in self._inputs]
        answers: dict[int, dict[str, int]] = defaultdict(dict)
        for at in self._group.committed(asked, timeout=budget):
            if at.error is not None:
                raise KafkaException(at.error)
            answers[at.partition][at.topic] = at.offset
        for each in waiting:
            each.committed = {topic: offset for topic, offset in answers[each.task.partition].items() if offset >= 0}

    def _ask_spans(self, budget: float) -> None:
        """Step 3, only after step 2; then choose where to read from."""
        ready = [each for each in self._under_way.values() if each.committed is not None and each.span is None]
        if not ready:
            return
        patience = max(budget, 1.0)
        now = self._cluster.layout(self._topology, patience)
        check_layout(self._topology, self._layout, now, "since this worker started")
        outputs = self._topology.outputs
        topics = [self._changelog, *self._inputs, *outputs]
        spans = self._cluster.spans([(topic, each.task.partition) for each in ready for topic in topics], patience)
        for each in ready:
            partition = each.task.partition
            each.inputs = {topic: spans[topic, partition] for topic in self._inputs}
            ends = {topic: spans[topic, partition] for topic in outputs}
            each.said = {topic: span.high - span.low for topic, span in ends.items() if span.high > span.low}
            span = spans[self._changelog, partition]
            each.next, each.unproven = self._copies.beginning(each.task, span)
            each.span = span
            if each.next < span.high:
                self._reader.incremental_assign([TopicPartition(self._changelog, partition, each.next)])

    def _read(self, budget: float) -> None:
        """Step 4: copy committed rows into the stores, for about `budget` seconds."""
        reading = {
            each.task.partition: each for each in self._under_way.values() if each.span and each.next < each.span.high
        }
        if not reading:
            return
        until = time.monotonic() + budget
        while reading and time.monotonic() < until:
            by_partition: dict[int, list[Any]] = defaultdict(list)
            # `Any`: the client's types allow None where a consumed record has none.
            messages: list[Any] = self._reader.consume(BATCH, max(min(until - time.monotonic(), 0.05), 0.001))
            for message in messages:
                if message.error() is not None:
                    self._heed(message.error(), message.partition())
                elif message.partition() in reading:
                    by_partition[message.partition()].append(message)
            for partition, records in by_partition.items():
                self._copy(reading[partition], records)
            for at in self._reader.position([TopicPartition(self._changelog, each) for each in reading]):
                # Past the last record there may be markers and aborted rows: only the position passes them.
                reading[at.partition].next = max(reading[at.partition].next, at.offset)
            for partition in [each for each, restore in reading.items() if not restore.rows_left]:
                del reading[partition]
                self._unassign(partition)

    def _copy(self, restore: Restore, messages: Sequence[Any]) -> None:
        formats = self._formats
        changes: list[Change] = []
        for message in messages:
            refusal = unreadable(message, formats)
            if refusal is not None:
                raise refusal
            changes.append((message.key(), message.value()))
        reached = messages[-1].offset()
        # A batch may name a key twice; the last one counts, so the order of the log is kept per key by the dict.
        latest = dict(changes)
        if restore.unproven is not None:
            restore.seen = latest.get(POSITIONS_KEY, restore.seen)
        else:
            latest[LABEL_KEY] = self.label(restore.task.partition, reached).encode()
            restore.task.store.write(latest.items())
        restore.next = reached + 1
        restore.rows += len(messages)

    def _finish(self, restore: Restore) -> Restored | None:
        """Step 5: caught up, and not behind what the group has committed?"""
        if restore.span is None or restore.committed is None or restore.rows_left:
            return None
        if restore.unproven is not None:
            self._prove(restore, restore.unproven)
            return None
        try:
            data, origin = restore.task.store.get_many([POSITIONS_KEY, ORIGIN_KEY])
        except StoreError as damage:
            self._copies.wipe(restore.task, "damaged", str(damage))
            restore.committed = restore.span = None
            return None
        if data is None and not restore.committed and restore.said:
            # Nothing is wrong where an application begins anew under another id, so it is told and no more.
            log.warning("state_begins_anew", partition=restore.task.partition, outputs_hold=restore.said)
        known = Positions.decode(data, self._formats) if data is not None else Positions({}, {})
        known.check(self._topology, self._layout, restore.task.partition)
        if not is_whole(known, origin):
            raise partial(self._changelog, restore.task.partition)
        state = known.offsets
        behind = {
            topic: offset
            for topic, offset in restore.committed.items()
            # An offset is never committed without positions: none means a lost changelog.
            if state.get(topic, -1) < offset
        }
        if behind:
            self._begin_again(restore, state, behind)
            return None
        offsets = {topic: self._position(restore, topic, state.get(topic)) for topic in restore.inputs}
        for topic, offset in state.items():
            if topic in restore.inputs and restore.committed.get(topic, offset) < offset:
                log.info("state_ahead_of_group", topic=topic, partition=restore.task.partition, state=offset)
        self._note_end(restore, restore.span.high)
        del self._under_way[restore.task.partition]
        seconds = time.monotonic() - restore.began
        positions = msgspec.structs.replace(known, offsets=offsets)
        return Restored(restore.task, positions, seconds, restore.rows, restore.inputs)

    def _note_end(self, restore: Restore, end: int) -> None:
        """Let the label say that all before `end` is here, markers too: the log may lose its head up to there."""
        if restore.rows:
            restore.task.store.write([(LABEL_KEY, self.label(restore.task.partition, end - 1).encode())])

    def _prove(self, restore: Restore, reason: str) -> None:
        """All of the changelog was looked at: wipe the foreign store, or refuse to lose what is in it.

        Raises:
            CairnError: DRIFT: the changelog holds no state, or one of other topics.
        """
        task = restore.task
        seen = Positions.decode(restore.seen, self._formats) if restore.seen is not None else Positions({}, {})
        seen.check(self._topology, self._layout, task.partition)
        if self._changelog not in seen.topic_ids:
            raise made_anew(self._topology, self._changelog, f"the local store of partition {task.partition}: {reason}")
        self._copies.wipe(task, "stale", reason)
        restore.committed = restore.span = None
        restore.rows = 0

    def _begin_again(self, restore: Restore, state: dict[str, int], behind: dict[str, int]) -> None:
        now = time.monotonic()
        if restore.behind_since is None:
            restore.behind_since = now
            log.warning("state_behind_group", partition=restore.task.partition, state=state, committed=behind)
        if now - restore.behind_since > PATIENCE:
            what = f"the state of partition {restore.task.partition} ends before the group's committed offsets"
            where = ", ".join(
                f"{topic}: state {state.get(topic, 'none')}, committed {at}" for topic, at in behind.items()
            )
            if not state:
                raise CairnError(
                    f"{what}: {self._changelog} holds no state at all",
                    where=where,
                    fix="the changelog was deleted, emptied or made anew: `cairn topics accept` writes it back where a "
                    "whole local store of this partition is; else bring it back from a backup. Do not reset the "
                    "group's offsets: everything would be counted and said again",
                    exit=Exit.DRIFT,
                )
            raise CairnError(
                what,
                where=where,
                fix="the offsets were moved by hand, or somebody else reads with this group: reset the group's offsets "
                "to the state's, and give other readers a group of their own",
                exit=Exit.DRIFT,
            )
        restore.committed = restore.span = None

    def _position(self, restore: Restore, topic: str, state: int | None) -> int:
        """Where to go on with one input: its state's position, if the topic still has it (rule 2)."""
        low, high = restore.inputs[topic]
        if state is None:
            return low
        if low <= state <= high:
            return state
        where = f"{topic}, partition {restore.task.partition}: position {state}, the topic holds {low} to {high}"
        if not self._accept_gap:
            raise CairnError(
                "the position lies outside its topic: records were deleted before they were read"
                if state < low
                else "the position lies beyond the end of its topic: records were lost, or it was made anew",
                where=where,
                fix="if the gap is acceptable, start once with --accept-gap; it goes on at the next record there is",
                exit=Exit.DRIFT,
            )
        next_there = low if state < low else high
        log.warning("gap_accepted", topic=topic, partition=restore.task.partition, position=state, goes_on=next_there)
        return next_there

    def _heed(self, error: KafkaError, partition: int) -> None:
        """An error event of the reader: what stops us stops us, the rest passes."""
        judged = verdict(error)
        if judged is Verdict.REFUSED:
            raise refused(error)
        if judged is Verdict.LOST_POSITION and partition in self._under_way:
            # Compaction took the head while we read: ask for the new start and go on from it.
            restore = self._under_way[partition]
            self._unassign(partition)
            restore.committed = restore.span = None

    def _unassign(self, partition: int) -> None:
        assigned = [each for each in self._reader.assignment() if each.partition == partition]
        if assigned:
            self._reader.incremental_unassign(assigned)
