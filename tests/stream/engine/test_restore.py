"""Restores: the order of questions, what is read, and when a task must not start (rules 2, 7, 8, 9, 10).

Topics are in memory; the restorer, tasks and stores are the real ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from schemas.errors import CairnError
from schemas.record import Record
from stream.engine import restore as restoring
from stream.engine.changelog import LABEL_KEY, POSITIONS_KEY, Label, Positions
from stream.engine.cluster import Span
from stream.engine.restore import Restored, Restorer
from stream.engine.stores.memory import MemoryStore
from stream.engine.stores.store import StoreError
from stream.engine.task import Task
from stream.engine.topology import Input
from stream.runtime.exits import Exit
from stream.testing.clients import LogCluster, LogGroup, LogReader
from stream.testing.coordinator import Coordinator
from stream.testing.log import Log
from tests.contracts.tally import CHANGELOG, IN, TABLE, Tally, Total, tally_topology

NOW = 10_000_000_000
BUDGET = 1.0


class Scene:
    """One changelog, one input, and a restorer between them; notes what is asked in which order."""

    def __init__(self, *, partitions: int = 1, accept_gap: bool = False, attached: tuple[Input, ...] = ()) -> None:
        self.topology = tally_topology(attached=attached)
        self.log = Log(self.topology.topics, partitions)
        self.coordinator = Coordinator(self.log)
        self.asked: list[str] = []
        self.rebuilt: list[str] = []
        self.reader: Any = LogReader(self.log)
        self.store = MemoryStore()
        scene = self

        class Group(LogGroup):
            def committed(self, partitions: Iterable[TopicPartition], timeout: float) -> list[TopicPartition]:
                scene.asked.append("committed")
                return super().committed(partitions, timeout)

        class Ends(LogCluster):
            def spans(self, partitions: Iterable[tuple[str, int]], timeout: float) -> dict[tuple[str, int], Span]:
                scene.asked.append("ends")
                return super().spans(partitions, timeout)

        self.group: Any = Group(self.coordinator)
        self.cluster = Ends(self.log)
        self._partitions = partitions
        self._accept_gap = accept_gap
        self._restorer: Restorer | None = None

    @property
    def changelog(self) -> Any:
        return self.log.partition(CHANGELOG, 0)

    @property
    def restorer(self) -> Restorer:
        if self._restorer is None:
            self._restorer = Restorer(
                self.topology,
                self.cluster.layout(self.topology),
                reader=cast(Consumer, self.reader),
                group=cast(Consumer, self.group),
                cluster=self.cluster,
                accept_gap=self._accept_gap,
                wall_ms=lambda: NOW,
                on_rebuild=self.rebuilt.append,
            )
        return self._restorer

    def task(self, partition: int = 0) -> Task:
        return Task(Tally(self.topology), partition, self.store, partitions=self._partitions)

    def input(self, count: int, topic: str = IN) -> None:
        for _ in range(count):
            self.log.partition(topic, 0).append(b"k", b"1", (), 0)

    def write(self, total: int, position: int, key: bytes = b"k", **others: int) -> None:
        """One transaction of a predecessor: a row, and the positions that it reflects."""
        row = self.changelog.open(b"\x10" + key, b"\x01" + TABLE.codec.encode(Total(total)), (), 0)
        positions = Positions({IN: position, **others}, {IN: self._partitions}).encode(self.topology.formats)
        at = self.changelog.open(POSITIONS_KEY, positions, (), 0)
        self.changelog.end([row, at], commit=True)

    def label(self, reached: int, **change: Any) -> None:
        """The local store says that it has reached this offset."""
        known: dict[str, Any] = {"topic_id": CHANGELOG, "partitions": self._partitions, "format": 1}
        self.store.write([(LABEL_KEY, Label(**{**known, "reached": reached, "written_at_ms": NOW, **change}).encode())])

    def restore(self, task: Task | None = None) -> Restored:
        self.restorer.add(task or self.task())
        for _ in range(10):
            done = self.restorer.turn(BUDGET)
            if done:
                return done[0]
        raise AssertionError("it does not end")

    def total(self, key: bytes = b"k") -> Total | None:
        (data,) = self.store.get_many([b"\x10" + key])
        return None if data is None else TABLE.codec.decode(data[1:])


# -- order ------------------------------------------------------------------------------------------------------------


def test_the_committed_offsets_are_asked_before_the_end() -> None:
    """Rule 8: they are stable only when no older owner can commit any more; an end read before would miss its rows."""
    scene = Scene()
    scene.restore()
    assert scene.asked == ["committed", "ends"]


def test_what_a_stalled_owner_commits_before_the_offsets_are_stable_is_restored() -> None:
    """Rule 8, the takeover: the end is read after the answer, so rows committed meanwhile are below it."""
    scene = Scene()
    scene.input(10)
    late = scene.group.committed

    def stable(partitions: Sequence[TopicPartition], timeout: float) -> list[TopicPartition]:
        # The broker answers when the older owner's open transaction has ended: with its rows and its offset.
        if not scene.coordinator.committed:
            scene.write(7, 10)
            scene.coordinator.committed[IN, 0] = 10
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT, "unstable offsets"))
        found: list[TopicPartition] = late(partitions, timeout)
        return found

    scene.group.committed = stable
    restored = scene.restore()
    assert (scene.total(), restored.positions.offsets) == (Total(7), {IN: 10})
    assert scene.asked == ["committed", "ends"]


def test_a_restore_waits_for_an_open_transaction() -> None:
    """Rule 8: it reads to the high watermark. Only to the last stable offset, it would find 0 rows."""
    scene = Scene()
    scene.input(3)
    scene.write(1, 1)
    row = scene.changelog.open(b"\x10k", b"\x01" + TABLE.codec.encode(Total(3)), (), 0)
    at = scene.changelog.open(POSITIONS_KEY, Positions({IN: 3}, {}).encode(scene.topology.formats), (), 0)
    scene.restorer.add(scene.task())
    for _ in range(3):
        assert scene.restorer.turn(0.01) == []
    assert scene.restorer.under_way[0].rows_left == 2
    scene.changelog.end([row, at], commit=True)
    (restored,) = scene.restorer.turn(BUDGET)
    assert (scene.total(), restored.positions.offsets) == (Total(3), {IN: 3})


def test_aborted_rows_and_markers_end_a_restore_too() -> None:
    """Rule 8: the position passes them; whoever waits for a certain record waits for ever."""
    scene = Scene()
    scene.input(1)
    scene.write(1, 1)
    rows = [scene.changelog.open(b"\x10k", b"\x01never", (), 0) for _ in range(5)]
    scene.changelog.end(rows, commit=False)
    restored = scene.restore()
    assert (scene.total(), restored.positions.offsets, restored.rows) == (Total(1), {IN: 1}, 2)


def test_a_changelog_of_aborted_rows_only_is_no_state() -> None:
    """The first worker died in its first transaction: the next one begins at the start of the input."""
    scene = Scene()
    scene.input(4)
    scene.changelog.end([scene.changelog.open(POSITIONS_KEY, b"\x01never", (), 0)], commit=False)
    assert scene.restore().positions.offsets == {IN: 0}


def test_a_state_behind_the_committed_offsets_is_read_again() -> None:
    """Rule 8: it is not the state. What was still missing comes, and only then the task may run."""
    scene = Scene()
    scene.input(5)
    scene.write(1, 1)
    scene.coordinator.committed[IN, 0] = 5
    scene.restorer.add(scene.task())
    assert scene.restorer.turn(BUDGET) == []
    assert scene.restorer.turn(BUDGET) == []
    scene.write(5, 5)
    (restored,) = scene.restorer.turn(BUDGET)
    assert (scene.total(), restored.positions.offsets) == (Total(5), {IN: 5})
    assert scene.asked == ["committed", "ends"] * 3


def test_a_state_that_stays_behind_stops_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody deleted the changelog or moved the offsets: exit 3 with both numbers, never a silent restart."""
    monkeypatch.setattr(restoring, "PATIENCE", -1.0)
    scene = Scene()
    scene.input(5)
    scene.coordinator.committed[IN, 0] = 5
    scene.restorer.add(scene.task())
    with pytest.raises(CairnError, match="ends before the group's committed offsets") as drift:
        scene.restorer.turn(BUDGET)
    assert drift.value.exit == Exit.DRIFT
    assert drift.value.where == "in: state none, committed 5"


def test_a_cluster_that_does_not_answer_is_asked_again() -> None:
    """A restore waits for its broker; nothing is lost and nothing is taken for granted."""
    scene = Scene()
    ends = scene.cluster.spans
    failures = [KafkaException(KafkaError(KafkaError._TRANSPORT, "down"))]

    def flaky(partitions: Iterable[tuple[str, int]], timeout: float) -> dict[tuple[str, int], Span]:
        if failures:
            raise failures.pop()
        return ends(partitions, timeout)

    scene.cluster.spans = flaky  # type: ignore[method-assign]  # one call fails
    scene.restorer.add(scene.task())
    assert scene.restorer.turn(BUDGET) == []
    assert len(scene.restorer.turn(BUDGET)) == 1


def test_a_worker_that_may_not_read_the_offsets_exits() -> None:
    """Asking again would never help: exit CANNOT_CONNECT, with the rights to give."""
    scene = Scene()

    def denied(partitions: object, timeout: float) -> list[TopicPartition]:
        raise KafkaException(KafkaError(KafkaError.GROUP_AUTHORIZATION_FAILED, "no"))

    scene.group.committed = denied
    scene.restorer.add(scene.task())
    with pytest.raises(CairnError) as stopped:
        scene.restorer.turn(BUDGET)
    assert stopped.value.exit == Exit.CANNOT_CONNECT


def test_several_tasks_come_back_each_when_it_is_ready() -> None:
    """Rule 7: one reader for all; a long restore does not hold up a short one."""
    scene = Scene(partitions=2)
    scene.write(1, 0)
    waiting = scene.changelog.open(b"\x10x", b"\x01", (), 0)
    tasks = [Task(Tally(scene.topology), each, MemoryStore(), partitions=2) for each in (0, 1)]
    for task in tasks:
        scene.restorer.add(task)
    assert [done.task.partition for done in scene.restorer.turn(0.01)] == [1]
    scene.changelog.end([waiting], commit=False)
    assert [done.task.partition for done in scene.restorer.turn(BUDGET)] == [0]


# -- what is read ---------------------------------------------------------------------------------------------------


def test_the_last_record_of_a_key_counts_and_tombstones_delete() -> None:
    """Within one batch and over several: the store is the fold of the log."""
    scene = Scene()
    for total in (1, 2, 3):
        scene.write(total, 0)
        scene.write(total, 0, key=b"gone")
    scene.changelog.append(b"\x10gone", None, (), 0)
    scene.restore()
    assert (scene.total(), scene.total(b"gone")) == (Total(3), None)


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_batches_of_any_size_give_the_same_store(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each batch is one write with its own label, so that a kill in between goes on from there."""
    monkeypatch.setattr(restoring, "BATCH", batch)
    scene = Scene()
    for total in (1, 2, 3):
        scene.write(total, total)
    scene.input(3)
    restored = scene.restore()
    assert (scene.total(), restored.positions.offsets, restored.rows) == (Total(3), {IN: 3}, 6)
    (label,) = scene.store.get_many([LABEL_KEY])
    assert Label.decode(label or b"").reached == 7


def test_a_store_that_fits_is_read_on_from_its_label() -> None:
    """A restart on the same machine reads what it missed, nothing else."""
    scene = Scene()
    scene.input(2)
    scene.write(1, 1)
    scene.restore()
    scene.write(2, 2)
    restored = scene.restore()
    assert (scene.total(), restored.rows, scene.rebuilt) == (Total(2), 2, [])


def test_a_store_is_read_on_from_the_very_next_record() -> None:
    """A kill between two batches of a restore leaves a label inside a transaction: no record is skipped."""
    scene = Scene()
    scene.input(3)
    scene.write(1, 3)
    scene.label(0)
    restored = scene.restore()
    assert (restored.rows, restored.positions.offsets) == (1, {IN: 3})


def test_revoking_a_restoring_task_keeps_what_was_read() -> None:
    """Rule 7: when it comes back it goes on from its label."""
    scene = Scene()
    scene.write(1, 0)
    blocked = scene.changelog.open(b"\x10x", b"\x01", (), 0)
    scene.restorer.add(scene.task())
    assert scene.restorer.turn(0.01) == []
    scene.restorer.drop(0)
    assert scene.restorer.turn(BUDGET) == []
    assert scene.reader.assignment() == []
    scene.changelog.end([blocked], commit=False)
    assert scene.restore().rows == 0
    assert scene.total() == Total(1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"topic_id": "another"}, "the changelog topic was made anew"),
        ({"partitions": 2}, "it was written with 2 partitions, now there are 1"),
        ({"format": 9}, "it holds row format 9"),
        ({"reached": 99}, "it reached changelog offset 99, beyond the end 3"),
        ({"written_at_ms": NOW - 4 * 86_400_000}, "it was written 96 h ago: tombstones since may be gone"),
    ],
)
def test_a_store_of_another_changelog_is_wiped_and_rebuilt(
    change: dict[str, Any], reason: str, logged: list[Any]
) -> None:
    """Rule 9: the foreign row must not survive, and the log line says why."""
    scene = Scene()
    scene.write(1, 0)
    scene.store.write([(b"\x10foreign", b"\x01" + TABLE.codec.encode(Total(9)))])
    scene.label(**{"reached": 1, **change})
    restored = scene.restore()
    assert (scene.total(b"foreign"), scene.total(), restored.rows) == (None, Total(1), 2)
    assert scene.rebuilt == ["stale"]
    assert [each["reason"] for each in logged if each["event"] == "store_wiped"] == [reason]


def test_a_store_below_the_log_start_is_wiped_and_rebuilt() -> None:
    """Rule 9: what was deleted in between may have been rows of ours."""
    scene = Scene()
    scene.write(1, 0)
    scene.restore()
    scene.store.write([(b"\x10foreign", b"\x01" + TABLE.codec.encode(Total(9)))])
    scene.write(2, 0)
    scene.write(3, 0)
    scene.changelog.delete_before(6)
    scene.restore()
    assert (scene.total(b"foreign"), scene.total()) == (None, Total(3))
    assert scene.rebuilt == ["stale"]


@pytest.mark.parametrize("rubbish", [None, b"rubbish"])
def test_rows_without_a_readable_label_are_not_trusted(rubbish: bytes | None) -> None:
    """Nobody knows what they reach."""
    scene = Scene()
    scene.write(1, 0)
    scene.store.write([(b"\x10foreign", b"\x01" + TABLE.codec.encode(Total(9))), (LABEL_KEY, rubbish)])
    scene.restore()
    assert (scene.total(b"foreign"), scene.total()) == (None, Total(1))


@pytest.mark.parametrize("key", [LABEL_KEY, POSITIONS_KEY])
def test_a_damaged_store_is_wiped_and_rebuilt(key: bytes) -> None:
    """Rule 9: RocksDB opens a store whose pages are broken, and says so at the first read."""

    class Damaged(MemoryStore):
        broken = True

        def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
            if self.broken and key in keys:
                raise StoreError("checksum mismatch")
            return super().get_many(keys)

        def wipe(self) -> None:
            self.broken = False
            super().wipe()

    scene = Scene()
    scene.write(1, 0)
    scene.store = Damaged()
    scene.label(1)
    scene.restore()
    assert scene.total() == Total(1)
    assert scene.rebuilt == ["damaged"]


def test_a_row_of_a_newer_format_stops_the_worker() -> None:
    """Rule 15: exit 3 before it is copied."""
    scene = Scene()
    scene.changelog.append(b"\x10k", b"\x02newer", (), 0)
    scene.restorer.add(scene.task())
    with pytest.raises(CairnError, match="format 2; this release reads 1") as drift:
        scene.restorer.turn(BUDGET)
    assert drift.value.exit == Exit.DRIFT
    assert scene.store.get_many([b"\x10k"]) == [None]


# -- where it goes on -----------------------------------------------------------------------------------------------


def test_a_new_task_begins_at_the_start_of_each_input() -> None:
    """Rule 2: no state and no offset: earliest, which is not 0 when retention has deleted the head."""
    scene = Scene(attached=(Input("contacts"),))
    scene.input(5)
    scene.input(2, "contacts")
    scene.log.partition(IN, 0).delete_before(3)
    assert scene.restore().positions.offsets == {IN: 3, "contacts": 0}


def test_the_state_wins_over_missing_and_older_offsets_of_the_group(logged: list[Any]) -> None:
    """Rule 2: the broker deletes offsets of attached topics; a replay of old changes would turn consent back."""
    scene = Scene(attached=(Input("contacts"),))
    scene.input(5)
    scene.input(5, "contacts")
    scene.write(1, 4, contacts=2)
    scene.coordinator.committed[IN, 0] = 3
    assert scene.restore().positions.offsets == {IN: 4, "contacts": 2}
    assert [each["topic"] for each in logged if each["event"] == "state_ahead_of_group"] == [IN]


def test_an_input_that_is_new_to_the_state_begins_at_its_start() -> None:
    """A release that reads one topic more must not skip what lies there."""
    scene = Scene(attached=(Input("contacts"),))
    scene.input(3)
    scene.input(2, "contacts")
    scene.write(1, 3)
    assert scene.restore().positions.offsets == {IN: 3, "contacts": 0}


def test_the_partition_counts_of_the_state_come_with_it() -> None:
    """Rule 10 is checked by the task, against what the state says."""
    scene = Scene()
    scene.write(1, 0)
    assert scene.restore().positions.partitions == {IN: 1}


@pytest.mark.parametrize(
    ("position", "what"), [(1, "records were deleted before they were read"), (9, "the topic was made anew")]
)
def test_a_position_outside_of_its_topic_stops_the_worker(position: int, what: str) -> None:
    """Rule 2: exit 3 with the gap and the way out."""
    scene = Scene()
    scene.input(5)
    scene.log.partition(IN, 0).delete_before(3)
    scene.write(1, position)
    scene.restorer.add(scene.task())
    with pytest.raises(CairnError, match=what) as drift:
        scene.restorer.turn(BUDGET)
    assert drift.value.exit == Exit.DRIFT
    assert drift.value.where == f"in, partition 0: position {position}, the topic holds 3 to 5"
    assert "--accept-gap" in (drift.value.fix or "")


@pytest.mark.parametrize("position", [1, 9])
def test_an_accepted_gap_goes_on_at_the_first_record_there_is(position: int, logged: list[Any]) -> None:
    """Once, by the operator's word, and the log keeps it."""
    scene = Scene(accept_gap=True)
    scene.input(5)
    scene.log.partition(IN, 0).delete_before(3)
    scene.write(1, position)
    assert scene.restore().positions.offsets == {IN: 3}
    assert [each["position"] for each in logged if each["event"] == "gap_accepted"] == [position]


@pytest.mark.parametrize("position", [3, 5])
def test_a_position_at_either_end_of_its_topic_is_fine(position: int) -> None:
    """All read, or nothing read and nothing lost."""
    scene = Scene()
    scene.input(5)
    scene.log.partition(IN, 0).delete_before(3)
    scene.write(1, position)
    assert scene.restore().positions.offsets == {IN: position}


def test_compaction_that_takes_the_head_while_reading_starts_over() -> None:
    """The reader's offset is gone: ask for the new start, lose nothing."""
    scene = Scene()
    scene.write(1, 0)
    scene.write(2, 0)
    lost = [cast(Record, Message(topic=CHANGELOG, partition=0, error=KafkaError(KafkaError._AUTO_OFFSET_RESET)))]
    consume = scene.reader.consume
    scene.reader.consume = lambda count, timeout: [lost.pop()] if lost else consume(count, timeout)
    scene.restore()
    assert scene.total() == Total(2)
    assert scene.asked == ["committed", "ends"] * 2
