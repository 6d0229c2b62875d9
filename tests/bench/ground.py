"""Where one run takes place: the broker, its topics, the inputs that are filled once, a directory for states."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from deploy.broker import EmbeddedKafka, ProgressLine
from schemas.topics import TRACKER_APP, TRACKER_CHANGELOG, USAGE_EVENTS, topics
from tests.bench.shape import Shape

ADMIN_TIMEOUT = 30.0
QUIET = {"log_level": 2}
"""What a client of the harness would log, such as a coordinator that is still loading, its calls report or outlast."""


class Ground:
    """One broker and one directory; everything of the run is in `folder`. `say` takes a line of progress.

    `data` is where the broker keeps its logs, and `label` begins every name that is made up here.
    """

    def __init__(self, servers: str, data: Path, folder: Path, say: Callable[[str], None], label: str = "") -> None:
        self.servers = servers
        self.say = say
        self._data = data
        self._folder = folder
        self._label = label
        self._admin = AdminClient({"bootstrap.servers": self.servers, **QUIET})
        self._numbers = itertools.count(1)
        self._filled: set[Shape] = set()
        self._prefixes: set[str] = set()

    def open(self, prefix: str, partitions: int) -> None:
        """Create the topics that every tracker under `prefix` shares: all but the changelogs."""
        if prefix not in self._prefixes:
            self._prefixes.add(prefix)
            shared = [each for each in topics(prefix, partitions) if not each.name.endswith(TRACKER_CHANGELOG)]
            for each in shared:
                self.create(each.name, each.partitions, each.configs)

    def create(self, name: str, partitions: int, configs: Mapping[str, str]) -> None:
        """Create a topic."""
        new = NewTopic(name, num_partitions=partitions, replication_factor=1, config=dict(configs))
        self._admin.create_topics([new], operation_timeout=ADMIN_TIMEOUT)[name].result(ADMIN_TIMEOUT)

    def configure(self, topic: str, name: str, value: str) -> None:
        """Set one config of a topic."""
        entry = ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
        resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
        self._admin.incremental_alter_configs([resource])[resource].result(ADMIN_TIMEOUT)

    def fill(self, shape: Shape) -> None:
        """See that the input of this shape is there."""
        if shape in self._filled:
            return
        self.open(shape.prefix, shape.partitions)
        began = time.monotonic()
        self.say(f"filling {shape.prefix}{USAGE_EVENTS}: {shape.warm_events + shape.events:,} events")
        self.produce(
            self.producer(),
            ((f"{shape.prefix}{USAGE_EVENTS}", key, value) for key, value in shape.records()),
        )
        self._filled.add(shape)
        self.say(f"filled in {time.monotonic() - began:.0f} s")

    def producer(self, **properties: Any) -> Producer:
        """Return a producer that fills topics: large batches, partitions as Java chooses them."""
        return Producer(
            {
                "bootstrap.servers": self.servers,
                **QUIET,
                "linger.ms": 20,
                "compression.type": "lz4",
                "partitioner": "murmur2_random",
                "queue.buffering.max.messages": 500_000,
                **properties,
            }
        )

    def produce(self, producer: Producer, records: Iterable[tuple[str, str, str | bytes]]) -> None:
        """Produce records of (topic, key, value) and wait until all are in.

        Raises:
            KafkaException: some are not.
        """
        for topic, key, value in records:
            while True:
                try:
                    producer.produce(topic, value, key)
                except BufferError:
                    producer.poll(0.05)
                else:
                    break
        if left := producer.flush(ADMIN_TIMEOUT):
            raise KafkaException(f"{left} events could not be produced")

    @contextmanager
    def tracker(self, prefix: str, partitions: int) -> Iterator[tuple[str, str]]:
        """Give a new tracker its (app id, state directory), with an empty changelog; remove both afterwards."""
        app_id = f"{TRACKER_APP}-{next(self._numbers)}"
        state = self.state(app_id)
        (table,) = (each for each in topics(prefix, partitions) if each.name.endswith(TRACKER_CHANGELOG))
        changelog = prefix + TRACKER_CHANGELOG.replace(TRACKER_APP, app_id, 1)
        self.create(changelog, partitions, table.configs)
        try:
            yield app_id, str(state)
        finally:
            shutil.rmtree(state, ignore_errors=True)
            self.delete([changelog])

    def state(self, name: str) -> Path:
        """Return a directory for the state of one run."""
        return self._folder / "state" / name

    def name(self, what: str) -> str:
        """Return a name that nothing else of this run has."""
        return f"{self._label}{what}-{next(self._numbers)}"

    def delete(self, names: Iterable[str]) -> None:
        """Delete topics; their disk space matters more than the odd one that is not there."""
        for future in self._admin.delete_topics(list(names), operation_timeout=ADMIN_TIMEOUT).values():
            try:
                future.result(ADMIN_TIMEOUT)
            except KafkaException as error:
                self.say(f"not deleted: {error}")

    def starting_with(self, prefix: str) -> list[str]:
        """Return the topics whose names start so."""
        return [name for name in self._admin.list_topics(timeout=ADMIN_TIMEOUT).topics if name.startswith(prefix)]

    def segments(self, topic: str) -> list[int]:
        """Return the bytes of each log segment of a topic."""
        return [each.stat().st_size for each in self._data.rglob(f"{topic}-[0-9]*/*.log")]

    def close(self) -> None:
        """Let go of the broker before it stops."""
        del self._admin


@contextmanager
def prepared(say: Callable[[str], None]) -> Iterator[Ground]:
    """Start the broker of a run; it and all that it kept are gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="cairn-bench-", ignore_cleanup_errors=True) as folder,
        EmbeddedKafka(data_dir=Path(folder) / "kafka", on_progress=ProgressLine()) as broker,
    ):
        ground = Ground(broker.bootstrap_servers, broker.data_dir, Path(folder), say)
        try:
            yield ground
        finally:
            ground.close()
