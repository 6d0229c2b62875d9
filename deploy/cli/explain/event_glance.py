"""A contact's usage events by name, and which metrics count them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from schemas.milestones.document import Document
from schemas.usage_event import UsageEvent
from stream.core.filters import compile_filter


@dataclass(slots=True)
class EventName:
    """The events of one name that were read; `at_ms` is the latest, epoch ms.

    `repeated` have a source and id that came before among them, so they count once. `passed` says by metric how many
    its filter let through; a metric that does not name this event is not in it.
    """

    name: str
    records: int = 0
    repeated: int = 0
    backfill: int = 0
    at_ms: int = 0
    passed: dict[str, int] = field(default_factory=dict)


def glance(events: Iterable[UsageEvent], document: Document | None) -> list[EventName]:
    """Return what came under each name, in the order of the names; without a document no metric is known."""
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
        for metric, passes in counting.items():
            named.passed[metric] = named.passed.get(metric, 0) + passes(event.properties)
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
