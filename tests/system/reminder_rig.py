"""The reminder on a Kafka with a prefix of its own: topics, workers, and what they said."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from tests.contracts.reminder import reminder_topology
from tests.system.group_offsets import GroupOffsets
from tests.system.new_topics import make_topics
from tests.system.reminder_order import ReminderOrder
from tests.system.rig import SHORT, Option
from tests.system.running_worker import RunningWorker
from tests.system.topic_log import ANSWER, TopicLog
from tests.system.waiting import until

PARTITIONS = 2


class ReminderRig:
    """Makes the topics at once; `close` ends every worker that it started."""

    def __init__(self, bootstrap: str, prefix: str, directory: Path, *, rules: bool = False) -> None:
        self.bootstrap = bootstrap
        self.prefix = prefix
        self.directory = directory
        self.rules = rules
        self.topology = reminder_topology(prefix, rules=rules)
        self.admin = AdminClient({"bootstrap.servers": bootstrap})
        self.workers: list[RunningWorker] = []
        self._offsets = GroupOffsets(bootstrap, self.topology.app)
        self._producer = Producer(
            {"bootstrap.servers": bootstrap, "partitioner": "murmur2_random", "enable.idempotence": True}
        )
        counts = dict.fromkeys(self.topology.topics, PARTITIONS)
        if self.topology.broadcast:
            counts[self.topology.broadcast.topic] = 1
        new = [NewTopic(name, count, 1) for name, count in counts.items()]
        make_topics(self.admin, new)

    def worker(self, name: str, *, mischief: Mapping[str, Any] | None = None, **tracker: Option) -> RunningWorker:
        """Start a worker on the slot of host `name`."""
        options: dict[str, Any] = {
            "kafka.bootstrap_servers": self.bootstrap,
            "topics.prefix": self.prefix,
            "topics.partitions": PARTITIONS,
            "log.level": "debug",
            "log.format": "json",
            **SHORT,
            "tracker.host": name,
            "tracker.membership": "dynamic",
            "tracker.state_dir": str(self.directory / f"state-{name}"),
            **{f"tracker.{key}": value for key, value in tracker.items()},
        }
        order = ReminderOrder(
            options=options,
            log=str(self.directory / f"{name}-{uuid.uuid4().hex[:6]}.log"),
            mischief=dict(mischief or {}),
            rules=self.rules,
        )
        worker = RunningWorker(name, order)
        self.workers.append(worker)
        return worker

    def put(self, topic: str, records: Iterable[tuple[str | None, str | None]]) -> None:
        """Write keys and values, and wait until the broker has them."""
        for key, value in records:
            self._producer.produce(self.prefix + topic, value, key)
        assert not self._producer.flush(30)

    def said(self, topic: str) -> list[tuple[str, str]]:
        """Keys and values that readers see on an output now, in the order of each partition."""
        with TopicLog(self.bootstrap, self.prefix + topic, PARTITIONS) as log:
            return [((each.key() or b"").decode(), (each.value() or b"").decode()) for each in log.read_all()]

    def wait_said(self, topic: str, count: int, within: float = 40) -> list[tuple[str, str]]:
        """Wait until at least so many records are there, and return all."""

        def enough() -> list[tuple[str, str]]:
            for worker in self.workers:
                worker.look()
            found = self.said(topic)
            return found if len(found) >= count else []

        try:
            return until(enough, within=within, what=f"{count} records on {topic}")
        except AssertionError as late:
            logs = "\n".join(f"--- {each.name} exit {each.exit}\n{each.said[-2500:]}" for each in self.workers)
            raise AssertionError(f"{late}; there are {self.said(topic)[-5:]}\n{logs}") from None

    def committed(self) -> dict[tuple[str, int], int]:
        """What the group has committed, by input without its prefix."""
        asked = [(each.topic, partition) for each in self.topology.partitioned for partition in range(PARTITIONS)]
        found = self._offsets.ask(asked)
        return {(topic.removeprefix(self.prefix), partition): offset for (topic, partition), offset in found.items()}

    def forget_offsets(self) -> None:
        """Delete all offsets of the group, which must be empty: more than the broker ever does to attached inputs."""
        self._settled(lambda: self.admin.delete_consumer_groups([self.topology.app], request_timeout=ANSWER))

    def _settled(self, ask: Callable[[], Mapping[str, Any]]) -> None:
        """Ask until the coordinator has seen the last member go."""

        def done() -> bool:
            try:
                for future in ask().values():
                    future.result(ANSWER)
            except KafkaException as raised:
                if raised.args[0].name() != "NON_EMPTY_GROUP":
                    raise
                return False
            return True

        until(done, within=20, what="the group is empty")

    def close(self) -> None:
        """End what this rig started and leave nothing on the broker."""
        for worker in self.workers:
            worker.close()
        there = self.admin.list_topics(timeout=ANSWER).topics
        ours = [name for name in there if name.startswith(self.prefix)]
        for future in self.admin.delete_topics(ours, request_timeout=ANSWER).values():
            future.result(ANSWER)
