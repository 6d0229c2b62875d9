"""A contact's usage events by name, and which metrics count them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from schemas.adoption import Adoption
from schemas.milestones.document import Document
from schemas.usage_event import BASELINE_EVENT, UsageEvent
from stream.core.filters import compile_filter
from stream.core.progress import Progress


@dataclass(slots=True)
class EventName:
    """The events of one name that were read; `at_ms` is the latest, epoch ms.

    `repeated` have a source and id that came before among them, so they count once. `passed` says by metric how many
    its filter let through; a metric that does not name this event is not in it. `covered` says by metric how many of
    those its baseline holds already, so that they are passed over. Of baselines themselves `passed` says by metric how
    many were taken.
    """

    name: str
    records: int = 0
    repeated: int = 0
    backfill: int = 0
    at_ms: int = 0
    passed: dict[str, int] = field(default_factory=dict)
    covered: dict[str, int] = field(default_factory=dict)

    @property
    def is_baseline(self) -> bool:
        """Whether these are no events of the product, but what stood before them."""
        return self.name == BASELINE_EVENT


def imported(row: Progress | None, adoption: Adoption | None) -> dict[str, int]:
    """Return up to when (epoch ms) the baseline of each metric reaches that a contact has one of."""
    if row is None or adoption is None or not row.baselines:
        return {}
    names = {adopted.number: key.rpartition("/")[0] for key, adopted in adoption.metrics.items() if adopted.present}
    return {names[slot]: as_of_ms for slot, (_, as_of_ms) in row.baselines.items() if slot in names}


def glance(
    events: Iterable[UsageEvent], document: Document | None, baselines: Mapping[str, int] | None = None
) -> list[EventName]:
    """Return what came under each name, in the order of the names; without a document no metric is known.

    `baselines` are those that the contact has (`imported`).
    """
    baselines = baselines or {}
    metrics = _metrics_of(document)
    seen: set[tuple[str, str]] = set()
    found: dict[str, EventName] = {}
    for event in events:
        named = found.setdefault(event.event, EventName(event.event))
        counting = metrics.get(event.event, {})
        named.records += 1
        named.backfill += event.backfill
        named.at_ms = max(named.at_ms, event.at_ms) if isinstance(event.at_ms, int) else named.at_ms
        identity = event.source, event.id
        named.repeated += identity in seen
        seen.add(identity)
        at_ms = event.at_ms if isinstance(event.at_ms, int) else 0
        if named.is_baseline:
            metric = str(event.properties.get("metric"))
            if at_ms <= baselines.get(metric, -1):  # one of a later time has taken the place of the others
                named.passed[metric] = named.passed.get(metric, 0) + 1
            continue
        for metric, passes in counting.items():
            passed = passes(event.properties)
            named.passed[metric] = named.passed.get(metric, 0) + passed
            if passed and at_ms <= baselines.get(metric, -1):
                named.covered[metric] = named.covered.get(metric, 0) + 1
    return [each for _, each in sorted(found.items())]


def _metrics_of(document: Document | None) -> dict[str, dict[str, Callable[[dict[str, object]], bool]]]:
    """By event name: each metric that counts it, with its filter."""
    result: dict[str, dict[str, Callable[[dict[str, object]], bool]]] = {}
    for name, metric in document.metrics.items() if document is not None else ():
        passes = compile_filter(metric.where) or _everything
        for event in metric.from_:
            result.setdefault(event, {})[name] = passes
    return result


def _everything(_properties: dict[str, object]) -> bool:
    return True
