"""One partition of the tracker: admit events, claim the rows they touch, advance them, emit the crossings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from schemas.milestone_crossed import EventSource, encode_crossing
from schemas.milestones.document import Document
from schemas.record import Record
from schemas.rejection import Rejection
from schemas.usage_event import UsageEvent
from stream.core.adoption import Adoption, adopt
from stream.core.advance import DUPLICATE, FILTERED, advance
from stream.core.progress import fresh
from stream.core.rules import Plan, Rules, compile_rules
from stream.engine.processor import Fold, SimpleFold, SimpleProcessor
from stream.engine.topology import Topology
from stream.engine.view import View
from stream.runtime.metrics import CROSSINGS, DETECTION_SECONDS, DUPLICATES, EVENTS, IGNORED
from stream.tracker.topology import ADOPTION, ADOPTION_KEY, PROGRESS

Admitted = list[UsageEvent | Rejection]
_CrossedAt = tuple[Any, Record, UsageEvent, bytes]
"""The crossings of one event, its record, the event and its key."""


class Admission(Protocol):
    """Who lets records in, one for each task: `Gate`, or what a benchmark puts in its place."""

    def admit(self, records: Sequence[Record], now_ms: int) -> Admitted:
        """Decode records, in order and one for one; what is not fit comes back as its rejection."""
        ...

    def strangers(self, newcomers: Sequence[bytes]) -> Mapping[bytes, Rejection]:
        """Return which keys of contacts without a row are in the wrong partition, each with its rejection."""
        ...


@dataclass(frozen=True, slots=True)
class Tracker(SimpleProcessor):
    """The processor that the engine runs. `on_adopted` hears the version of the rules in force."""

    topology: Topology
    document: Document
    admission: Callable[[int, int], Admission]
    dedupe_ids: int = 16
    on_adopted: Callable[[int], None] = lambda version: None

    def open(self, partition: int, partitions: int) -> Fold:
        """Make the fold of one partition."""
        return TrackerFold(self, self.admission(partition, partitions))


class TrackerFold(SimpleFold):
    """Counts usage events of one partition under the rules that its state has adopted."""

    def __init__(self, tracker: Tracker, admission: Admission) -> None:
        self._tracker = tracker
        self._admission = admission
        self._crossed_topic = tracker.topology.outputs[0]
        self._rules: Rules | None = None

    def begin(self, view: View, now_ms: int) -> None:
        """Adopt the milestones file; when they are new to this state, the adoption is committed as a row of it."""
        table = view.rows(ADOPTION)
        known: Adoption | None = table.get(ADOPTION_KEY)
        adoption = adopt(known, self._tracker.document, now_ms)
        if adoption is not known:
            table.put(ADOPTION_KEY, adoption)
        self._rules = compile_rules(self._tracker.document, adoption, dedupe_ids=self._tracker.dedupe_ids)
        self._tracker.on_adopted(adoption.version)

    def decode(self, topic: str, records: Sequence[Record], now_ms: int) -> Admitted:
        """Let the records in."""
        return self._admission.admit(records, now_ms)

    def fold(self, topic: str, records: Sequence[Record], decoded: Admitted, view: View, now_ms: int) -> None:
        """Count the events, each on its contact's row; refused ones go to the dead-letter topic."""
        assert self._rules is not None  # noqa: S101 - the engine calls begin() first
        view.count(EVENTS, len(records), (topic,))
        plan_of = self._rules.plan
        plans: Sequence[Any] = [plan_of(event.event) for event in decoded]
        if None in plans:
            records, decoded, plans = self._counted(topic, records, decoded, plans, view)
        keys: list[Any] = [record.key() for record in records]
        table = view.rows(PROGRESS)
        rows = table.claim(keys, fresh)
        if table.newcomers and (strangers := self._admission.strangers(table.newcomers)):
            table.release(strangers)
            decoded = [strangers.get(key, event) for key, event in zip(keys, decoded, strict=True)]
            plans = [None if key in strangers else plan for key, plan in zip(keys, plans, strict=True)]
            records, decoded, plans = self._counted(topic, records, decoded, plans, view)
            keys = [record.key() for record in records]
        duplicates = filtered = 0
        crossed: list[_CrossedAt] = []
        for key, plan, event, record in zip(keys, plans, cast("Sequence[UsageEvent]", decoded), records, strict=True):
            outcome = advance(plan, rows[key], event)
            if not outcome:
                continue
            if outcome is DUPLICATE:
                duplicates += 1
            elif outcome is FILTERED:
                filtered += 1
            elif outcome.__class__ is Rejection:
                view.reject(record, outcome.code, outcome.message, outcome.pointer)
            else:
                crossed.append((outcome, record, event, key))
        if crossed:
            self._emit(crossed, view, now_ms)
        if duplicates:
            view.count(DUPLICATES, duplicates, (topic,))
        if filtered:
            view.count(IGNORED, filtered, (topic,))

    def _counted(
        self,
        topic: str,
        records: Sequence[Record],
        decoded: Admitted,
        plans: Sequence[Plan | None],
        view: View,
    ) -> tuple[list[Record], list[Any], list[Plan | None]]:
        """Reject what is refused and pass over what no metric counts; only the rest is worth reading rows for."""
        kept = []
        for record, event, plan in zip(records, decoded, plans, strict=True):
            if plan is not None:
                kept.append((record, event, plan))
            elif isinstance(event, Rejection):
                view.reject(record, event.code, event.message, event.pointer)
            else:
                view.count(IGNORED, 1, (topic,))
        return [each[0] for each in kept], [each[1] for each in kept], [each[2] for each in kept]

    def _emit(self, crossed: Sequence[_CrossedAt], view: View, now_ms: int) -> None:
        """Write all crossings of a batch: a loop of its own runs faster than one that counts between them."""
        topic = self._crossed_topic
        tally: Counter[tuple[str, str]] = Counter()
        for crossings, record, event, key in crossed:
            source = EventSource(
                topic=record.topic(),
                partition=record.partition(),
                offset=record.offset(),
                event_source=event.source,
                event_id=event.id,
            )
            for each in crossings:
                view.emit(topic, key, encode_crossing(each.record(source, now_ms)))
                tally[each.milestone, each.not_celebrated_because or "yes"] += 1
        for labels, count in tally.items():
            view.count(CROSSINGS, count, labels)
        view.observe(DETECTION_SECONDS, [max(now_ms - event.at_ms, 0) / 1000 for _, _, event, _ in crossed])
