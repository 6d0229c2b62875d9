"""Usage events: each counted on its contact's row, what it brought written, what is not fit put aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from schemas.examination import pointer_in
from schemas.record import Record
from schemas.rejection import Rejection
from schemas.usage_event import DoubtfulEvent, UsageEvent
from stream.core.advance import DUPLICATE, FILTERED, advance
from stream.core.baseline import import_baseline
from stream.core.progress import fresh
from stream.core.rules import Plan, Rules
from stream.engine.view import View
from stream.runtime.metrics import DETECTION_SECONDS, DUPLICATES, ERASED, EVENTS, IGNORED
from stream.tracker.admission import Admission, Admitted
from stream.tracker.due import keep_timer
from stream.tracker.erasures import Erasures
from stream.tracker.members import TableMembers
from stream.tracker.topology import MEMBERS, PROGRESS
from stream.tracker.writer import Writer, source_of


class Counting:
    """Counts the usage events of one partition."""

    def __init__(self, admission: Admission, erasures: Erasures) -> None:
        self._admission = admission
        self._erasures = erasures

    def count(
        self,
        rules: Rules,
        records: Sequence[Record],
        decoded: Admitted,
        view: View,
        writer: Writer,
        now_ms: int,
    ) -> None:
        """Count a batch, in offset order."""
        topic = records[0].topic()
        view.count(EVENTS, len(records), (topic,))
        plan_of = rules.plan
        plans: Sequence[Any] = [plan_of(event.event) for event in decoded]
        if None in plans:
            records, decoded, plans = _counted(topic, records, decoded, plans, view)
        keys: list[Any] = [record.key() for record in records]
        table = view.rows(PROGRESS)
        rows = table.claim(keys, fresh)
        if table.newcomers and (misplaced := self._admission.misplaced(table.newcomers)):
            table.release(misplaced)
            decoded = [misplaced.get(key, event) for key, event in zip(keys, decoded, strict=True)]
            plans = [None if key in misplaced else plan for key, plan in zip(keys, plans, strict=True)]
            records, decoded, plans = _counted(topic, records, decoded, plans, view)
            keys = [record.key() for record in records]
        if table.newcomers and (erased := self._erasures.among(table.newcomers, view)):
            table.release(erased)
            kept = [at for at, key in enumerate(keys) if key not in erased]
            view.count(ERASED, len(keys) - len(kept), (topic,))
            records, decoded, plans = (
                [records[at] for at in kept],
                [decoded[at] for at in kept],
                [plans[at] for at in kept],
            )
            keys = [keys[at] for at in kept]
        if DoubtfulEvent in set(map(type, decoded)):
            _tell_faults(records, decoded, view)
        members = TableMembers(view.rows(MEMBERS))
        baseline = rules.baseline
        duplicates = filtered = 0
        brought: list[tuple[Any, Record, UsageEvent, bytes]] = []
        for key, plan, event, record in zip(keys, plans, cast("Sequence[UsageEvent]", decoded), records, strict=True):
            row = rows[key]
            outcome = advance(plan, row, event, members) if plan is not baseline else import_baseline(rules, row, event)
            if not outcome:
                continue
            if outcome is DUPLICATE:
                duplicates += 1
            elif outcome is FILTERED:
                filtered += 1
            elif outcome.__class__ is Rejection:
                view.reject(record, outcome.code, outcome.message, pointer_in(record, outcome.pointer))
            else:
                brought.append((outcome, record, event, key))
        # In a loop of its own: writing between them makes counting slower.
        for outcome, record, event, key in brought:
            writer.write(key, outcome, source_of(record, event))
            keep_timer(rules, rows[key], key, view)
        if baseline in plans:
            for key in {key for key, plan in zip(keys, plans, strict=True) if plan is baseline}:
                keep_timer(rules, rows[key], key, view)
        if brought:
            view.observe(DETECTION_SECONDS, [max(now_ms - event.at_ms, 0) / 1000 for _, _, event, _ in brought])
        if duplicates:
            view.count(DUPLICATES, duplicates, (topic,))
        if filtered:
            view.count(IGNORED, filtered, (topic,))


def _tell_faults(records: Sequence[Record], decoded: Admitted, view: View) -> None:
    """Write the dead letters of events that count without the field that cannot be."""
    for record, event in zip(records, decoded, strict=True):
        if isinstance(event, DoubtfulEvent):
            view.reject(record, event.fault.code, event.fault.message, event.fault.pointer)


def _counted(
    topic: str, records: Sequence[Record], decoded: Admitted, plans: Sequence[Plan | None], view: View
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
