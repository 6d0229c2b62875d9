"""The broadcast input: read to its end first, then looked at between batches (engine rule 19)."""

from __future__ import annotations

from typing import Any, cast

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Message

from schemas.errors import CairnError
from stream.engine.broadcast import Broadcast
from stream.engine.cluster import Cluster
from stream.runtime.exits import Exit
from stream.testing.clients import LogCluster, LogReader
from stream.testing.log import Log
from tests.contracts.reminder import RULES, Reminder, reminder_topology


class Scene:
    """A topic, a processor that wants one record at least, and a reader between them."""

    def __init__(self) -> None:
        self.log = Log((), 1, RULES)
        self.reminder = Reminder(reminder_topology(rules=True))
        self.reader: Any = LogReader(self.log)
        self.cluster: Any = LogCluster(self.log)

    @property
    def topic(self) -> Any:
        return self.log.partition(RULES, 0)

    def made(self) -> Broadcast:
        found = Broadcast.of(self.reminder, cast(Consumer, self.reader), cast(Cluster, self.cluster))
        assert found is not None
        return found


def test_it_waits_until_everything_there_is_read_and_the_processor_is_ready() -> None:
    """The worker joins the group only then: no partition stands still for it."""
    scene = Scene()
    broadcast = scene.made()
    slices: list[bool] = []

    def waiting() -> bool:
        slices.append(broadcast.ready)
        if len(slices) == 5:
            scene.topic.append(None, b"1", (), 0)
        return True

    broadcast.wait(waiting)
    assert broadcast.ready
    assert scene.reminder.version == 1
    assert len(slices) >= 5


def test_open_transactions_and_markers_end_the_wait_too() -> None:
    """The end is the high watermark, and the position reaches it over markers."""
    scene = Scene()
    scene.topic.end([scene.topic.open(None, b"2", (), 0)], commit=True)
    aborted = scene.topic.open(None, b"9", (), 0)
    scene.topic.end([aborted], commit=False)
    broadcast = scene.made()
    broadcast.wait(lambda: True)
    assert scene.reminder.version == 2


def test_a_worker_that_is_told_to_stop_waits_no_longer() -> None:
    """With no rules at all it would wait for ever."""
    answers = iter([True, True, False])
    Scene().made().wait(lambda: next(answers, False))


def test_a_head_that_is_gone_is_no_hindrance() -> None:
    """It reads from the first record that there is."""
    scene = Scene()
    for version in (b"1", b"2", b"3"):
        scene.topic.append(None, version, (), 0)
    scene.topic.delete_before(3)
    broadcast = scene.made()
    answers = iter([True] * 5)
    broadcast.wait(lambda: next(answers, False))
    assert broadcast.caught_up
    assert not broadcast.ready


def test_looks_keep_their_distance_and_hand_over_each_record_once() -> None:
    """Between batches it must cost nothing."""
    scene = Scene()
    scene.topic.append(None, b"1", (), 0)
    broadcast = scene.made()
    broadcast.wait(lambda: True)
    handed: list[int] = []
    scene.reminder.broadcast = lambda records: handed.extend(  # type: ignore[method-assign]
        int(each.value() or b"") for each in records
    )
    scene.topic.append(None, b"2", (), 0)
    assert broadcast.look()
    scene.topic.append(None, b"3", (), 0)
    assert not broadcast.look(), "it has just looked"
    assert broadcast.read(0.0) == 1
    assert handed == [2, 3]


def test_a_cluster_that_does_not_answer_is_asked_again() -> None:
    """Brokers may come up after their workers."""
    scene = Scene()
    scene.topic.append(None, b"1", (), 0)
    answer, asked = scene.cluster.spans, []

    def spans(*args: Any) -> Any:
        asked.append(args)
        if len(asked) == 1:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
        return answer(*args)

    scene.cluster.spans = spans
    scene.made().wait(lambda: True)
    assert scene.reminder.version == 1


@pytest.mark.parametrize(
    ("code", "exit_"),
    [(KafkaError.OFFSET_OUT_OF_RANGE, Exit.DRIFT), (KafkaError.TOPIC_AUTHORIZATION_FAILED, Exit.CANNOT_CONNECT)],
)
def test_what_cannot_be_read_stops_the_worker(code: int, exit_: Exit) -> None:
    """A gap in what every task needs is no gap to pass over."""
    scene = Scene()
    broadcast = scene.made()
    broadcast.open()
    failed = Message(topic=RULES, partition=0, offset=0, error=KafkaError(code))
    scene.reader.consume = lambda count, timeout: [failed]
    with pytest.raises(CairnError) as stopped:
        broadcast.read(0.0)
    assert stopped.value.exit == exit_


def test_without_a_client_a_declared_broadcast_is_refused() -> None:
    """Better at the start than a worker that never hears anything."""
    scene = Scene()
    with pytest.raises(CairnError, match="rules is a broadcast"):
        Broadcast.of(scene.reminder, None, cast(Cluster, scene.cluster))
    assert Broadcast.of(Reminder(), None, cast(Cluster, scene.cluster)) is None
