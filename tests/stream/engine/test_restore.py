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
from stream.engine.changelog import LABEL_KEY, ORIGIN_KEY, POSITIONS_KEY, Label, Positions
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
from tests.contracts.tally import CHANGELOG, IN, LETTERS, OUT, TABLE, Tally, Total, tally_topology

NOW = 10_000_000_000
BUDGET = 1.0


class Scene:
    """One changelog, one input, and a restorer between them; notes what is asked in which order."""

    def __init__(self, *, partitions: int = 1, accept_gap: bool = False, attached: tuple[Input, ...] = ()) -> None:
        self.topology = tally_topology(attached=attached)
        self.log = Log(self.topology.topics, partitions)
        self.coordinator = Coordinator(self.log)
        self.ids: dict[str, str] = {}
        """The ids of the topics as the predecessor knew them; empty: of a release that knew none."""
        self.writes_tail = False
        """The changelog has its origin already, or the predecessor believes so."""
        self.writes_as = 0
        """The partition that the predecessor wrote for."""
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
        rows = [row]
        if self.ids and not self.writes_tail:
            rows.append(self.changelog.open(ORIGIN_KEY, b"\x01", (), 0))
            self.writes_tail = True
        positions = Positions({IN: position, **others}, {IN: self._partitions}, self.ids, self.writes_as).encode(
            self.topology.formats
        )
        at = self.changelog.open(POSITIONS_KEY, positions, (), 0)
        self.changelog.end([*rows, at], commit=True)

    def label(self, reached: int, **change: Any) -> None:
        """The local store says that it has reached this offset."""
        known: dict[str, Any] = {
            "topic_id": CHANGELOG,
            "partition": 0,
            "partitions": self._partitions,
            "format": 1,
        }
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


def test_a_state_one_record_behind_is_not_the_state() -> None:
    """That record would be folded twice: the group has its offset, so another owner has committed what came of it."""
    scene = Scene()
    scene.input(5)
    scene.write(4, 4)
    scene.coordinator.committed[IN, 0] = 5
    scene.restorer.add(scene.task())
    assert scene.restorer.turn(BUDGET) == []
    scene.write(5, 5)
    (restored,) = scene.restorer.turn(BUDGET)
    assert restored.positions.offsets == {IN: 5}


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
    assert "tally-changelog holds no state at all" in drift.value.what
    assert "Do not reset the group's offsets" in str(drift.value.fix)


def test_offsets_ahead_of_a_state_that_is_there_name_another_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody moved them, or reads with the group: then the state is right, and they are to be reset to it."""
    monkeypatch.setattr(restoring, "PATIENCE", -1.0)
    scene = Scene()
    scene.input(5)
    scene.write(1, 2)
    scene.coordinator.committed[IN, 0] = 5
    scene.restorer.add(scene.task())
    with pytest.raises(CairnError, match="ends before the group's committed offsets") as drift:
        scene.restorer.turn(BUDGET)
    assert drift.value.where == "in: state 2, committed 5"
    assert "reset the group's offsets to the state's" in str(drift.value.fix)


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
    assert Label.decode(label or b"").reached == 8


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
        ({"partition": 3}, "it holds the rows of partition 3"),
        ({"partition": None}, "a release wrote it that did not say of which partition it is"),
        ({"topic_id": "another"}, "the changelog topic was made anew"),
        ({"partitions": 2}, "it was written with 2 partitions, now there are 1"),
        ({"format": 9}, "it holds row format 9"),
        ({"reached": 99}, "it reached changelog offset 99, beyond the end 4"),
        ({"written_at_ms": NOW - 4 * 86_400_000}, "it was written 96 h ago: tombstones since may be gone"),
    ],
)
def test_a_store_of_another_changelog_is_wiped_and_rebuilt(
    change: dict[str, Any], reason: str, logged: list[Any]
) -> None:
    """Rule 9: the foreign row must not survive, and the log line says why."""
    scene = Scene()
    scene.ids = dict(scene.log.topic_ids)
    scene.write(1, 0)
    scene.store.write([(b"\x10foreign", b"\x01" + TABLE.codec.encode(Total(9)))])
    scene.label(**{"reached": 1, **change})
    restored = scene.restore()
    assert (scene.total(b"foreign"), scene.total(), restored.rows) == (None, Total(1), 3)
    assert scene.rebuilt == ["stale"]
    assert [each["reason"] for each in logged if each["event"] == "store_wiped"] == [reason]


LOST_HEAD = {
    "none": lambda scene: scene.store.wipe(),
    "below the log start": lambda scene: scene.label(1),
    "of another partition": lambda scene: scene.label(5, partition=7),
    "too old": lambda scene: scene.label(5, written_at_ms=NOW - 4 * 86_400_000),
    "of another changelog": lambda scene: scene.label(5, topic_id="another"),
}


@pytest.mark.parametrize("store", LOST_HEAD)
def test_a_changelog_without_its_head_is_never_restored_from(store: str) -> None:
    """Rule 23: one that is compacted only begins at 0 for ever. Without a whole store the worker stops, and wipes
    nothing: what there is may be the last copy.
    """
    scene = Scene()
    scene.write(1, 0)
    scene.restore()
    scene.write(2, 0)
    scene.write(3, 0)
    scene.store.write([(b"\x10mine", b"\x01" + TABLE.codec.encode(Total(9)))])
    LOST_HEAD[store](scene)
    before = scene.total(b"mine")
    scene.changelog.delete_before(6)
    scene.restorer.add(scene.task())
    with pytest.raises(CairnError, match="tally-changelog was truncated: partition 0 begins at offset 6") as drift:
        scene.restorer.turn(BUDGET)
    assert drift.value.exit == Exit.DRIFT
    assert "cleanup.policy" in (drift.value.fix or "")
    assert (scene.total(b"mine"), scene.rebuilt) == (before, [])


def test_a_whole_store_outlives_the_head_of_its_changelog(logged: list[Any]) -> None:
    """Rule 23: it holds what was truncated, so the worker goes on, and says how little is left."""
    scene = Scene()
    scene.write(1, 0)
    scene.restore()
    scene.changelog.delete_before(3)
    scene.write(2, 0)
    assert scene.restore().rows == 2
    assert scene.total() == Total(2)
    assert [each["low"] for each in logged if each["event"] == "changelog_truncated"] == [3]


def test_a_store_of_a_changelog_that_was_made_anew_is_not_wiped_for_an_empty_one() -> None:
    """Rule 22: the new changelog holds no state, so the store is the last copy of it."""
    scene = Scene()
    scene.write(1, 0)
    scene.restore()
    scene.log.make_anew(CHANGELOG)
    scene.restorer.add(scene.task())
    with pytest.raises(CairnError, match="changelog tally-changelog was deleted and made anew") as drift:
        scene.restorer.turn(BUDGET)
    assert drift.value.exit == Exit.DRIFT
    assert (scene.total(), scene.rebuilt) == (Total(1), [])


def test_what_an_unaware_worker_wrote_to_a_new_changelog_is_no_state() -> None:
    """Rule 22: its positions name the changelog that it began with, so nobody takes the few rows for all of them."""
    scene = Scene()
    scene.ids, scene.writes_tail = dict(scene.log.topic_ids), True
    scene.log.make_anew(CHANGELOG)
    scene.write(2, 5)
    scene.restorer.add(scene.task())
    with pytest.raises(CairnError, match="changelog tally-changelog was deleted and made anew") as drift:
        scene.restorer.turn(BUDGET)
    assert drift.value.exit == Exit.DRIFT


@pytest.mark.parametrize("topic", [IN, OUT, LETTERS])
def test_a_topic_that_was_made_anew_stops_its_restore(topic: str) -> None:
    """Rule 22: also where the old position lies within the new topic, which alone would be passed over in silence."""
    scene = Scene()
    scene.ids = dict(scene.log.topic_ids)
    scene.write(1, 3)
    scene.log.make_anew(topic)
    scene.input(5)
    scene.restorer.add(scene.task())
    with pytest.raises(CairnError, match=f"{topic} was deleted and made anew") as drift:
        scene.restorer.turn(BUDGET)
    assert drift.value.exit == Exit.DRIFT


def test_a_topic_that_was_made_anew_since_the_start_stops_the_next_restore() -> None:
    """Rule 22: a partition that comes later is held against the topics that the worker knows."""
    scene = Scene()
    scene.restore()
    scene.log.make_anew(IN)
    scene.restorer.add(scene.task())
    with pytest.raises(CairnError, match="input in was deleted and made anew"):
        scene.restorer.turn(BUDGET)


def test_a_changelog_without_its_origin_is_part_of_a_state() -> None:
    """Rule 22: rows that a worker went on writing while it held all the others. Nothing of their ids need be wrong."""
    scene = Scene()
    scene.ids, scene.writes_tail = dict(scene.log.topic_ids), True
    scene.write(2, 0)
    scene.restorer.add(scene.task())
    with pytest.raises(CairnError, match="partition 0 of tally-changelog does not hold its beginning") as drift:
        scene.restorer.turn(BUDGET)
    assert drift.value.exit == Exit.DRIFT


def test_the_state_of_a_release_without_ids_is_taken_as_it_is() -> None:
    """An upgrade goes on; its next transaction writes what was missing."""
    scene = Scene()
    scene.input(1)
    scene.write(2, 1)
    task = scene.task()
    restored = scene.restore(task)
    task.start(restored.positions, NOW)
    assert [key for key, _ in task.changes()][-2:] == [ORIGIN_KEY, POSITIONS_KEY]


def test_the_rows_of_another_partition_stop_the_restore() -> None:
    """Rule 22: a changelog copied with another partitioner."""
    scene = Scene()
    scene.writes_as = 3
    scene.write(1, 0)
    scene.restorer.add(scene.task())
    with pytest.raises(CairnError, match="partition 0 of tally-changelog holds the rows of partition 3"):
        scene.restorer.turn(BUDGET)


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


@pytest.mark.parametrize("value", [b"", b"hello"])
def test_a_record_that_somebody_wrote_by_hand_stops_the_worker(value: bytes) -> None:
    """Exit 3 with its place and what takes it back, never a traceback; a tombstone is no harm."""
    scene = Scene()
    scene.write(1, 0)
    scene.changelog.append(b"by hand", None, (), 0)
    scene.restore()
    scene.changelog.append(b"by hand", value, (), 0)
    scene.restorer.add(scene.task())
    with pytest.raises(CairnError) as drift:
        scene.restorer.turn(BUDGET)
    assert drift.value.exit == Exit.DRIFT
    assert f"{CHANGELOG}, partition 0, offset 4, key b'by hand'" in str(drift.value.where)
    assert "tombstone" in str(drift.value.fix)


# -- where it goes on -----------------------------------------------------------------------------------------------


def test_a_new_task_begins_at_the_start_of_each_input() -> None:
    """Rule 2: no state and no offset: earliest, which is not 0 when retention has deleted the head."""
    scene = Scene(attached=(Input("contacts"),))
    scene.input(5)
    scene.input(2, "contacts")
    scene.log.partition(IN, 0).delete_before(3)
    assert scene.restore().positions.offsets == {IN: 3, "contacts": 0}


@pytest.mark.parametrize("said", [0, 3])
def test_a_state_that_begins_anew_beside_outputs_is_told(said: int, logged: list[Any]) -> None:
    """Somebody deleted the changelog, the group and the store, but not what was said: that may be said again."""
    scene = Scene()
    scene.input(5)
    for _ in range(said):
        scene.log.partition(OUT, 0).append(b"k", b"1", (), 0)
    scene.restore()
    told = [each for each in logged if each["event"] == "state_begins_anew"]
    assert [each["outputs_hold"] for each in told] == ([{OUT: 3}] if said else [])


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
    ("position", "what"), [(1, "records were deleted before they were read"), (9, "beyond the end of its topic")]
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


@pytest.mark.parametrize(("position", "goes_on"), [(1, 3), (9, 5)])
def test_an_accepted_gap_goes_on_at_the_next_record_there_is(position: int, goes_on: int, logged: list[Any]) -> None:
    """Once, by the operator's word, and the log keeps it. Beyond the end it is the end: what is before it was read."""
    scene = Scene(accept_gap=True)
    scene.input(5)
    scene.log.partition(IN, 0).delete_before(3)
    scene.write(1, position)
    assert scene.restore().positions.offsets == {IN: goes_on}
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
