"""The local copies of rows: whether one still fits its changelog, and where it ends (engine rule 9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import msgspec
import structlog

from schemas.errors import CairnError
from stream.engine.changelog import LABEL_KEY, Label, stale
from stream.engine.cluster import Span
from stream.engine.identity import REWRITE, Layout
from stream.engine.stores.store import StoreError
from stream.engine.task import Task
from stream.engine.topology import Topology
from stream.runtime.exits import Exit

log = structlog.get_logger(__name__)

OLDEST_STORE_MS = 7 * 86_400_000 // 2
"""Half of the changelog's delete.retention.ms (7 days): an older store may miss tombstones."""


class Beginning(NamedTuple):
    """Where to read a changelog from. `unproven` says why its rows may not be taken before it has shown that it holds
    the state: the store there is of another changelog, and may be the last copy."""

    offset: int
    unproven: str | None = None


class Copies:
    """Labels the stores of a worker, and wipes those that are worthless. `on_rebuild` hears each wipe's reason."""

    def __init__(
        self, topology: Topology, layout: Layout, *, wall_ms: Callable[[], int], on_rebuild: Callable[[str], None]
    ) -> None:
        self._topology = topology
        self._layout = layout
        self._wall_ms = wall_ms
        self._on_rebuild = on_rebuild

    def label(self, partition: int, reached: int) -> Label:
        """The label of a partition's store that holds the changelog up to `reached`."""
        return Label(
            self._layout.topic_ids[self._topology.changelog],
            self._layout.partitions,
            self._topology.formats.writes,
            reached,
            self._wall_ms(),
            partition,
        )

    def beginning(self, task: Task, span: Span) -> Beginning:
        """Go on where the store ends, if it belongs to this changelog; else wipe it and read all of `span`.

        Raises:
            CairnError: DRIFT, when all of the changelog is needed and its head is gone (engine rule 23). Then nothing
                is wiped: the store may be the last copy.
        """
        try:
            label = _label(task)
        except StoreError as damage:
            self._require_whole(task, span, "it is damaged")
            self.wipe(task, "damaged", str(damage))
            return Beginning(span.low)
        if label is None:
            self._require_whole(task, span, "there is none")
            task.store.wipe()
            return Beginning(span.low)
        found = stale(
            label,
            topic_id=self._layout.topic_ids[self._topology.changelog],
            partition=task.partition,
            partitions=self._layout.partitions,
            formats=self._topology.formats,
            low=span.low,
            high=span.high,
            now_ms=self._wall_ms(),
            oldest_ms=OLDEST_STORE_MS,
        )
        if found is None:
            if span.low:
                log.error(
                    "changelog_truncated",
                    topic=self._topology.changelog,
                    partition=task.partition,
                    low=span.low,
                    then="the local store holds the rows that are missing; whoever has none cannot start",
                    fix=REWRITE,
                )
            return Beginning(label.reached + 1)
        self._require_whole(task, span, found.reason)
        if found.foreign:
            return Beginning(span.low, unproven=found.reason)
        self.wipe(task, "stale", found.reason)
        return Beginning(span.low)

    def _require_whole(self, task: Task, span: Span, why: str) -> None:
        """A log that is compacted only never loses its head: offset 0 stays its first offset, whatever is compacted."""
        if span.low:
            raise CairnError(
                f"{self._topology.changelog} was truncated: partition {task.partition} begins at offset {span.low}, "
                "and a changelog that is compacted only begins at 0, so rows are missing",
                where=f"the local store cannot stand in for them: {why}",
                fix=f"start the worker where a whole local store of this partition is; to mend it, {REWRITE}",
                exit=Exit.DRIFT,
            )

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
