"""Records and events of the client, on their way to the tasks (engine rule 18)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import pytest
from confluent_kafka import OFFSET_INVALID, Consumer, KafkaError, KafkaException, Message, TopicPartition

from schemas.errors import CairnError
from stream.engine import intake as taking
from stream.engine.changelog import Positions
from stream.engine.damage import DamagedError
from stream.engine.dispatch import Dispatch
from stream.engine.figures import Figures
from stream.engine.identity import Layout
from stream.engine.intake import Intake
from stream.engine.restore import Restorer
from stream.engine.states import TaskState
from stream.engine.stores.memory import MemoryStore
from stream.engine.stores.rocks import StoreMemory
from stream.engine.stores.shelf import Shelf
from stream.engine.stores.store import StoreError
from stream.engine.task import Task
from stream.engine.tasks import Tasks
from stream.runtime.child import Child
from stream.runtime.exits import Exit
from stream.testing.log import CREATE_TIME
from tests.contracts.reminder import ASKS, CHANGES, NAMES, Reminder
from tests.stream.engine.test_tasks import NoCluster

TOPICS = (ASKS, NAMES, CHANGES)


class FakeConsumer:
    """Notes what is read; positions and ends are what the test says, unknown at first."""

    def __init__(self) -> None:
        self.reading: set[str] = set()
        self.sought: list[tuple[str, int]] = []
        self.at: dict[str, int] = {}
        self.ends: dict[str, int] = {}
        self.unready: set[str] = set()

    def seek(self, at: TopicPartition) -> None:
        if at.topic in self.unready:
            raise KafkaException(KafkaError(KafkaError._STATE))
        self.sought.append((at.topic, at.offset))

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        self.reading |= {each.topic for each in partitions}

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        self.reading -= {each.topic for each in partitions}

    def position(self, partitions: Iterable[TopicPartition]) -> list[TopicPartition]:
        return [TopicPartition(each.topic, 0, self.at.get(each.topic, OFFSET_INVALID)) for each in partitions]

    def get_watermark_offsets(self, partition: TopicPartition, cached: bool) -> tuple[int, int]:
        return 0, self.ends.get(partition.topic, OFFSET_INVALID)


class Restores:
    """Takes note of who must restore."""

    def __init__(self) -> None:
        self.added: list[Task] = []

    def add(self, task: Task) -> None:
        self.added.append(task)


class Scene:
    """One task with three inputs, `tables` of them to be loaded first."""

    def __init__(self, path: Path, tables: dict[str, int] | None = None, store: MemoryStore | None = None) -> None:
        self.reminder = Reminder()
        self.consumer = FakeConsumer()
        self.restores = Restores()
        figures = Figures(Child(None))
        self.now = 0.0
        self.intake = Intake(cast(Consumer, self.consumer), self.reminder.topology, clock=lambda: self.now)
        self.tasks = Tasks(
            self.reminder,
            Layout({}, 1),
            intake=self.intake,
            cluster=NoCluster(),
            shelf=Shelf(path, StoreMemory(1 << 20, 1 << 20)),
            restorer=cast(Restorer, self.restores),
            figures=figures,
            wall_ms=lambda: 0,
            cache_bytes=0,
        )
        self.task = Task(self.reminder, 0, store or MemoryStore(), partitions=1)
        self.task.start(Positions(dict.fromkeys(TOPICS, 0), {}), 0, tables or {})
        self.tasks.owned[0] = self.task
        self.intake.open(self.task)
        self.dispatch = Dispatch(self.reminder.topology, self.tasks, self.intake, figures, lambda: 0)

    def is_in(self, state: TaskState) -> bool:
        return self.task.state is state

    def give(self, *messages: Any) -> list[str]:
        """One turn; what was folded in it."""
        before = len(self.reminder.heard)
        self.dispatch.give(messages)
        self.dispatch.drain()
        return self.reminder.heard[before:]


def record(topic: str, offset: int, stamp: int, word: str = "never") -> Any:
    return Message(
        topic=topic, partition=0, offset=offset, key=b"k", value=word.encode(), timestamp=(CREATE_TIME, stamp)
    )


def event(topic: str, code: int, offset: int = 0) -> Any:
    return Message(topic=topic, partition=0, offset=offset, error=KafkaError(code))


def end(topic: str, offset: int = 0) -> Any:
    return event(topic, KafkaError._PARTITION_EOF, offset)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_the_lead_waits_until_the_ends_of_the_others_are_known(scene: Scene) -> None:
    """After a seek nobody knows what the others hold; the client says so with the end of each."""
    assert scene.give(record(ASKS, 0, 50)) == []
    assert scene.give(end(NAMES)) == []
    assert scene.give(end(CHANGES)) == ["asks:never"]


def test_an_input_whose_end_nobody_tells_is_read_again(scene: Scene, logged: list[Any]) -> None:
    """The client tells an end once, and drops what it told when the partition is sought or paused before that is heard
    (seen in 2 of 65 pauses at an end). Without a new look everything else of the task would wait for ever.
    """
    scene.consumer.sought.clear()
    scene.give(record(ASKS, 0, 50), end(CHANGES))
    scene.now = taking.END_PATIENCE - 0.1
    assert scene.give() == []
    assert scene.consumer.sought == []
    scene.now = taking.END_PATIENCE
    assert scene.give() == []
    assert scene.consumer.sought == [(NAMES, 0)]
    assert [each["topic"] for each in logged if each["event"] == "end_not_told"] == [NAMES]
    scene.now += taking.END_PATIENCE - 0.1
    assert scene.give(end(NAMES)) == ["asks:never"]
    assert scene.consumer.sought == [(NAMES, 0)]


def test_an_end_that_was_told_late_does_not_count_for_the_next_one(scene: Scene) -> None:
    """Each wait has its own patience."""
    scene.give(record(ASKS, 0, 50))
    scene.now = taking.END_PATIENCE - 0.1
    assert scene.give(end(NAMES), end(CHANGES)) == ["asks:never"]
    scene.give(record(NAMES, 0, 60), record(ASKS, 1, 70))
    scene.consumer.sought.clear()
    scene.now += 0.2
    scene.give()
    assert scene.consumer.sought == []


def test_at_the_end_of_all_others_a_batch_goes_straight_through(scene: Scene) -> None:
    """The usual case: nothing is buffered, nothing is asked of the client."""
    scene.give(end(NAMES), end(CHANGES))
    scene.consumer.position = None  # type: ignore[method-assign, assignment]  # must not be asked
    assert scene.give(record(ASKS, 0, 50), record(ASKS, 1, 51)) == ["asks:never"] * 2
    assert scene.give(record(ASKS, 2, 40)) == ["asks:never"]


def test_records_of_several_inputs_in_one_batch_are_merged_by_time(scene: Scene) -> None:
    """Whatever order the client has them in."""
    scene.give(end(ASKS), end(NAMES), end(CHANGES))
    batch = [record(ASKS, 0, 10), record(ASKS, 1, 40), record(CHANGES, 0, 30), record(NAMES, 0, 20, "x")]
    assert scene.give(*batch, end(ASKS, 2), end(NAMES, 1), end(CHANGES, 1)) == [
        "asks:never",
        "names:x",
        "changes:never",
        "asks:never",
    ]


def test_a_position_at_the_end_that_came_with_the_records_is_as_good_as_an_event(scene: Scene) -> None:
    """The event of an end needs another answer of the broker, up to 100 ms later: no lead should wait for it."""
    scene.give(end(ASKS), end(NAMES), end(CHANGES))
    scene.consumer.at, scene.consumer.ends = {NAMES: 1, ASKS: 1}, {NAMES: 1, ASKS: 1}
    assert scene.give(record(NAMES, 0, 5, "x"), record(ASKS, 0, 9)) == ["names:x", "asks:never"]


def test_an_end_from_before_a_rewind_is_forgotten(scene: Scene) -> None:
    """The records behind the position come again, and older ones of other inputs among them."""
    scene.give(end(ASKS), end(NAMES), end(CHANGES))
    scene.tasks.rewind()
    scene.consumer.ends = dict.fromkeys(TOPICS, 0)
    assert scene.give(record(ASKS, 0, 50)) == []
    assert scene.give(end(NAMES), end(CHANGES)) == ["asks:never"]


def test_while_tables_are_loaded_nothing_else_is_read(tmp_path: Path) -> None:
    """Rule 18: the lead stands still in the client, not in our memory; then everything is read from its position."""
    scene = Scene(tmp_path, {NAMES: 2})
    assert scene.is_in(TaskState.CATCHING_UP)
    assert scene.consumer.reading == {NAMES}
    assert scene.give(record(NAMES, 0, 99, "x")) == ["names:x"]
    scene.consumer.at[NAMES] = 2  # the second offset is a marker
    scene.tasks.catch_up()
    assert scene.is_in(TaskState.CATCHING_UP), "it is not committed yet"
    scene.task.dirty = False
    scene.tasks.catch_up()
    assert scene.is_in(TaskState.RUNNING)
    assert scene.consumer.reading == set(TOPICS)


def test_a_seek_that_comes_too_early_is_tried_again(scene: Scene) -> None:
    """The client may not have started the partition yet; until then it stays paused."""
    scene.consumer.unready = {NAMES}
    scene.intake.open(scene.task)
    assert scene.consumer.reading == {ASKS, CHANGES}
    scene.consumer.unready = set()
    scene.intake.retry()
    assert scene.consumer.reading == set(TOPICS)


def test_a_full_buffer_is_left_to_the_client(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lead that waits for a long backlog of another input must not fill our memory."""
    monkeypatch.setattr(taking, "LIMIT", 4)
    scene.give(*(record(ASKS, offset, 50) for offset in range(4)))
    assert scene.consumer.reading == {NAMES, CHANGES}
    assert len(scene.give(end(NAMES), end(CHANGES))) == 4
    assert scene.consumer.reading == set(TOPICS)


def test_records_of_a_task_that_does_not_fold_are_dropped(scene: Scene) -> None:
    """They come again from its position."""
    scene.tasks.restart([scene.task])
    assert scene.give(record(ASKS, 0, 50), end(NAMES), end(CHANGES)) == []
    assert scene.consumer.reading == set()


@pytest.mark.parametrize("topic", TOPICS)
def test_a_lost_position_of_any_input_restores_the_task(scene: Scene, topic: str) -> None:
    """The restore says what is missing, and stops or accepts it (rule 2)."""
    scene.give(event(topic, KafkaError._AUTO_OFFSET_RESET))
    assert scene.restores.added == [scene.task]


def test_a_fenced_worker_exits(scene: Scene) -> None:
    """Somebody else has its place."""
    with pytest.raises(CairnError) as stopped:
        scene.give(event(ASKS, KafkaError.FENCED_INSTANCE_ID))
    assert stopped.value.exit == Exit.FENCED


def test_a_store_that_cannot_be_read_comes_with_its_task(tmp_path: Path) -> None:
    """So that it alone is rebuilt."""

    class Damaged(MemoryStore):
        def get_many(self, keys: Any) -> Any:
            if any(key.startswith(b"\x10") for key in keys):
                raise StoreError("checksum mismatch")
            return super().get_many(keys)

    scene = Scene(tmp_path, store=Damaged())
    scene.give(end(NAMES), end(CHANGES))
    with pytest.raises(DamagedError) as damaged:
        scene.give(record(ASKS, 0, 50))
    assert damaged.value.task is scene.task
