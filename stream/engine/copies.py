"""The local copies of rows: whether one still fits its changelog, and where it ends (engine rule 9)."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import structlog

from stream.engine.changelog import LABEL_KEY, Label, stale
from stream.engine.cluster import Layout, Span
from stream.engine.stores.store import StoreError
from stream.engine.task import Task
from stream.engine.topology import Topology

log = structlog.get_logger(__name__)

OLDEST_STORE_MS = 7 * 86_400_000 // 2
"""Half of the changelog's delete.retention.ms (7 days): an older store may miss tombstones."""


class Copies:
    """Labels the stores of a worker, and wipes those that are worthless. `on_rebuild` hears each wipe's reason."""

    def __init__(
        self, topology: Topology, layout: Layout, *, wall_ms: Callable[[], int], on_rebuild: Callable[[str], None]
    ) -> None:
        self._topology = topology
        self._layout = layout
        self._wall_ms = wall_ms
        self._on_rebuild = on_rebuild

    def label(self, reached: int) -> Label:
        """The label of a store that holds the changelog up to `reached`."""
        return Label(
            self._layout.topic_ids[self._topology.changelog],
            self._layout.partitions,
            self._topology.formats.writes,
            reached,
            self._wall_ms(),
        )

    def first_offset(self, task: Task, span: Span) -> int:
        """Where the store ends, if it belongs to this changelog; else wipe it and read all of `span`."""
        try:
            label = _label(task)
        except StoreError as damage:
            self.wipe(task, "damaged", str(damage))
            return span.low
        reason = stale(
            label,
            topic_id=self._layout.topic_ids[self._topology.changelog],
            partitions=self._layout.partitions,
            formats=self._topology.formats,
            low=span.low,
            high=span.high,
            now_ms=self._wall_ms(),
            oldest_ms=OLDEST_STORE_MS,
        )
        if reason is None and label is not None:
            return label.reached + 1
        if label is not None:
            self.wipe(task, "stale", reason or "")
        else:
            task.store.wipe()
        return span.low

    def wipe(self, task: Task, fault: str, reason: str) -> None:
        """Empty a store, with a log line that says why."""
        log.warning("store_wiped", partition=task.partition, fault=fault, reason=reason)
        self._on_rebuild(fault)
        task.store.wipe()


def _label(task: Task) -> Label | None:
    (data,) = task.store.get_many([LABEL_KEY])
    if data is None:
        return None
    try:
        return Label.decode(data)
    except msgspec.MsgspecError:
        return None
