"""A dispatcher's own numbers, published to its parent. All of it happens in the loop that sends."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from confluent_kafka import KafkaError

from schemas.channel import Channel
from schemas.receipt import Outcome as Ended
from stream.runtime import metrics
from stream.runtime.child import Child
from stream.runtime.memory import resident_bytes
from stream.runtime.meter import Meter
from stream.runtime.snapshot import Lag, Phase, Snapshot, TaskFigures, TaskState
from stream.runtime.verdicts import tells_of_outage

CODE = 40
"""Characters of a provider's code that become a label: a provider must not name series at length."""


class Figures:
    """Meter, phase and health of one worker. `clock` is the monotonic clock that the parent has too."""

    def __init__(self, child: Child, channel: Channel, clock: Callable[[], float]) -> None:
        self.meter = Meter()
        self._child, self._channel, self._clock = child, channel, clock
        self._worker = (str(child.worker),)
        self._phase = Phase.STARTING
        self._phase_since = self._progress_at = clock()
        self._joined, self._reachable = False, True
        self._held: tuple[int, ...] = ()
        self._lags: dict[int, Lag] = {}
        self._dropped = 0
        self._stalled: str | None = None

    def enter(self, phase: Phase) -> None:
        """The worker goes into another phase."""
        if phase is not self._phase:
            self._phase, self._phase_since = phase, self._clock()

    def received(self, topic: str, records: int) -> None:
        """Records came."""
        self._reachable, self._progress_at = True, self._clock()
        self.meter.add(metrics.EVENTS, records, (topic,))

    def followed(self, topic: str, records: int) -> None:
        """Changes of contacts came."""
        self.meter.add(metrics.EVENTS, records, (topic,))

    def skewed(self, seconds: float) -> None:
        """By how much this machine's clock is ahead of the planner's."""
        self.meter.set(metrics.CLOCK_SKEW_SECONDS, seconds, self._worker)

    def lettered(self, topic: str, letters: str, code: str) -> None:
        """A record goes to the dead-letter topic."""
        self.meter.add(metrics.REJECTS, 1, (topic, code))
        self.meter.add(metrics.DEAD_LETTERS, 1, (letters,))

    def requested(self, code: str, seconds: float) -> None:
        """A request ended."""
        self.meter.add(metrics.REQUESTS, 1, (self._channel, code[:CODE]))
        self.meter.observe(metrics.REQUEST_SECONDS, seconds, labels=(self._channel,))

    def unknown(self, then: str) -> None:
        """Nobody knows whether the provider took the message."""
        self.meter.add(metrics.UNKNOWN_OUTCOMES, 1, (self._channel, then))

    def ended(self, outcome: Ended, since_release: float) -> None:
        """A delivery ended; seconds since the planner released it."""
        self._progress_at = self._clock()
        self.meter.add(metrics.RECEIPTS, 1, (self._channel, outcome))
        if outcome == "sent":
            self.meter.observe(metrics.DELIVERY_SECONDS, max(since_release, 0.0), labels=(self._channel,))

    def rebalanced(self, kind: str, held: tuple[int, ...]) -> None:
        """A callback of the group came; `held` are the partitions of this worker now."""
        self.meter.add(metrics.REBALANCES, 1, (kind,))
        for gone in set(self._held) - set(held):
            lag = self._lags.pop(gone, None)
            if lag is not None:
                self.meter.forget(metrics.LAG_RECORDS, (lag.topic, str(gone)))
                self.meter.forget(metrics.LAG_SECONDS, (lag.topic, str(gone)))
        self._held, self._joined = held, self._joined or kind == "assigned"
        if kind == "assigned" and self._phase is Phase.JOINING:
            self.enter(Phase.RUNNING)

    def reported(self, lags: dict[int, Lag], events: Sequence[KafkaError]) -> None:
        """How far partitions are behind, and what the client complained of."""
        self._reachable = self._reachable and not any(map(tells_of_outage, events))
        for partition, lag in lags.items():
            if partition in self._held:
                self._lags[partition] = lag
                self.meter.set(metrics.LAG_RECORDS, lag.records, (lag.topic, str(partition)))
                self.meter.set(metrics.LAG_SECONDS, lag.seconds, (lag.topic, str(partition)))

    def watched(self, age: float, stalled: str | None) -> None:
        """How old (s) the reading of contact-changes is, inf for never; and why nothing is sent, if that is so."""
        self.meter.set(metrics.CHANGES_AGE_SECONDS, min(age, self._clock() - self._phase_since), self._worker)
        self.meter.set(metrics.STALLED, float(stalled is not None), self._worker)
        self._stalled = stalled

    def turned(self, others_turned_at: float, in_flight: int, breakers_open: int) -> None:
        """The loop came round; the thread that speaks to Kafka did so at `others_turned_at`."""
        now = self._clock()
        if in_flight == 0:
            self._progress_at = now
        if self._child.due(now):
            self._child.publish(self._snapshot(min(now, others_turned_at), in_flight, breakers_open), now)

    def finish(self, in_flight: int) -> None:
        """The last word of a worker that stops cleanly."""
        self._child.finish(self._snapshot(self._clock(), in_flight, 0))

    def _snapshot(self, turned_at: float, in_flight: int, breakers_open: int) -> Snapshot:
        self.meter.set(metrics.IN_FLIGHT, in_flight, self._worker)
        self.meter.set(metrics.BREAKERS_OPEN, breakers_open, self._worker)
        self.meter.set(metrics.ASSIGNED, len(self._held), self._worker)
        self.meter.set(metrics.MEMORY_BYTES, resident_bytes(), self._worker)
        self.meter.add(metrics.SNAPSHOTS_DROPPED, self._child.dropped - self._dropped)
        self._dropped = self._child.dropped
        return Snapshot(
            worker=self._child.worker,
            pid=os.getpid(),
            phase=self._phase,
            phase_since=self._phase_since,
            turned_at=turned_at,
            progress_at=self._progress_at,
            joined=self._joined,
            restored_once=self._joined,
            broker_reachable=self._reachable,
            stalled=self._stalled,
            counters=self.meter.counters,
            gauges=self.meter.gauges,
            histograms=self.meter.histograms,
            tasks=[
                TaskFigures(each, TaskState.RUNNING, (self._lags[each],) if each in self._lags else ())
                for each in self._held
            ],
        )
