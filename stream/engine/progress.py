"""Does the worker get on? Standing still is an error that is told, and one that no restart mends ends it (rule 24).

Three things keep a worker from its work while its loop turns and every process looks well: transactions that are
aborted one after the other, records that wait and are not read, and brokers that do not answer. (Measured before this
was watched: with max.message.bytes of the changelog lowered under load, 45 aborts in a row, no commit, all probes 200.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import structlog

from stream.engine.abort_cause import AbortCause
from stream.runtime.verdicts import exit_of, may_pass

log = structlog.get_logger(__name__)

ABORTS_IN_A_ROW = 5
"""A rebalance aborts one or two; whoever is aborted more often meets the same wall each time."""
STALLED_AFTER = 30.0
"""Seconds without a commit, a record or an answer after which a worker is stalled. A transaction that its broker has to
time out takes 10 s and the broker's look at it, every 10 s; a broker's restart some 15 s."""
LONGEST_PAUSE = 1.0
"""Seconds between two attempts after aborts in a row: retrying at once made 45 aborts in the time of 10."""


class Reading(NamedTuple):
    """How far one input of a partition is: the next offset, and the end; a negative end is not known."""

    position: int
    end: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """A partition in which records wait, as it was when it last moved."""

    positions: Mapping[str, int]
    since: float


class Progress:
    """What a worker has got done, and for how long nothing. Times are seconds of any one clock."""

    def __init__(self, now: float, *, stalled_after: float = STALLED_AFTER) -> None:
        self.aborts = 0
        """Transactions aborted since the last commit."""
        self._stalled_after = stalled_after
        self._cause: AbortCause | None = None
        self._answered_at = now
        self._seen: dict[int, _Seen] = {}
        self._said: str | None = None
        self._say_at = now

    def committed(self, now: float) -> None:
        """A transaction is visible."""
        self.aborts, self._cause, self._answered_at = 0, None, now

    def aborted(self, cause: AbortCause | None) -> None:
        """One was rolled back, or nobody knows.

        Raises:
            CairnError: when the same refusal came again and again and no restart mends it, by the table of causes.
        """
        self.aborts += 1
        self._cause = cause or self._cause
        if self.aborts < ABORTS_IN_A_ROW or self._cause is None or may_pass(self._cause.error):
            return
        log.error("same_refusal_again", aborts=self.aborts, cause=str(self._cause))
        raise exit_of(self._cause.error, self._cause.topic)

    @property
    def pause(self) -> float:
        """Seconds to wait before the next attempt: none after a single abort."""
        return min(0.05 * 2**self.aborts, LONGEST_PAUSE) if self.aborts > 1 else 0.0

    def answered(self, now: float) -> None:
        """A broker has answered."""
        self._answered_at = now

    def look(self, partitions: Mapping[int, Mapping[str, Reading]], now: float) -> str | None:
        """Compare where the inputs of each partition are with the last look; say why the worker is stalled, None while
        it is not.

        A partition gets on while any of its inputs does: the others may have to wait for older records of that one.
        """
        seen: dict[int, _Seen] = {}
        waiting: dict[int, Mapping[str, Reading]] = {}
        for partition, inputs in partitions.items():
            positions = {topic: each.position for topic, each in inputs.items()}
            behind = {topic: each for topic, each in inputs.items() if each.position < each.end}
            if behind:
                known = self._seen.get(partition)
                stands = known is not None and known.positions == positions
                seen[partition] = known if known is not None and stands else _Seen(positions, now)
                waiting[partition] = behind
        self._seen = seen
        reason = self._reason(waiting, now)
        self._say(reason, now)
        return reason

    def _reason(self, waiting: Mapping[int, Mapping[str, Reading]], now: float) -> str | None:
        if self.aborts >= ABORTS_IN_A_ROW:
            return f"{self.aborts} transactions in a row were aborted: {self._cause or 'no broker said why'}"
        silent = now - self._answered_at
        if silent >= self._stalled_after:
            return f"no broker has answered for {silent:.0f} s"
        for partition, behind in waiting.items():
            stood = now - self._seen[partition].since
            if stood >= self._stalled_after:
                inputs = ", ".join(f"{topic} from {each.position} to {each.end}" for topic, each in behind.items())
                return f"partition {partition}: records wait, and none was processed for {stood:.0f} s ({inputs})"
        return None

    def _say(self, reason: str | None, now: float) -> None:
        """At once, then every `stalled_after` seconds while it lasts, and when it is over."""
        if reason is None:
            if self._said is not None:
                log.info("stall_over", was=self._said)
            self._said = None
        elif self._said is None or now >= self._say_at:
            log.error("stalled", reason=reason)
            self._said, self._say_at = reason, now + self._stalled_after
