"""Partitions that a restart has left without an owner, and how they find one.

A static member that is back before its session ends gets what it last was given, and nobody rebalances (KIP-345). If
its predecessor died between that answer and its next JoinGroup, the answer lacked the partitions that it was to give
away: they wait for the second rebalance of the hand-over (KIP-429), for which nobody is left to ask. Reproduced on
Kafka 4.1: they stayed without an owner until some other member came or went.

So a static member that has joined looks at its group until it has seen every partition owned. Where one stays without
an owner, a guest joins the group and leaves it again. Both make the group rebalance: every member keeps what it has,
and what nobody has is given out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import structlog
from confluent_kafka import KafkaException

from stream.engine.roster import Owners
from stream.runtime.bounded import OverdueError, bounded

log = structlog.get_logger(__name__)

PATIENCE = 5.0
"""Seconds for which partitions may be nobody's. Who gives them away commits first, some 10 ms; who takes longer loses
nothing by a guest, for then the group is to rebalance anyhow. Also the pause after a question that was not answered."""
VISIT = 1.0
"""Seconds that a guest stays once it has a name in the group: it is let in by one more round trip."""
LONGEST_VISIT = 10.0
"""Seconds that it stays without one: the time in which a client that has just started finds its coordinator."""
LEAVE_BOUND = 2.0
"""Seconds to leave, which takes one round trip. Of who has not left the broker hears by the end of its session."""


class Looking(Protocol):
    """See `Roster`."""

    def look(self) -> Owners | None:
        """Ask who owns what, then return the answer; None while there is none."""
        ...


class Guest(Protocol):
    """One more member of the group, that reads nothing."""

    def memberid(self) -> str | None:
        """Its name in the group; empty before it has one."""
        ...

    def close(self) -> None:
        """Leave."""
        ...


class Orphans:
    """Watches over the partitions of a group until each has an owner. `invite` lets a guest join. Only the goodbye of
    a guest is waited for.
    """

    def __init__(self, roster: Looking, invite: Callable[[], Guest]) -> None:
        self._roster = roster
        self._invite = invite
        self._look_at = float("-inf")
        self._missing: frozenset[int] = frozenset()
        self._missing_since = float("-inf")
        self._guest: Guest | None = None
        self._leaves_at = float("inf")
        self.settled = False
        """Every partition was seen to have an owner; there is nothing more to do."""

    def turn(self, now: float, partitions: int) -> None:
        """Go on, every second or so; `now` in seconds, the partitions are 0 to `partitions` - 1."""
        if self.settled:
            return
        if self._guest is not None:
            self._host(self._guest, now)
        elif now >= self._look_at:
            self._look(now, frozenset(range(partitions)))

    def close(self) -> None:
        """Leave nobody behind."""
        self.settled = True
        self._see_off()

    def _look(self, now: float, partitions: frozenset[int]) -> None:
        try:
            owners = self._roster.look()
        except KafkaException as raised:
            log.debug("owners_unknown", error=str(raised))
            self._look_at, self._missing = now + PATIENCE, frozenset()
            return
        if owners is None:
            return
        # Of a group that rebalances nothing is known: it may be about to give them out.
        missing = partitions - owners.owned if owners.at_rest else frozenset()
        self.settled = owners.at_rest and not missing
        if missing != self._missing:
            self._missing, self._missing_since = missing, now
        elif missing and now - self._missing_since >= PATIENCE:
            log.warning("partitions_without_owner", partitions=sorted(missing))
            self._guest, self._leaves_at, self._missing = self._invite(), now + LONGEST_VISIT, frozenset()

    def _host(self, guest: Guest, now: float) -> None:
        if guest.memberid():
            self._leaves_at = min(self._leaves_at, now + VISIT)
        if now >= self._leaves_at:
            self._see_off()

    def _see_off(self) -> None:
        guest, self._guest = self._guest, None
        if guest is None:
            return
        try:
            bounded(guest.close, LEAVE_BOUND)
        except (OverdueError, KafkaException, RuntimeError) as error:
            log.warning("guest_not_left", error=str(error))
