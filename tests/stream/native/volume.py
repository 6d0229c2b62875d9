"""Two tasks on the same batches without clients or commits between them: millions of events in minutes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from types import ModuleType
from typing import Any, cast

from confluent_kafka import Message

from schemas.limits import DEFAULTS
from schemas.record import Record
from schemas.rules import RulesVersion
from schemas.topics import CONTACTS, MILESTONE_RULES, USAGE_EVENTS
from stream.core.adoption import next_version
from stream.engine.changelog import Label, Positions
from stream.engine.stores.memory import MemoryStore
from stream.engine.task import Task
from stream.native.accelerator import Accelerator
from stream.runtime.metrics import EVENTS, HANDED_BACK
from tests.stream.native.files import EVENTS as NAMES
from tests.stream.native.files import ZONES, document, draft, edited
from tests.stream.native.story import STARTS
from tests.stream.tracker.played import tracker

_VALUES = (
    *("", "", "", "1", "2", "3", "10", "250", "-1", "-7", "2.5", "0.10", "19.99", "-0.75", "1.0", "0", "1000000"),
)
_AMOUNTS = (*("1", "2", "5", "12", "0.5", "1.25", "99.990", "-3", "-0.5", "100", "0.000001", "7.0"),)
_PLANS = ('"team"', '"ü"', '""', "1", "true", "null", "2.5", '"solo"')


class Volume:
    """The twins; of one event `late` are older than now, by up to some days. `read` and `handed_back` count
    usage events."""

    def __init__(self, random: Random, module: ModuleType, *, contacts: int, late: float) -> None:
        self.random = random
        self.now_ms = random.choice(STARTS)
        self.late = late
        self.contacts = [f"c-{number}" for number in range(contacts)]
        self.handed_back = self.read = 0
        self._offsets = dict.fromkeys((USAGE_EVENTS, CONTACTS, MILESTONE_RULES), 0)
        self._version: RulesVersion | None = None
        self._ids = 0
        self._sent: dict[str, str] = {}
        dedupe = random.choice((16, 16, 4))
        self._trackers = [
            tracker(dedupe_ids=dedupe, accelerator=each) for each in (None, Accelerator(module, DEFAULTS))
        ]
        self.file, _ = document(random, draft(random))
        self._apply(self.file)
        self._stores = [MemoryStore(), MemoryStore()]
        cache = random.choice((1000, 10, 0))
        self._tasks = [
            Task(each, 0, store, partitions=1, cache_rows=cache)
            for each, store in zip(self._trackers, self._stores, strict=True)
        ]
        for task in self._tasks:
            task.start(Positions(dict.fromkeys((each.topic for each in task._topology.inputs), 0), {}), self.now_ms)
        self._commit()

    def edit(self) -> None:
        """Somebody changes the rules, and all rows are walked over."""
        self.file, _ = document(self.random, edited(self.random, self.file))
        self._apply(self.file)
        for task in self._tasks:
            task.begin(self.now_ms)
        while any(task.more_work for task in self._tasks):
            for task in self._tasks:
                task.work(self.now_ms)
        self._commit()

    def profiles(self, count: int) -> None:
        """Some contacts tell where they are and when they signed up."""
        values = []
        for contact in self.random.choices(self.contacts, k=count):
            zone, back = self.random.choice(ZONES), self.random.choice((0, 3_600_000, 400 * 86_400_000))
            values.append(
                (contact, f'{{"contact_id":"{contact}","time_zone":"{zone}","signed_up_at":{self.now_ms - back}}}')
            )
        self._process(CONTACTS, values)

    def events(self, count: int) -> None:
        """A batch of events, most of them plain ones."""
        self._process(USAGE_EVENTS, list(self._written(count)))

    def commit(self, ms: int) -> None:
        """Time passes, timers fire, and the transaction ends."""
        self.now_ms += ms
        for task in self._tasks:
            task.clock.expect(self.now_ms, task.offsets)
            task.clock.read(task.offsets, task.newest)
            task.fire(10_000)
        self._commit()

    def _written(self, count: int) -> Iterator[tuple[str, str]]:
        random = self.random.random
        choice = self.random.choice
        for _ in range(count):
            contact = self.contacts[int(random() * random() * len(self.contacts))]
            if contact in self._sent and random() < 0.03:
                yield contact, self._sent[contact]
                continue
            self._ids += 1
            text = f'{{"id":"e-{self._ids}","contact_id":"{contact}","event":"{choice(NAMES)}"'
            if value := choice(_VALUES):
                text += f',"value":{value}'
            at_ms = self.now_ms - (int(random() * 3 * 86_400_000) if random() < self.late else int(random() * 1000))
            text += f',"at":{at_ms}'
            if random() < 0.8:
                text += (
                    f',"properties":{{"amount":{choice(_AMOUNTS)},"größe":{choice(_AMOUNTS)},"plan":{choice(_PLANS)}}}'
                )
            if random() < 0.02:
                text += ',"backfill":true'
            if random() < 0.02:
                text += f',"time_zone":"{choice(ZONES)}"'
            self._sent[contact] = text + "}"
            yield contact, text + "}"

    def _process(self, topic: str, values: Sequence[tuple[str, str]]) -> None:
        first = self._offsets[topic]
        self._offsets[topic] += len(values)
        records = [
            _record(topic, first + at, contact.encode(), value.encode(), self.now_ms)
            for at, (contact, value) in enumerate(values)
        ]
        for task in self._tasks:
            task.process(topic, records, self.now_ms)

    def _apply(self, file: Any) -> None:
        _, rules = document(self.random, file)
        version = next_version(self._version, rules, self.now_ms)
        if version is self._version:
            return
        self._version = version
        offset = self._offsets[MILESTONE_RULES]
        self._offsets[MILESTONE_RULES] += 1
        record = _record(MILESTONE_RULES, offset, None, version.encode(), self.now_ms)
        for each in self._trackers:
            each.broadcast([record])

    def _commit(self) -> None:
        wanted, found = (_outcome(task) for task in self._tasks)
        assert found == wanted
        counts = self._tasks[1].view.counts
        self.read += int(counts.get((EVENTS.name, (USAGE_EVENTS,)), 0))
        self.handed_back += int(counts.get((HANDED_BACK.name, (USAGE_EVENTS,)), 0))
        for task in self._tasks:
            task.stored(task.changes(), Label("", 1, 1, 0, 0))


def _record(topic: str, offset: int, key: bytes | None, value: bytes, now_ms: int) -> Record:
    message = Message(topic=topic, partition=0, offset=offset, key=key, value=value, timestamp=(1, now_ms))
    return cast(Record, message)


def _outcome(task: Task) -> tuple[Any, ...]:
    """What the open transaction says, keeps and counts; records by contact, in order."""
    said: dict[Any, list[Any]] = {}
    for each in task.view.emissions:
        said.setdefault((each.topic, each.key), []).append((each.value, each.headers))
    counts = {name: count for name, count in task.view.counts.items() if name[0] != HANDED_BACK.name}
    observed = sorted(figure for _, figures, _ in task.view.observations for figure in figures)
    changes = task.changes()
    return said, sorted(changes, key=lambda each: each[0]), counts, observed
