"""What contacts of one partition have said against messages since the oldest lease. Pure: times are arguments.

The planner asked consent when it released a delivery; what was said since is looked up here before each request. Facts
merge as in the planner's standing: each has its own time, the latest of its kind counts, and what opens holds against
what closed before it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from schemas.channel import CHANNELS, Channel
from schemas.contact_change import Change, ContactChange
from schemas.delivery import Delivery, digest_of

APART_MS = 30_000
"""By how much the clocks of planner, portal, applications and dispatchers may differ before a no from the moment of a
release is missed. On that side for safety: a contact who says no and, by a newer profile, yes again within these
seconds before a release misses one message."""
MOST = 50_000
"""Contacts remembered of one partition, some 0.5 kB each: 25 MB at most, after 10,000 changes a minute."""
MOST_PLACES = 64
"""Dead places remembered of one contact. One more costs a request to a place that is dead, no more."""
_EVERYTHING, _ERASED = "*", "erased"
_DIGEST = 64
"""Characters of a place's digest; no other scope has as many."""


class Heard(NamedTuple):
    """One change, and when it was written (epoch ms) and heard (s of the steady clock) here.

    `heard_at` is -inf for what lay on the topic before it was followed: only its own time says when it was.
    """

    change: ContactChange
    written_ms: int
    heard_at: float


@dataclass(slots=True)
class _No:
    change: Change
    at_ms: int
    written_ms: int
    heard_at: float


@dataclass(slots=True)
class _Said:
    closed: dict[str, _No] = field(default_factory=dict)
    """By channel, `*`, `erased` or the digest of a place."""
    opened: dict[str, int] = field(default_factory=dict)
    newest_ms: int = 0

    def close(self, scope: str, heard: Heard) -> None:
        """Merge a no."""
        known = self.closed.pop(scope, None)
        new = _No(heard.change.change, heard.change.at_ms, heard.written_ms, heard.heard_at)
        if known is not None:
            new.at_ms = max(new.at_ms, known.at_ms)
            new.written_ms = max(new.written_ms, known.written_ms)
            new.heard_at = max(new.heard_at, known.heard_at)
        self.closed[scope] = new
        if len(self.closed) > MOST_PLACES:
            del self.closed[next(each for each in self.closed if len(each) == _DIGEST)]


class Suppressions:
    """Everything against messages that was written at `since_ms` (epoch ms) or later, `most` contacts at most.

    When more speak, the oldest are forgotten, and `covers` says so: nothing is sent on the strength of a gap.
    """

    def __init__(self, since_ms: int, most: int = MOST) -> None:
        self._since_ms, self._most = since_ms, most
        self._said: OrderedDict[str, _Said] = OrderedDict()

    def __len__(self) -> int:
        """How many contacts are remembered."""
        return len(self._said)

    def take(self, heard: Heard) -> None:
        """Merge one change."""
        change = heard.change
        opens = change.change == "resubscribe"
        scopes = ([change.channel] if change.channel else [*CHANNELS, _EVERYTHING]) if opens else _closes(change)
        if not scopes:
            return
        said = self._said.setdefault(change.contact_id, _Said())
        self._said.move_to_end(change.contact_id)
        said.newest_ms = max(said.newest_ms, heard.written_ms)
        for scope in scopes:
            if opens:
                said.opened[scope] = max(said.opened.get(scope, 0), change.at_ms)
            else:
                said.close(scope, heard)
        if len(self._said) > self._most:
            self._drop()

    def forget(self, before_ms: int) -> None:
        """Forget who has said nothing at `before_ms` (epoch ms) or later."""
        while self._said and next(iter(self._said.values())).newest_ms < before_ms:
            self._drop()

    def covers(self, released_ms: int) -> bool:
        """Whether everything is known that may have been said since a release at `released_ms` (epoch ms)."""
        return released_ms - APART_MS >= self._since_ms

    def against(self, delivery: Delivery, channel: Channel, released_ms: int, taken_at: float) -> Change | None:
        """Return the change because of which a delivery must not be sent; None: there is none.

        `released_ms` is its release in epoch ms, `taken_at` when it came here, in seconds of the steady clock: what was
        heard later was said later, whatever the clocks of others say.
        """
        said = self._said.get(delivery.contact_id)
        if said is None or not said.closed:
            return None
        scopes = ((_ERASED, APART_MS), (_EVERYTHING, APART_MS), (channel, APART_MS), (digest_of(delivery.to), 0))
        for scope, apart_ms in scopes:
            no = said.closed.get(scope)
            if no is None or no.at_ms < said.opened.get(scope, 0):
                continue
            if no.heard_at >= taken_at or no.written_ms >= released_ms - apart_ms:
                return no.change
        return None

    def _drop(self) -> None:
        _, dropped = self._said.popitem(last=False)
        self._since_ms = max(self._since_ms, dropped.newest_ms + 1)


def _closes(change: ContactChange) -> Sequence[str]:
    match change.change:
        case "unsubscribe":
            return [change.channel] if change.channel else CHANNELS
        case "erase":
            return (_ERASED,)
        case "mute":
            return (_EVERYTHING,)
        case "complaint":
            return ("email",)
        case "hard_bounce":
            # It is the address that bounces; only where none is named is it all there are.
            return (change.digest or "email",)
        case "dead_endpoint" | "dead_token":
            return (change.digest,) if change.digest else ()
        case _:
            return ()
