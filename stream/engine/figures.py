"""The worker's own numbers: added to local counters, published once per turn at most (engine rule 21)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence

import structlog
from confluent_kafka import KafkaError

from stream.engine.restore import Restore, Restored
from stream.engine.states import TaskState
from stream.engine.task import Task
from stream.runtime import metrics
from stream.runtime.child import Child
from stream.runtime.memory import resident_bytes
from stream.runtime.meter import Meter
from stream.runtime.snapshot import Lag, Phase, Snapshot, TaskFigures
from stream.runtime.snapshot import TaskState as ShownState
from stream.runtime.verdicts import tells_of_outage

log = structlog.get_logger(__name__)

_SHOWN = {
    TaskState.RESTORING: ShownState.RESTORING,
    TaskState.WAITING: ShownState.RESTORING,
    TaskState.CATCHING_UP: ShownState.RESTORING,
    TaskState.RUNNING: ShownState.RUNNING,
    TaskState.CLOSED: ShownState.CLOSING,
}
WAITS = "waits for the broadcast topic, which does not hold yet what this state was written with; see the log"
SIZES_EVERY = 10.0
"""Seconds between looks at the sizes on disk: a directory listing for each partition."""


class Figures:
    """Meter, phase and health of one worker; nothing in it can fail or wait."""

    def __init__(self, child: Child, clock: Callable[[], float] = time.monotonic) -> None:
        self.meter = Meter()
        self.rules_version: int | None = None
        self.waits_for_broadcast = False
        """The worker has not joined yet, for the broadcast holds too little."""
        self.stalled: str | None = None
        """Why the worker gets nothing done, though its loop turns; None while it does."""
        self._child = child
        self._clock = clock
        self._phase = Phase.STARTING
        self._phase_since = self._progress_at = clock()
        self._joined = False
        self._restored_once = False
        self._reachable = True
        self._lags: dict[int, dict[str, Lag]] = {}
        self._newest_ms: dict[int, dict[str, int]] = {}
        self._sizes: dict[int, int] = {}
        self._sized_at = float("-inf")
        self._rows_left = -1
        self._dropped = 0

    def enter(self, phase: Phase) -> None:
        """The loop goes into another phase; health bounds each by its own time."""
        if phase is not self._phase:
            self._phase, self._phase_since = phase, self._clock()
            if phase in (Phase.STARTING, Phase.DRAINING):
                self._publish({}, {})

    def turned(self, tasks: Mapping[int, Task], restores: Mapping[int, Restore], *, moved: bool) -> None:
        """One turn is done."""
        now = self._clock()
        rows_left = sum(each.rows_left for each in restores.values())
        if moved or not restores or rows_left != self._rows_left:
            self._progress_at = now
        if moved:
            self._reachable = True
        self._rows_left = rows_left
        if self._joined and not restores:
            self._restored_once = True
        if self._child.due(now):
            self._publish(tasks, restores)

    def committed(self, tasks: Sequence[Task], seconds: float) -> None:
        """A transaction is visible: what its folds counted counts."""
        self.meter.observe(metrics.COMMIT_SECONDS, seconds)
        for task in tasks:
            for (name, labels), amount in task.view.counts.items():
                self.meter.add(metrics.BY_NAME[name], amount, labels)
            for metric, figures, labels in task.view.observations:
                self.meter.observe(metric, *figures, labels=labels)
            if task.newest:
                self._newest_ms[task.partition] = dict(task.newest)

    def aborted(self, reason: str) -> None:
        """A transaction was rolled back."""
        self.meter.add(metrics.ABORTS, 1, (reason,))

    def rebuilt(self, reason: str) -> None:
        """A local store was wiped."""
        self.meter.add(metrics.REBUILDS, 1, (reason,))

    def restored(self, done: Restored) -> None:
        """A task caught up with its changelog."""
        self.meter.observe(metrics.RESTORE_SECONDS, done.seconds)
        self.meter.add(metrics.RESTORED_ROWS, done.rows)

    def rebalanced(self, kind: str, partitions: int) -> None:
        """A rebalance callback came."""
        self.meter.add(metrics.REBALANCES, 1, (kind,))
        if kind == "assigned":
            self._joined = True
            self._restored_once = self._restored_once or partitions == 0

    def event(self, error: KafkaError) -> None:
        """A consumer event that passes by itself."""
        if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - a public code
            return
        self._reachable = self._reachable and not tells_of_outage(error)
        log.warning("consumer_event", code=error.name(), text=error.str())

    def lag(self, partition: int, topic: str, records: int, now_ms: int) -> None:
        """How far a task is behind on one input; the oldest unread record is no older than the newest that was read."""
        newest = self._newest_ms.get(partition, {}).get(topic)
        seconds = max(now_ms - newest, 0) / 1000 if records and newest else 0.0
        self._lags.setdefault(partition, {})[topic] = Lag(topic, records, seconds)
        labels = (topic, str(partition))
        self.meter.set(metrics.LAG_RECORDS, records, labels)
        self.meter.set(metrics.LAG_SECONDS, seconds, labels)

    def forget(self, partition: int) -> None:
        """A partition left: its gauges go with it."""
        lags = self._lags.pop(partition, {})
        self._newest_ms.pop(partition, None)
        self._sizes.pop(partition, None)
        for topic in lags:
            self.meter.forget(metrics.LAG_RECORDS, (topic, str(partition)))
            self.meter.forget(metrics.LAG_SECONDS, (topic, str(partition)))
        self.meter.forget(metrics.ROWS_TO_RESTORE, (str(partition),))
        self.meter.forget(metrics.STATE_BYTES, (str(partition),))

    def finish(self) -> None:
        """The last word of a worker that stops cleanly: without it up to half a second of counts would be lost."""
        self._child.finish(self._snapshot({}, {}, self._clock()))

    def _publish(self, tasks: Mapping[int, Task], restores: Mapping[int, Restore]) -> None:
        now = self._clock()
        self._child.publish(self._snapshot(tasks, restores, now), now)

    def _snapshot(self, tasks: Mapping[int, Task], restores: Mapping[int, Restore], now: float) -> Snapshot:
        if now - self._sized_at >= SIZES_EVERY:
            self._sized_at = now
            self._sizes = {
                each: task.store.size_bytes() for each, task in tasks.items() if task.state is TaskState.RUNNING
            }
        worker = (str(self._child.worker),)
        shown = []
        for partition, task in tasks.items():
            left = restores[partition].rows_left if partition in restores else 0
            size = self._sizes.get(partition, 0)
            lags = tuple(self._lags.get(partition, {}).values())
            why = WAITS if task.state is TaskState.WAITING else None
            shown.append(TaskFigures(partition, _SHOWN[task.state], lags, left, size, why))
            self.meter.set(metrics.ROWS_TO_RESTORE, left, (str(partition),))
            self.meter.set(metrics.STATE_BYTES, size, (str(partition),))
        self.meter.set(metrics.ASSIGNED, len(tasks), worker)
        waiting = sum(task.state is TaskState.WAITING for task in tasks.values())
        self.meter.set(metrics.RULES_WAITING, waiting + self.waits_for_broadcast, worker)
        self.meter.set(metrics.STALLED, float(self.stalled is not None), worker)
        self.meter.set(metrics.CACHE_ROWS, sum(task.cached_rows for task in tasks.values()), worker)
        self.meter.set(metrics.MEMORY_BYTES, resident_bytes(), worker)
        self.meter.add(metrics.SNAPSHOTS_DROPPED, self._child.dropped - self._dropped)
        self._dropped = self._child.dropped
        if self.rules_version is not None:
            self.meter.set(metrics.RULES_VERSION, self.rules_version, worker)
        return Snapshot(
            worker=self._child.worker,
            pid=os.getpid(),
            phase=self._phase,
            phase_since=self._phase_since,
            turned_at=now,
            progress_at=self._progress_at,
            joined=self._joined,
            restored_once=self._restored_once,
            broker_reachable=self._reachable,
            stalled=self.stalled,
            rules_version=self.rules_version,
            counters=self.meter.counters,
            gauges=self.meter.gauges,
            histograms=self.meter.histograms,
            tasks=shown,
        )
