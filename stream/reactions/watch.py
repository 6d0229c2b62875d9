"""Is a worker that lives also at work? Pure: a look at positions, ends and hands in, a reason to restart out.

A consumer can be alive and read nothing for days (Faust's issues 523, 532, 629): its heartbeats go on, so nobody takes
its partitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

At = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen of one app at one moment.

    `positions`: how far the client has read each partition it holds; `ends`: how far it could, for partitions whose
    leader answered; `unfinished`: records taken in and not done; `held`: the reaction that has held a record longest,
    with the seconds; `away`: the one that has asked for none longest; `assigned`: whether the group has given it
    anything since it last took everything back. No `positions`: the client's thread does not answer.
    """

    positions: Mapping[At, int] | None
    ends: Mapping[At, int]
    unfinished: Mapping[At, int]
    held: tuple[str, float] | None
    away: tuple[str, float] | None
    assigned: bool


class Watch:
    """Remembers since when nothing moved. `stall` is in seconds."""

    def __init__(self, stall: float) -> None:
        self._stall = stall
        self._still: dict[At, tuple[int, float]] = {}
        self._unassigned_since: float | None = None
        self._deaf_since: float | None = None

    def look(self, seen: Look, now: float) -> str | None:
        """Return why the app is stuck at `now` (steady clock, seconds); None while it is not."""
        if seen.held is not None and seen.held[1] >= self._stall:
            return f"{seen.held[0]} has had one record in hand for {seen.held[1]:.0f} s"
        if seen.away is not None and seen.away[1] >= self._stall and any(seen.unfinished.values()):
            return f"{seen.away[0]} has asked for no record for {seen.away[1]:.0f} s, and some wait"
        if seen.positions is None:
            self._still.clear()
            self._deaf_since = now if self._deaf_since is None else self._deaf_since
            deaf = now - self._deaf_since
            # While the brokers are away, calls of the thread wait for them.
            return (
                f"the client's thread has not answered for {deaf:.0f} s" if deaf >= self._stall and seen.ends else None
            )
        self._deaf_since = None
        if not seen.assigned:
            self._still.clear()
            self._unassigned_since = now if self._unassigned_since is None else self._unassigned_since
            waited = now - self._unassigned_since
            # Without an answer of the brokers nobody can join: that is an outage, and no restart mends it.
            return f"the group has assigned nothing for {waited:.0f} s" if waited >= self._stall and seen.ends else None
        self._unassigned_since = None
        for at in list(self._still):
            if at not in seen.positions:
                del self._still[at]
        for at, position in seen.positions.items():
            # What is taken in and unfinished keeps the client from reading on: the hands are judged, not the client.
            waiting = seen.ends.get(at, position) > position and not seen.unfinished.get(at)
            known, since = self._still.get(at, (position, now))
            if not waiting or known != position:
                self._still[at] = (position, now)
            elif now - since >= self._stall:
                return f"{at[0]} {at[1]} stands at {position} for {now - since:.0f} s, and ends at {seen.ends[at]}"
            else:
                self._still[at] = (known, since)
        return None
