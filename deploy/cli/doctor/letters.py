"""Whether records were refused: dead letters of every topic, since they were last replayed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from deploy.cli.dlq.last_replay import last_replay
from deploy.cli.doctor.check import Check, Mark
from deploy.cli.text import counted
from deploy.cli.topic_records import TopicRecords
from schemas.topics import DEAD_LETTERS, USAGE_EVENTS

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from stream.runtime.settings import Settings

_LOOKED_AT = 100
"""Dead letters counted per partition; to know whether there are some takes no more."""


def rejected(clients: Clients, settings: Settings) -> Check:
    """Whether there are dead letters that nobody has replayed since they came."""
    names = {settings.prefixed(letters): topic for topic, letters in DEAD_LETTERS.items()}
    open_ = {name: TopicRecords(clients, name) for name in names if name in clients.cluster.topics}
    try:
        spans = {name: records.spans() for name, records in open_.items()}
        seen = last_replay(clients, settings, spans)
        new: Counter[str] = Counter()
        old, all_counted = 0, True
        for name, records in open_.items():
            newest = {partition: span.newest(_LOOKED_AT) for partition, span in spans[name].items()}
            all_counted = all_counted and newest == spans[name]
            # Offsets count transaction marks too: only records say how many there are.
            for letter in records.read(newest):
                if letter.offset() < seen.get(name, {}).get(letter.partition(), 0):
                    old += 1
                else:
                    new[names[name]] += 1
    finally:
        for records in open_.values():
            records.close()
    return _check(new, old, all_counted=all_counted, replayed=bool(seen))


def _check(new: Counter[str], old: int, *, all_counted: bool, replayed: bool) -> Check:
    since = " since the last replay" if replayed else ""
    before = f", {old:,} before it" if old else ""
    if not new:
        return Check("rejected", Mark.OK, f"no rejected records{since}{before}")
    least = "" if all_counted else "at least "
    topics = ", ".join(f"{count:,} of {topic}" for topic, count in new.most_common())
    first = new.most_common(1)[0][0]
    of_topic = "" if first == USAGE_EVENTS else f" --topic {first}"
    return Check(
        "rejected",
        Mark.WARN,
        f"{least}{counted(new.total(), 'rejected record')}{since}: {topics}{before}",
        f"`cairn dlq list{of_topic}` shows them with the reason",
    )
