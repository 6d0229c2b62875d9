"""A dispatcher on a Kafka with a prefix of its own: its topics, its workers, its sender's switches and journal."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from channels.dispatch.marks import Run, decode
from schemas.contact_change import Change, ContactChange, encode_change
from schemas.delivery import Delivery, encode_delivery
from schemas.receipt import FINAL, Receipt, decode_receipt
from schemas.topics import CONTACT_CHANGES, DELIVERIES, DELIVERIES_DLQ, DELIVERY_RECEIPTS, topics
from tests.channels.dispatch.samples import LEASE_MS, delivery
from tests.system.dispatch_order import DispatchOrder
from tests.system.group_offsets import GroupOffsets
from tests.system.new_topics import make_topics
from tests.system.running_worker import RunningWorker
from tests.system.topic_log import ADMIN, ANSWER, CLIENT, TopicLog
from tests.system.waiting import until

Option = str | int | float | bool
SHORT: dict[str, Option] = {
    "web_push.session_timeout": 4,
    "web_push.heartbeat": 0.4,
    "web_push.max_poll": 20,
    "web_push.drain": 10,
}


class DispatchRig:
    """Makes the topics at once; `close` ends every worker that it started."""

    def __init__(self, bootstrap: str, prefix: str, directory: Path, *, partitions: int = 4) -> None:
        self.bootstrap, self.prefix, self.directory, self.partitions = bootstrap, prefix, directory, partitions
        self.deliveries = prefix + DELIVERIES["web_push"]
        self.letters = prefix + DELIVERIES_DLQ["web_push"]
        self.receipts = prefix + DELIVERY_RECEIPTS
        self.changes = prefix + CONTACT_CHANGES
        self.journal = directory / "journal"
        self.switches = directory / "switches"
        self.switches.mkdir()
        self.workers: list[RunningWorker] = []
        self._group = f"{prefix}cairn-web-push"
        self._admin = AdminClient({**ADMIN, "bootstrap.servers": bootstrap})
        self._offsets = GroupOffsets(bootstrap, self._group)
        self._producer = Producer({**CLIENT, "bootstrap.servers": bootstrap, "partitioner": "murmur2_random"})
        self._make(self.deliveries, self.letters, self.receipts, self.changes)

    def make_changes(self) -> None:
        """Make contact-changes, as `cairn topics apply` would."""
        self._make(self.changes)

    def delete_changes(self) -> None:
        """Delete contact-changes with all that it holds."""
        for future in self._admin.delete_topics([self.changes], operation_timeout=ANSWER).values():
            future.result(ANSWER)

    def _make(self, *names: str) -> None:
        table = {each.name: each for each in topics(self.prefix, self.partitions)}
        make_topics(
            self._admin, [NewTopic(name, self.partitions, 1, config=dict(table[name].configs)) for name in names]
        )

    def worker(self, name: str, *, instant: bool = False, **settings: Option) -> RunningWorker:
        """Start a worker; `settings` are those of its channel's section. `instant`: its sender delivers at once."""
        options: dict[str, Any] = {
            "kafka.bootstrap_servers": self.bootstrap,
            "topics.prefix": self.prefix,
            "topics.partitions": self.partitions,
            "log.level": "info",
            "log.format": "json",
            **SHORT,
            **{f"web_push.{key}": value for key, value in settings.items()},
        }
        log = str(self.directory / f"{name}-{uuid.uuid4().hex[:6]}.log")
        order = DispatchOrder(
            options=options, log=log, journal="" if instant else str(self.journal), switches=str(self.switches)
        )
        worker = RunningWorker(name, order)
        self.workers.append(worker)
        return worker

    def switch(self, name: str, *, on: bool) -> None:
        """Turn one of the sender's switches."""
        (self.switches / name).touch() if on else (self.switches / name).unlink(missing_ok=True)

    def release(
        self, contacts: Iterable[str], *, attempt: int = 1, lease_ms: int = LEASE_MS, behind_ms: int = 0
    ) -> list[Delivery]:
        """Write a delivery to each contact, as the planner does; its clock is so far behind ours."""
        now_ms = time.time_ns() // 1_000_000 - behind_ms
        released = [delivery(each, attempt=attempt, now_ms=now_ms, lease_ms=lease_ms) for each in contacts]
        for each in released:
            self._producer.produce(self.deliveries, encode_delivery(each), each.contact_id, timestamp=now_ms)
        assert not self._producer.flush(30)
        return released

    def put(self, key: bytes | None, value: bytes | None) -> None:
        """Write any record to the deliveries."""
        self._producer.produce(self.deliveries, value, key)
        assert not self._producer.flush(30)

    def say(self, kind: Change, contacts: Iterable[str], **more: Any) -> None:
        """Write this change of each contact, as the portal does; they are acknowledged when it returns."""
        at_ms = time.time_ns() // 1_000_000
        for each in contacts:
            change = ContactChange(contact_id=each, change=kind, at=at_ms, **more)
            self._producer.produce(self.changes, encode_change(change), each, timestamp=at_ms)
        assert not self._producer.flush(30)

    def requests(self, kind: str = "sent") -> Counter[str]:
        """How often each delivery was handed to the provider; `down`: while it took nothing."""
        lines = self.journal.read_text().splitlines() if self.journal.exists() else []
        return Counter(line.split()[1] for line in lines if line.startswith(f"{kind} "))

    def values(self, topic: str) -> list[Any]:
        """The records that are on a topic now."""
        with TopicLog(self.bootstrap, topic, self.partitions) as log:
            return log.read_all()

    def all_receipts(self) -> list[Receipt]:
        """Every receipt so far."""
        return [decode_receipt(each.value()) for each in self.values(self.receipts)]

    def finals(self) -> Counter[str]:
        """How many final receipts each delivery has."""
        return Counter(each.delivery_id for each in self.all_receipts() if each.outcome in FINAL)

    def wait_receipts(self, count: int, within: float = 40) -> list[Receipt]:
        """Wait for so many receipts."""

        def found() -> list[Receipt] | None:
            for worker in self.workers:
                worker.look()
            receipts = self.all_receipts()
            return receipts if len(receipts) >= count else None

        return until(found, within=within, what=f"{count} receipts\n{self._said()}") or []

    def wait_committed(self, within: float = 20) -> None:
        """Wait until every delivery is committed as finished."""
        with TopicLog(self.bootstrap, self.deliveries, self.partitions) as log:
            ends = log.ends()

        def behind() -> dict[int, int]:
            for worker in self.workers:
                worker.look()
            found = self._offsets.ask((self.deliveries, each) for each in ends)
            return {each: end for each, end in ends.items() if end and found.get((self.deliveries, each), -1) < end}

        until(lambda: not behind(), within=within, what=f"all is committed\n{self._said()}")

    def marks(self) -> dict[int, tuple[int, tuple[Run, ...]]]:
        """What the group has committed: the offset of each partition, and the finished runs beyond it."""
        wanted = [TopicPartition(self.deliveries, each) for each in range(self.partitions)]
        found = self._offsets.records(wanted)
        return {each.partition: (each.offset, decode(each.offset, each.metadata)) for each in found if each.offset >= 0}

    def close(self) -> None:
        """End what this rig started and leave nothing on the broker."""
        for worker in self.workers:
            worker.close()
        names = [self.deliveries, self.letters, self.receipts, self.changes]
        for future in self._admin.delete_topics(names, request_timeout=ANSWER).values():
            future.result(ANSWER)

    def _said(self) -> str:
        return "\n".join(f"--- {each.name} exit {each.exit}\n{each.said[-2000:]}" for each in self.workers)
