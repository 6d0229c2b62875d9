"""The reference of metrics: one table of them, one of their labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from deploy.reference.labels import label_of
from stream.runtime.metrics import METRICS, Metric

_UNITS = ("seconds", "bytes")


def unit(metric: Metric) -> str:
    """Return the unit that the name ends in, before `_total`; empty where the name itself says what is counted."""
    last = metric.name.removesuffix("_total").rpartition("_")[2]
    if metric.name.endswith("_timestamp_seconds"):
        return "Unix seconds"
    return last if last in _UNITS else ""


def reference(publishers: Mapping[str, tuple[str, ...]], metrics: Iterable[Metric] = METRICS) -> str:
    """Return both tables in Markdown. `publishers`: the roles of each metric by its name."""
    known = tuple(metrics)
    rows = [
        (
            f"`{each.name}`",
            each.kind.value,
            unit(each),
            ", ".join(each.labels),
            ", ".join(publishers.get(each.name, ())),
            each.help,
        )
        for each in known
    ]
    return "\n".join(
        (
            *_table(("metric", "type", "unit", "labels", "published by", "what"), rows),
            "",
            *_table(("label", "of", "values"), _label_rows(known)),
            "",
        )
    )


def _label_rows(metrics: Iterable[Metric]) -> list[tuple[str, str, str]]:
    """One row for each label and what it can be, with the metrics that have it so."""
    found: dict[tuple[str, str], list[str]] = {}
    for metric in metrics:
        for name in metric.labels:
            label = label_of(metric, name)
            said = "" if label is None else ", ".join(f"`{each}`" for each in label.values) or label.bound
            found.setdefault((name, said), []).append(f"`{metric.name}`")
    return [(f"`{name}`", _of(of), said) for (name, said), of in sorted(found.items())]


def _of(names: list[str]) -> str:
    return ", ".join(names) if len(names) < _SEVERAL else f"{len(names)} metrics"


_SEVERAL = 4
"""So many names in one cell tell nobody anything that the table above does not."""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _row(head)
    yield "|" + "---|" * len(head)
    yield from (_row(each) for each in rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(each.replace('|', chr(92) + '|') for each in cells)} |"
