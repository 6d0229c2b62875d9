"""What a crossing or nudge waits for: the planner's own looks are asked, from now until it is decided. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from deploy.cli.explain.forecast import Held, Seen, looks_ahead
from deploy.cli.explain.named import Named
from schemas.channel import Channel
from schemas.contact import Contact
from schemas.decision import No
from schemas.milestone_crossed import MilestoneCrossed
from stream.core.celebration.manner import Manners
from stream.core.celebration.person import PersonRow, Waiting
from stream.core.celebration.subject import Subject, jump_id
from stream.core.celebration.verdict import Verdict

LATE_MS = 60_000
"""A planner that runs looks within a second, one that is started again within half a minute."""

Cause = Literal["profile", "consent", "unreachable", "cap", "hours", "bundle", "jump", "better", "look", "rules"]
"""profile, consent, unreachable: the grace for it runs. cap, hours: not before they let it out. bundle: what else the
contact reaches now is told with it. jump: the top of its jump has not come. better: another one that says the same
better waits. look: only for the planner's next look. rules: there are none, or the record cannot be read."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The decision that ends a wait: a no with its reason, or a yes without one.

    `other` is what is sent instead of it, or whose message tells it as a line.
    """

    because: No | None = None
    detail: str | None = None
    other: Named | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """One channel that is not decided yet.

    `until_ms` is when the planner finds what comes `then` (epoch ms): the decision, or that it waits for something
    else. Both are what is true if nothing else happens; None if nobody knows. `behind` is the better one of `better`,
    and the top of `jump` where the tracker has written it.
    """

    channel: Channel
    cause: Cause
    until_ms: int | None
    then: Ending | Wait | None = None
    behind: Named | None = None


def waits_of(
    manners: Manners | None,
    subjects: Mapping[str, Subject],
    contact: Contact | None,
    row: PersonRow,
    now_ms: int,
    crossings: Iterable[MilestoneCrossed] = (),
) -> dict[str, list[Wait]]:
    """Return by the id of each crossing or nudge that waits what its channels wait for.

    Args:
        manners: of the rules in force; None without rules.
        subjects: by id the records that wait; one that is not there cannot be read.
        contact: the profile as the planner has it.
        row: the contact's row; it is not changed.
        now_ms: the moment, epoch ms.
        crossings: what the tracker has written of the contact, for the tops that the planner has not read yet.
    """
    if manners is None:
        return {each.id: _not_weighed(each) for each in row.waiting}
    told = _Told(
        [*looks_ahead(manners, subjects, contact, row, now_ms)],
        {each.id: Named.of(each) for each in subjects.values()},
        {jump: Named.of(each) for each in crossings if each.jump and each.jump.top and (jump := jump_id(each))},
        now_ms,
    )
    return {
        each.id: [told.on(each, channel) for channel in each.channels] if each.id in subjects else _not_weighed(each)
        for each in row.waiting
    }


def _not_weighed(waiting: Waiting) -> list[Wait]:
    return [Wait(channel, "rules", None) for channel in waiting.channels]


@dataclass(frozen=True, slots=True)
class _Told:
    """The looks ahead, read for one place after the other. `tops` are by what a jump has in common."""

    looks: Sequence[Seen]
    names: Mapping[str, Named]
    tops: Mapping[str, Named]
    now_ms: int

    def on(self, waiting: Waiting, channel: Channel) -> Wait:
        """What a channel waits for, one thing after the other, and how that ends."""
        waits: list[Wait] = []
        ending: Ending | None = None
        for wait in self._each(waiting, channel):
            if isinstance(wait.then, Ending):
                ending = wait.then
            if not waits or (wait.cause, wait.behind) != (waits[-1].cause, waits[-1].behind):
                waits.append(wait)
            else:
                waits[-1] = replace(waits[-1], until_ms=wait.until_ms)
        told = replace(waits[-1], then=ending)
        for wait in reversed(waits[:-1]):
            told = replace(wait, then=told)
        return told

    def _each(self, waiting: Waiting, channel: Channel) -> Iterator[Wait]:
        """What it waits for between each look and the next."""
        place = waiting.id, channel
        seen = [(each, each.found[place]) for each in self.looks if place in each.found]
        first, found = seen[0]
        if not first.is_glance and (isinstance(found, Verdict) or waiting.due_ms < self.now_ms - LATE_MS):
            yield Wait(channel, "look", first.due_ms, self._ending(found))
        for (look, found), (after, then) in pairwise(seen):
            # Nobody looks before the row says so, whatever would let it out earlier by now.
            if isinstance(found, Verdict) or (look.is_glance and found.until_ms < after.due_ms):
                yield Wait(channel, "look", after.due_ms, self._ending(then))
            else:
                yield Wait(channel, found.hold, after.due_ms, self._ending(then), self._behind(waiting, found))
        _, found = seen[-1]
        if isinstance(found, Held):  # too many looks to look ahead
            yield Wait(channel, found.hold, found.until_ms, None, self._behind(waiting, found))

    def _ending(self, found: Verdict | Held) -> Ending | None:
        if isinstance(found, Held):
            return None
        other = found.absorbed_by or found.bundled_with
        return Ending(found.because, found.detail, None if other is None else self.names[other])

    def _behind(self, waiting: Waiting, held: Held) -> Named | None:
        if held.hold == "jump":
            return self.tops.get(waiting.jump or "")
        return None if held.behind is None else self.names[held.behind]
