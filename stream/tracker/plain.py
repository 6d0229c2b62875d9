"""Usage events by the accelerator: what it counted is written; what it handed back, Python counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import structlog

from schemas.errors import CairnError
from schemas.record import Record
from stream.core.rules import Rules
from stream.engine.stores.store import StoreError
from stream.engine.view import View
from stream.native.accelerator import Accelerator
from stream.native.rows import NativeRows
from stream.runtime.metrics import CROSSINGS, DETECTION_SECONDS, DUPLICATES, EVENTS, HANDED_BACK, IGNORED, NUDGES
from stream.tracker.erasures import Erasures
from stream.tracker.topology import DUE, MEMBERS, PROGRESS, Names

if TYPE_CHECKING:
    from stream.native import cairn_native

log = structlog.get_logger(__name__)


class PlainCounting:
    """Counts the plain usage events of one partition."""

    def __init__(self, names: Names, accelerator: Accelerator, erasures: Erasures) -> None:
        self._names = names
        self._accelerator = accelerator
        self._erasures = erasures

    def count(
        self, rules: Rules, records: Sequence[Record], view: View, now_ms: int
    ) -> tuple[Sequence[Record], Sequence[bytes]]:
        """Count a batch, in offset order.

        Returns the records that are left for Python, in order, and the keys of contacts whose timer it must look
        after when it has counted those.
        """
        table = view.rows(PROGRESS)
        compiled = self._accelerator.compiled(rules)
        if compiled is None or not isinstance(table, NativeRows) or table.in_trial:
            return records, ()

        def erased(keys: Sequence[bytes]) -> set[bytes]:
            return set(self._erasures.among(keys, view))

        members = view.rows(MEMBERS)

        def seen(keys: Sequence[bytes]) -> Sequence[bool]:
            known = members.peek(keys)
            return [key in known for key in keys]

        try:
            folded = table.fold(compiled, records, now_ms, self._accelerator.limits, seen, erased)
        except (CairnError, StoreError):
            raise  # not its fault
        except Exception:
            log.exception(
                "accelerator_failed",
                topic=records[0].topic(),
                partition=view.partition,
                first_offset=records[0].offset(),
                records=len(records),
                next="Python counts these records one by one",
            )
            raise
        for key in folded.values:
            members.put(key, True)
        self._write(folded, records, view)
        return [records[at] for at in folded.handed_back], list(dict.fromkeys(folded.untimed))

    def _write(self, folded: cairn_native.Folded, records: Sequence[Record], view: View) -> None:
        topic = records[0].topic()
        crossed, nudges = self._names.crossed, self._names.nudges
        for is_nudge, at, value in folded.written:
            view.emit(nudges if is_nudge else crossed, records[at].key(), value)
        for key, stands_ms, due_ms in folded.timers:
            if stands_ms:
                view.unschedule(DUE, key, stands_ms)
            view.schedule(DUE, key, due_ms)
        for (milestone, because), count in folded.crossed.items():
            view.count(CROSSINGS, count, (milestone, because or "yes"))
        for milestone, count in folded.nudged.items():
            view.count(NUDGES, count, (milestone, "near"))
        if folded.brought:
            view.observe(DETECTION_SECONDS, [max(late_ms, 0) / 1000 for _, late_ms in folded.brought])
        counts = {
            EVENTS: len(records) - len(folded.handed_back),
            DUPLICATES: folded.duplicates,
            IGNORED: folded.filtered + folded.ignored,
            HANDED_BACK: len(folded.handed_back),
        }
        for metric, count in counts.items():
            if count:
                view.count(metric, count, (topic,))
