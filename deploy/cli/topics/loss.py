"""How many records a change of a topic's configs deletes, asked before it is made."""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deploy.cli.text import counted, moment
from deploy.cli.topics import configs
from deploy.cli.topics.difference import Difference, Remedy, WantedTopic

if TYPE_CHECKING:
    from deploy.cli.clients import Clients


@dataclass(frozen=True)
class Loss:
    """What a topic loses: at most `records` of `there`, those before `before_ms` (epoch, ms).

    Offsets are counted, so marks of transactions are among them. Kafka deletes whole segments, a while later.
    """

    topic: str
    records: int
    there: int
    before_ms: int

    @property
    def text(self) -> str:
        """In words."""
        of = counted(self.there, "record")
        return f"{self.topic}: deletes up to {self.records:,} of {of}, those before {moment(self.before_ms)}"

    def document(self) -> dict[str, str | int]:
        """For --json."""
        return {"topic": self.topic, "records": self.records, "of": self.there, "before_ms": self.before_ms}


def losses(clients: Clients, wanted: Iterable[WantedTopic], found: Iterable[Difference], now_ms: int) -> list[Loss]:
    """What the deleting ones of `found` would delete, topic by topic.

    Raises:
        CairnError: the offsets of a topic cannot be read.
    """
    topics = {each.topic for each in found if each.remedy is Remedy.DELETE}
    return [_loss(clients, each, now_ms) for each in wanted if each.name in topics]


def _loss(clients: Clients, topic: WantedTopic, now_ms: int) -> Loss:
    from deploy.cli.topic_records import TopicRecords

    kept_ms = configs.kept_ms(topic.config)
    # Where age deletes nothing, a limit in bytes does that somebody has set: of any age then.
    before_ms = now_ms if math.isinf(kept_ms) else max(0, now_ms - round(kept_ms))
    with closing(TopicRecords(clients, topic.name)) as records:
        spans = records.spans()
        there = sum(span.high - span.low for span in spans.values())
        kept = sum(span.high - span.low for span in records.since(before_ms, spans).values())
        return Loss(topic.name, there - kept, there, before_ms)
