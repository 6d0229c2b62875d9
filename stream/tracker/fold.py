"""One partition of the tracker: admit events, claim the rows they touch, advance them, emit the crossings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from schemas.milestone_crossed import EventSource, encode_crossing
from schemas.milestones.document import Document
from schemas.record import Record
from schemas.rejection import Rejection
from schemas.usage_event import UsageEvent
from stream.core.adoption import Adoption, adopt
from stream.core.advance import DUPLICATE, FILTERED, advance
from stream.core.crossed import Crossed
from stream.core.progress import fresh
from stream.core.rules import Plan, Rules, compile_rules
from stream.engine.processor import Fold
from stream.engine.topology import Topology
from stream.engine.view import View
from stream.runtime.metrics import CROSSINGS, DETECTION_SECONDS, DUPLICATES, EVENTS, IGNORED
from stream.tracker.topology import ADOPTION, ADOPTION_KEY, PROGRESS

Admitted = list[UsageEvent | Rejection]


class Admission(Protocol):
    """Who lets records in: the strict door with its partition check, one for each task."""

    def admit(self, records: Sequence[Record], now_ms: int) -> Admitted:
        """Decode records, in order and one for one; what is not fit comes back as its rejection."""
        ...


@dataclass(frozen=True, slots=True)
class Tracker:
    """The processor that the engine runs. `on_adopted` hears the version of the rules in force."""

    topology: Topology
    document: Document
    admission: Callable[[int], Admission]
    dedupe_ids: int = 16
    on_adopted: Callable[[int], None] = lambda version: None  # noqa: ARG005 - nobody listens by default

    def open(self, partition: int) -> Fold:
        """Make the fold of one partition."""
        return TrackerFold(self, self.admission(partition))


class TrackerFold:
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

    def decode(self, topic: str, records: Sequence[Record], now_ms: int) -> Admitted:  # noqa: ARG002 - one input
        """Let the records in."""
        return self._admission.admit(records, now_ms)

    def fold(self, topic: str, records: Sequence[Record], decoded: Admitted, view: View, now_ms: int) -> None:
        """Count the events, each on its contact's row; refused ones go to the dead-letter topic."""
        view.count(EVENTS, len(records), (topic,))
        counted = self._sort(topic, records, decoded, view)
        rows = view.rows(PROGRESS).claim([key for key, _, _, _ in counted], fresh)
        duplicates = filtered = 0
        for key, plan, event, record in counted:
            outcome = advance(plan, rows[key], event)
            if not outcome:
                continue
            if outcome is DUPLICATE:
                duplicates += 1
            elif outcome is FILTERED:
                filtered += 1
            elif isinstance(outcome, Rejection):
                view.reject(record, outcome.code, outcome.message, outcome.pointer)
            else:
                for crossed in outcome:
                    self._emit(crossed, record, event, key, view, now_ms)
        if duplicates:
            view.count(DUPLICATES, duplicates, (topic,))
        if filtered:
            view.count(IGNORED, filtered, (topic,))

    def fire(self, timer: str, key: bytes, due_ms: int, view: View, now_ms: int) -> None:
        """Refuse: the tracker declares no timers."""
        raise LookupError(f"the tracker has no timer {timer!r}")

    def _sort(
        self, topic: str, records: Sequence[Record], decoded: Admitted, view: View
    ) -> list[tuple[bytes, Plan, UsageEvent, Record]]:
        """Return the events that some metric counts; their rows are the only ones worth reading."""
        assert self._rules is not None  # noqa: S101 - the engine calls begin() first
        plan_of = self._rules.plan
        counted: list[Any] = []
        ignored = 0
        for record, event in zip(records, decoded, strict=True):
            if event.__class__ is Rejection:
                view.reject(record, event.code, event.message, event.pointer)
                continue
            plan = plan_of(event.event)
            if plan is None:
                ignored += 1
            else:
                counted.append((record.key(), plan, event, record))
        if ignored:
            view.count(IGNORED, ignored, (topic,))
        return counted

    def _emit(
        self, crossed: Crossed, record: Record, event: UsageEvent, key: bytes, view: View, now_ms: int
    ) -> None:
        source = EventSource(
            topic=record.topic(),
            partition=record.partition(),
            offset=record.offset(),
            event_source=event.source,
            event_id=event.id,
        )
        view.emit(self._crossed_topic, key, encode_crossing(crossed.record(source, now_ms)))
        view.count(CROSSINGS, 1, (crossed.milestone, crossed.not_celebrated_because or "yes"))
        view.observe(DETECTION_SECONDS, max(now_ms - crossed.occurred_at_ms, 0) / 1000)
