"""What the tracker would say of events: its door, then the metrics, by the tracker's own code."""

from __future__ import annotations

from collections import Counter

from msgspec.structs import replace

from deploy.cli.events.line_record import LineRecord
from deploy.cli.events.metrics import Metrics
from deploy.cli.events.rejected_line import RejectedLine
from deploy.cli.text import counted
from schemas.examination import examine, pointer_in
from schemas.limits import Limits
from schemas.rejection import Rejection
from schemas.usage_event import BASELINE_EVENT, DoubtfulEvent, UsageEvent
from stream.core.advance import Outcome, advance
from stream.core.baseline import import_baseline
from stream.core.progress import fresh
from stream.core.rules import Rules


class Verdicts:
    """Judges events one by one, each as the first of its contact.

    Without `metrics` only by the door: then what a `sum` or `highest` of a property needs is not asked for. `uncounted`
    are the names that no metric counts, with how many events had them.
    """

    def __init__(self, limits: Limits, metrics: Metrics | None) -> None:
        self._limits = limits
        self._metrics = metrics
        self.uncounted: Counter[str] = Counter()

    def on(self, number: int, record: LineRecord, now_ms: int) -> RejectedLine | None:
        """What is said against the record of line `number`; None when it would be let in whole."""
        verdict = examine(record, now_ms, self._limits)
        if isinstance(verdict, UsageEvent) and self._metrics is not None:
            outcome = _counted(self._metrics.rules, verdict)
            if outcome is None:
                self.uncounted[verdict.event] += 1
            elif isinstance(outcome, Rejection):
                verdict = replace(outcome, pointer=pointer_in(record, outcome.pointer))
        if isinstance(verdict, DoubtfulEvent):
            verdict = verdict.fault
        if isinstance(verdict, Rejection):
            return RejectedLine(number, verdict.code, verdict.pointer, verdict.message)
        return None

    def remarks(self) -> list[str]:
        """A line for each name that no metric counts: an event with it is let in, and changes nothing."""
        from stream.runtime.spelling import did_you_mean

        if self._metrics is None:
            return []
        names = self._metrics.rules.plans.keys() - {BASELINE_EVENT}
        source = self._metrics.source
        return [
            f"no metric of {source} counts {name!r} ({counted(count, 'event')}): it changes nothing"
            + (f"; {hint}" if (hint := did_you_mean(name, sorted(names))) else "")
            for name, count in self.uncounted.most_common()
        ]


class _Everything:
    """Takes every distinct value for new."""

    def add(self, contact_id: str, metric_number: int, value: str) -> bool:
        """It is."""
        return True


def _counted(rules: Rules, event: UsageEvent) -> Outcome | None:
    """What the tracker would make of an event; None when no metric counts its name."""
    plan = rules.plan(event.event)
    if plan is None:
        return None
    if plan is rules.baseline:
        return import_baseline(rules, fresh(), event)
    return advance(plan, fresh(), event, _Everything())
