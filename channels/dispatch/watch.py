"""What the loop knows of contact-changes, partition by partition, and how fresh it is. Pure: times are arguments.

A partition is seen while everything that was on it some moment ago is known; else it is blind, and nothing of it is
sent: whoever has said no there may be anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from channels.dispatch.job import Job
from channels.dispatch.suppressions import APART_MS, MOST, Heard, Suppressions
from schemas.channel import Channel
from schemas.contact_change import Change

STALE_AFTER = 2.0
"""Seconds after which what is known of a partition is no longer believed to be everything. The end is asked for four
times within (`follower.PROVE_EVERY`), so one answer that is late holds up nothing."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn of the follower has brought, to be taken in this order."""

    left: tuple[int, ...] = ()
    """Partitions that are no longer followed."""
    begun: Mapping[int, int] = field(default_factory=dict)
    """Partitions that are followed from now on, each with the time (epoch ms) from which all its records are read."""
    heard: tuple[tuple[int, Heard], ...] = ()
    """Changes, with their partitions."""
    known: Mapping[int, float] = field(default_factory=dict)
    """Partitions of which everything is known that was there at a time (s of the steady clock)."""
    trouble: str = ""
    """What the cluster complained of."""

    def __bool__(self) -> bool:
        """Whether it has brought anything."""
        return bool(self.left or self.begun or self.heard or self.known or self.trouble)


class Look(Enum):
    """What may become of a delivery as far as contact-changes says."""

    SEND = "send"
    WAIT = "wait"
    """Its partition is blind."""
    END = "end"
    """`Watch.against` or `Watch.covers` says why."""


@dataclass(slots=True)
class _Seen:
    suppressions: Suppressions
    known_at: float = float("-inf")


class Watch:
    """Of the partitions that are followed. `keep_ms`: how long changes are remembered, the longest lease and more."""

    def __init__(self, channel: Channel, keep_ms: int, most: int = MOST) -> None:
        self._channel, self._keep_ms, self._most = channel, keep_ms, most
        self._seen: dict[int, _Seen] = {}
        self.trouble = ""
        """What the cluster complained of last, since anything was known."""

    def take(self, turn: Turn, now_ms: int) -> None:
        """Take in what came; `now_ms` is the wall clock (epoch ms)."""
        for partition in turn.left:
            self._seen.pop(partition, None)
        for partition, since_ms in turn.begun.items():
            # Begun again, for its topic was made anew: what was heard of the old one stays said.
            known = self._seen.setdefault(partition, _Seen(Suppressions(since_ms, self._most)))
            known.known_at = float("-inf")
        for partition, heard in turn.heard:
            if partition in self._seen:
                self._seen[partition].suppressions.take(heard)
        for partition, known_at in turn.known.items():
            if (seen := self._seen.get(partition)) is not None:
                seen.known_at = max(seen.known_at, known_at)
                seen.suppressions.forget(now_ms - self._keep_ms)
        self.trouble = turn.trouble or ("" if turn.known else self.trouble)

    def is_blind(self, partition: int, now: float) -> bool:
        """Whether somebody there may have said no without our knowing."""
        seen = self._seen.get(partition)
        return seen is None or now - seen.known_at > STALE_AFTER

    def age(self, partitions: Iterable[int], now: float) -> float:
        """How old (s) what is known is, where it is oldest; inf where it never was everything, 0 for no partition."""
        ages = (now - self._seen[each].known_at if each in self._seen else float("inf") for each in partitions)
        return max(ages, default=0.0)

    def look(self, job: Job, now: float) -> Look:
        """Say whether a delivery may be sent."""
        partition = job.claim.partition
        if self.is_blind(partition, now):
            return Look.WAIT
        return Look.SEND if self.covers(job) and self.against(job) is None else Look.END

    def covers(self, job: Job) -> bool:
        """Whether what was said since its release is known, all of it."""
        return self._seen[job.claim.partition].suppressions.covers(job.released_ms)

    def against(self, job: Job) -> Change | None:
        """Return the change because of which it must not be sent; None: there is none."""
        suppressions = self._seen[job.claim.partition].suppressions
        return suppressions.against(job.delivery, self._channel, job.released_ms, job.lease.taken_at)


def kept_ms(lease: float) -> int:
    """How long (ms) changes are remembered for leases of so many seconds: clocks may be apart on both sides."""
    return round(lease * 1000) + 2 * APART_MS
