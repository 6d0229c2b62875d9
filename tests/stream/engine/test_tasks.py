"""How far the tasks of a worker are behind: what nobody can read is no lag."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from confluent_kafka import (
    OFFSET_INVALID,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient, NewTopic

from stream.engine.changelog import Positions
from stream.engine.cluster import Cluster
from stream.engine.figures import Figures
from stream.engine.identity import Layout
from stream.engine.intake import Intake
from stream.engine.restore import Restorer
from stream.engine.states import TaskState
from stream.engine.stores.memory import MemoryStore
from stream.engine.stores.rocks import StoreMemory
from stream.engine.stores.shelf import Shelf
from stream.engine.task import Task
from stream.engine.tasks import Tasks
from stream.engine.topology import Input
from stream.runtime.child import Child
from stream.runtime.kafka import consumer_config
from stream.runtime.metrics import LAG_RECORDS, LAG_SECONDS
from stream.runtime.settings import Kafka, Settings, Tracker
from tests.contracts.tally import IN, LETTERS, Tally, tally_topology

READ_MS, NOW_MS = 5_000, 65_000


class FakeConsumer:
    """Partition 0 with this high watermark and this position of the client."""

    def __init__(self, high: int, position: int) -> None:
        self.high, self.at = high, position

    def seek(self, at: TopicPartition) -> None:
        pass

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        pass

    def get_watermark_offsets(self, partition: TopicPartition, cached: bool) -> tuple[int, int]:
        assert cached
        return 0, self.high

    def position(self, partitions: Iterable[TopicPartition]) -> list[TopicPartition]:
        return [TopicPartition(each.topic, each.partition, self.at) for each in partitions]


class NoCluster(Cluster):
    """Answers the one question that is asked before the first task."""

    def __init__(self) -> None:
        pass

    def record_bytes(self, topics: Iterable[str]) -> int:
        return 1 << 20


class Scene:
    """The tasks of a worker whose one task has processed all below offset `read`."""

    def __init__(self, path: Path, consumer: Any, read: int, topic: str = IN) -> None:
        self.figures = Figures(Child(None))
        lead = Input(topic, lead=True, dead_letters=LETTERS)
        tally = Tally(replace(tally_topology(), inputs=(lead,)))
        intake = Intake(cast(Consumer, consumer), tally.topology)
        self.tasks = Tasks(
            tally,
            Layout({}, 1),
            intake=intake,
            cluster=NoCluster(),
            shelf=Shelf(path, StoreMemory(1 << 20, 1 << 20)),
            restorer=cast(Restorer, None),
            figures=self.figures,
            wall_ms=lambda: NOW_MS,
            cache_bytes=0,
        )
        task = Task(tally, 0, MemoryStore(), partitions=1)
        task.start(Positions({topic: read}, {}), NOW_MS)
        task.newest[topic] = READ_MS
        self.figures.committed([task], 0.0)
        self.tasks.owned[0] = task
        intake.open(task)
        self._labels = (topic, "0")

    def lag(self) -> tuple[float, float]:
        """Records and seconds."""
        self.tasks.tell_lag(self.tasks.readings(TaskState.RUNNING))
        gauges = self.figures.meter.gauges
        return gauges[LAG_RECORDS.name][self._labels], gauges[LAG_SECONDS.name][self._labels]


@pytest.mark.parametrize(
    ("high", "position", "lag"),
    [
        (10, 7, (3, 60.0)),
        (10, OFFSET_INVALID, (3, 60.0)),
        (10, 9, (1, 60.0)),
        (10, 10, (0, 0.0)),
        (OFFSET_INVALID, OFFSET_INVALID, (0, 0.0)),
    ],
    ids=["records wait", "position unknown after a seek", "markers passed", "at the end", "nothing known yet"],
)
def test_lag_counts_from_where_the_client_is(
    tmp_path: Path, high: int, position: int, lag: tuple[float, float]
) -> None:
    """Offsets 7 and on are not processed; those that the client has passed beyond them hold nothing to process."""
    assert Scene(tmp_path, FakeConsumer(high, position), read=7).lag() == lag


def test_a_position_from_before_a_rewind_does_not_count(tmp_path: Path) -> None:
    """While a seek waits, the client still stands where it was, beyond records that come again."""

    class Unready(FakeConsumer):
        ready = True

        def seek(self, at: TopicPartition) -> None:
            if not self.ready:
                raise KafkaException(KafkaError(KafkaError._STATE))

        def pause(self, partitions: Iterable[TopicPartition]) -> None:
            pass

    consumer = Unready(high=10, position=10)
    scene = Scene(tmp_path, consumer, read=7)
    assert scene.lag() == (0, 0.0)
    consumer.ready = False
    scene.tasks.rewind()

    assert scene.lag() == (3, 60.0)


@pytest.fixture
def topic(kafka: str, prefix: str) -> str:
    """A topic of one partition on the test Kafka."""
    admin = AdminClient({"bootstrap.servers": kafka})
    name = f"{prefix}in"
    admin.create_topics([NewTopic(name, 1)])[name].result()
    return name


@pytest.fixture
def consumer(kafka: str, prefix: str) -> Iterator[Consumer]:
    """The worker's own consumer, as the settings make it."""
    consumer = Consumer(
        consumer_config(Settings(kafka=Kafka(bootstrap_servers=kafka)), Tracker(), group_id=f"{prefix}lag")
    )
    yield consumer
    consumer.close()


@pytest.mark.system
def test_transaction_markers_and_aborted_records_are_no_lag(
    tmp_path: Path, kafka: str, topic: str, consumer: Consumer
) -> None:
    """A producer with transactions leaves a marker behind its last record: one record of lag, for ever."""
    producer = Producer({"bootstrap.servers": kafka, "transactional.id": topic})
    producer.init_transactions(30)
    producer.begin_transaction()
    producer.produce(topic, b"1", partition=0)
    producer.commit_transaction(30)
    producer.begin_transaction()
    producer.produce(topic, b"2", partition=0)
    producer.flush(30)
    producer.abort_transaction(30)
    consumer.assign([TopicPartition(topic, 0, 0)])

    found = list(_to_the_end(consumer, last=4))

    assert [message.value() for message in found] == [b"1"]
    scene = Scene(tmp_path, consumer, read=1, topic=topic)
    assert scene.lag() == (3, 60.0)
    assert [*_to_the_end(consumer, last=4)] == []
    assert scene.lag() == (0, 0.0)


def _to_the_end(consumer: Consumer, last: int) -> Iterator[Message]:
    """Records up to the end-of-partition event at offset `last`."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for message in consumer.consume(10, 0.2):
            error = message.error()
            if error is None:
                yield message
            elif error.code() == KafkaError._PARTITION_EOF and message.offset() == last:
                return
    pytest.fail(f"the end at {last} was never reached")
