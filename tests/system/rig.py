"""One tracker on a Kafka with a prefix of its own: its topics, its workers, and what its group has committed."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourceType,
)

from schemas.milestones import Document, read_document
from schemas.rules import RulesLog, RulesVersion
from schemas.topics import (
    CONTACT_CHANGES,
    CONTACT_CHANGES_DLQ,
    CONTACTS,
    CONTACTS_DLQ,
    MILESTONE_CROSSED,
    MILESTONE_NUDGES,
    MILESTONE_RULES,
    TRACKER_APP,
    TRACKER_CHANGELOG,
    USAGE_EVENTS,
    USAGE_EVENTS_DLQ,
    topics,
)
from stream.core.adoption import next_version
from tests.system.group_offsets import GroupOffsets
from tests.system.new_topics import make_topics
from tests.system.running_worker import RunningWorker
from tests.system.topic_log import ADMIN, ANSWER, CLIENT, TopicLog
from tests.system.usage import UsageProducer
from tests.system.waiting import until
from tests.system.work_order import WorkOrder

MILESTONES = """
version: 1
product: {name: Boards, url: "https://app.example", locale: en}
history: complete
quiet_hours: none
cap: none
metrics:
  documents: {sum: value, from: documents_processed}
  logins: {count: events, from: logged_in}
milestones:
  - {id: documents, when: {documents: [10, 100, 500]}, tier: minor}
  - {id: documents-club, when: {documents: every 250}, tier: major, means: You are still going.}
  - {id: logins, when: {logins: [1, 5]}, tier: minor}
"""
"""Two metrics, a ladder on each and a repeating milestone: what one event may pass at once is four."""

Option = str | int | float | bool

SHORT: Mapping[str, Option] = {
    "tracker.session_timeout": 4,
    "tracker.heartbeat": 0.4,
    "tracker.max_poll": 20,
    "tracker.transaction_timeout": 5,
}
"""Time bounds scaled down in their proportions, so that a test need not wait for those of production."""

KEEN: Mapping[str, Any] = {"topic.metadata.refresh.interval.ms": 1000}
"""Of producers: they hear soon of partitions that were added; the default is 5 minutes."""


class Rig:
    """Makes the topics and applies `milestones` at once; `close` ends every worker that it started."""

    def __init__(
        self, bootstrap: str, prefix: str, directory: Path, *, partitions: int = 4, milestones: str = MILESTONES
    ) -> None:
        self.bootstrap = bootstrap
        self.prefix = prefix
        self.directory = directory
        self.partitions = partitions
        self.group = prefix + TRACKER_APP
        self.inputs = prefix + USAGE_EVENTS
        self.crossed = prefix + MILESTONE_CROSSED
        self.letters = prefix + USAGE_EVENTS_DLQ
        self.changelog = prefix + TRACKER_CHANGELOG
        self.contacts = prefix + CONTACTS
        self.nudges = prefix + MILESTONE_NUDGES
        self.rules = prefix + MILESTONE_RULES
        self.keyed = (
            self.inputs,
            self.crossed,
            self.letters,
            self.changelog,
            self.contacts,
            prefix + CONTACTS_DLQ,
            prefix + CONTACT_CHANGES,
            prefix + CONTACT_CHANGES_DLQ,
            self.nudges,
        )
        """Every topic that has the partition count of the tracker."""
        self.reconnect()
        self.workers: list[RunningWorker] = []
        self.made: set[str] = set()
        """The topics that were made, by name."""
        self.make_topics()
        self._rules_log = RulesLog()
        self._milestones = milestones
        self.apply(milestones)

    def reconnect(self) -> None:
        """Take new clients, as is needed after an outage: librdkafka's admin client never finds a group's coordinator
        again that was away (2.16).
        """
        self.admin = AdminClient({**ADMIN, "bootstrap.servers": self.bootstrap})
        self._offsets = GroupOffsets(self.bootstrap, self.group)
        self._offsets_now = GroupOffsets(self.bootstrap, self.group, waits=False)
        self.usage = UsageProducer(self.bootstrap, self.inputs, **CLIENT, **KEEN)

    def make_topics(self, *names: str, partitions: int | None = None) -> None:
        """Make the topics of the table that the tracker uses, or only `names` of them."""
        wanted = names or (*self.keyed, self.rules)
        table = {each.name: each for each in topics(self.prefix, partitions or self.partitions)}
        new = [NewTopic(name, table[name].partitions, 1, config=dict(table[name].configs)) for name in wanted]
        make_topics(self.admin, new)
        self.made.update(wanted)

    def apply(self, milestones: str) -> RulesVersion:
        """Put a milestones file into force, as `cairn milestones apply` does; return the version."""
        document = read_document(milestones)
        assert isinstance(document, Document), document
        version = next_version(self._rules_log.in_force, document, time.time_ns() // 1_000_000)
        producer = Producer({"bootstrap.servers": self.bootstrap, "acks": "all"})
        producer.produce(self.rules, version.encode())
        assert not producer.flush(ANSWER), "the rules could not be written"
        refused = self._rules_log.take(version.encode())
        assert refused is None, refused
        return version

    def apply_anew(self) -> None:
        """Put the milestones into force as the first version, as `cairn milestones apply` does on an empty topic."""
        self._rules_log = RulesLog()
        self.apply(self._milestones)

    def delete_topics(self, *names: str) -> None:
        """Delete topics and wait until the broker has forgotten them."""
        for future in self.admin.delete_topics(list(names), request_timeout=ANSWER).values():
            future.result(ANSWER)
        until(
            lambda: not set(names) & set(self.admin.list_topics(timeout=ANSWER).topics),
            within=60,
            what=f"{names} are gone",
        )

    def make_anew(self, topic: str) -> None:
        """Delete a topic and make it again, empty, as it was set up; the rules are applied again, as the first."""
        self.delete_topics(topic)
        self.make_topics(topic)
        if topic == self.rules:
            self.apply_anew()
        if topic == self.inputs:
            self.reconnect()

    def grow(self, to: int, *topics: str) -> None:
        """Give topics more partitions, so that they have `to`."""
        for future in self.admin.create_partitions([NewPartitions(topic, to) for topic in topics]).values():
            future.result(ANSWER)
        until(
            lambda: all(
                len(self.admin.list_topics(each, timeout=ANSWER).topics[each].partitions) == to for each in topics
            ),
            within=60,
            what=f"{topics} have {to} partitions",
        )

    def configure(self, topic: str, configs: Mapping[str, str | None]) -> None:
        """Set configs of a topic, and wait until its broker has heard; None: back to the broker's default."""
        entries = [
            ConfigEntry(
                name,
                value or "",
                incremental_operation=AlterConfigOpType.DELETE if value is None else AlterConfigOpType.SET,
            )
            for name, value in configs.items()
        ]
        resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=entries)
        for future in self.admin.incremental_alter_configs([resource]).values():
            future.result(ANSWER)

        def heard() -> bool:
            (asked,) = self.admin.describe_configs([ConfigResource(ResourceType.TOPIC, topic)]).values()
            found = asked.result(ANSWER)
            return all(value is None or found[name].value == value for name, value in configs.items())

        until(heard, within=20, what=f"{topic} is set to {configs}")

    def worker(
        self,
        name: str,
        *,
        reads: tuple[int, ...] = (1,),
        writes: int = 1,
        mischief: Mapping[str, Any] | None = None,
        state: Path | None = None,
        **tracker: Option,
    ) -> RunningWorker:
        """Start a worker on the slot of host `name`; `tracker` overrides settings of its section."""
        order = self.order(name, reads=reads, writes=writes, mischief=mischief, state=state, **tracker)
        worker = RunningWorker(name, order)
        self.workers.append(worker)
        return worker

    def order(
        self,
        name: str,
        *,
        reads: tuple[int, ...] = (1,),
        writes: int = 1,
        mischief: Mapping[str, Any] | None = None,
        state: Path | None = None,
        **tracker: Option,
    ) -> WorkOrder:
        """What a worker on host `name` is told, for who starts it by other hands."""
        options: dict[str, Any] = {
            "kafka.bootstrap_servers": self.bootstrap,
            "topics.prefix": self.prefix,
            "topics.partitions": self.partitions,
            "log.level": "debug",
            "log.format": "json",
            **SHORT,
            "tracker.host": name,
            "tracker.membership": "dynamic",  # tests of static members say so
            "tracker.state_dir": str(state or self.state_of(name)),
            **{f"tracker.{key}": value for key, value in tracker.items()},
        }
        return WorkOrder(
            options=options,
            log=str(self.directory / f"{name}-{uuid.uuid4().hex[:6]}.log"),
            reads=reads,
            writes=writes,
            mischief=dict(mischief or {}),
        )

    def state_of(self, name: str) -> Path:
        """Where worker `name` keeps its state."""
        return self.directory / f"state-{name}"

    def store_of(self, name: str, partition: int) -> Path:
        """The directory of one store of worker `name`."""
        return self.state_of(name) / self.group / "0" / str(partition)

    def log(self, topic: str, *, committed: bool = True, partitions: int | None = None) -> TopicLog:
        """A reader of one of the topics."""
        return TopicLog(self.bootstrap, topic, partitions or self.partitions, committed=committed)

    def committed(self) -> dict[int, int]:
        """What the group has committed of the input; partitions without an offset are left out."""
        return self._committed(self._offsets)

    def members(self) -> list[frozenset[int]]:
        """The partitions of each member of the group, as the coordinator has given them, whatever became of them
        there.
        """
        (future,) = self.admin.describe_consumer_groups([self.group], request_timeout=ANSWER).values()
        try:
            found = future.result().members
        except KafkaException as raised:
            if raised.args[0].name() == "GROUP_ID_NOT_FOUND":
                return []
            raise
        return [frozenset(each.partition for each in member.assignment.topic_partitions) for member in found]

    def unprocessed(self) -> dict[int, int]:
        """How many offsets of each input partition are not yet committed by the group.

        Of a worker that stands still in the middle of a transaction too: an answer that waits for its end comes when
        another worker has done all that was left.
        """
        committed = self._committed(self._offsets_now)
        with self.log(self.inputs) as inputs:
            starts, ends = inputs.starts(), inputs.ends()
        return {each: ends[each] - committed.get(each, starts[each]) for each in ends}

    def wait_processed(self, within: float = 40) -> None:
        """Wait until the group has committed the whole input, as it is now."""
        with self.log(self.inputs) as inputs:
            ends = inputs.ends()

        def behind() -> dict[int, tuple[int, int]]:
            committed = self.committed()
            for worker in self.workers:
                worker.look()
            return {
                each: (committed.get(each, -1), end)
                for each, end in ends.items()
                if end and committed.get(each, -1) < end
            }

        try:
            until(lambda: not behind(), within=within, what="the whole input is committed")
        except AssertionError as late:
            said = "\n".join(f"--- {each.name} exit {each.exit}\n{each.said[-1500:]}" for each in self.workers)
            raise AssertionError(f"{late}; (committed, end) {behind()}\n{said}") from None

    def delete_records(self, before: Mapping[int, int], topic: str | None = None) -> None:
        """Delete the head of a topic (the input), as retention does: everything before these offsets."""
        at = [TopicPartition(topic or self.inputs, partition, offset) for partition, offset in before.items()]
        for future in self.admin.delete_records(at, request_timeout=ANSWER).values():
            future.result(ANSWER)

    def close(self) -> None:
        """End what this rig started and leave nothing on the broker."""
        for worker in self.workers:
            worker.close()
        there = set(self.admin.list_topics(timeout=ANSWER).topics)
        ours = [name for name in there if name.startswith(self.prefix)]
        if ours:
            for future in self.admin.delete_topics(ours, request_timeout=ANSWER).values():
                future.result(ANSWER)

    def _committed(self, offsets: GroupOffsets) -> dict[int, int]:
        found = offsets.ask((self.inputs, each) for each in range(self.partitions))
        return {partition: offset for (_, partition), offset in found.items()}
