"""What the core says, written: crossings and nudges on their topics, and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from schemas.milestone_crossed import EventSource, TimerSource, encode_crossing
from schemas.milestone_nudge import encode_nudge
from schemas.moment import rfc3339
from schemas.record import Record
from schemas.usage_event import UsageEvent
from stream.core.crossed import Crossed
from stream.core.nudge import Nudge
from stream.engine.view import View
from stream.runtime.metrics import CROSSINGS, NUDGES
from stream.tracker.topology import Names

News = Crossed | Nudge


class Writer:
    """Writes to the view of one batch; figures are handed over once, by `close`."""

    def __init__(self, names: Names, view: View, now_ms: int) -> None:
        self._names = names
        self._view = view
        self._now_ms = now_ms
        self._crossed: Counter[tuple[str, str]] = Counter()
        self._nudged: Counter[tuple[str, str]] = Counter()

    def write(self, key: bytes, news: Iterable[News], source: EventSource | TimerSource) -> None:
        """Write what one event or one due time has brought."""
        for each in news:
            if isinstance(each, Crossed):
                self._view.emit(self._names.crossed, key, encode_crossing(each.record(source, self._now_ms)))
                self._crossed[each.milestone, each.not_celebrated_because or "yes"] += 1
            else:
                self._view.emit(self._names.nudges, key, encode_nudge(each.record(source, self._now_ms)))
                self._nudged[each.milestone, each.kind] += 1

    def write_due(self, key: bytes, news: Iterable[News]) -> None:
        """Write what time alone, or a change of the rules, has brought."""
        for each in news:
            self.write(key, (each,), TimerSource(due_at=rfc3339(each.occurred_at_ms)))

    def close(self) -> None:
        """Count what was written; it shows once the transaction is committed."""
        for metric, tally in ((CROSSINGS, self._crossed), (NUDGES, self._nudged)):
            for labels, count in tally.items():
                self._view.count(metric, count, labels)


def source_of(record: Record, event: UsageEvent) -> EventSource:
    """Where a usage event lies, and its identity."""
    return EventSource(
        topic=record.topic(),
        partition=record.partition(),
        offset=record.offset(),
        event_source=event.source,
        event_id=event.id,
    )
