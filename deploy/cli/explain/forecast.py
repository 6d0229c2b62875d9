"""What the planner will decide if nothing else happens: its own looks, one after the other, on a copy of what waits.

Pure, and nothing of the contact's row is touched: a look counts in place what it lets out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Literal, NamedTuple

from schemas.channel import Channel
from schemas.contact import Contact
from stream.core.celebration.admit import held_for
from stream.core.celebration.look import look
from stream.core.celebration.manner import Manners
from stream.core.celebration.person import PersonRow
from stream.core.celebration.rank import Candidate
from stream.core.celebration.settle import settle
from stream.core.celebration.subject import Subject
from stream.core.celebration.verdict import Hold, Verdict

MOST_LOOKS = 500
"""Looks that are looked ahead: five for each of the 100 that may wait. A row that needs more has its last waits told
without their end."""


class Held(NamedTuple):
    """What a channel waits for after a look, and until when (epoch ms); `behind` is the id of a better one."""

    hold: Hold | Literal["bundle", "jump"]
    until_ms: int
    behind: str | None = None


Place = tuple[str, Channel]
"""The id of a crossing or nudge, and one of its channels."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One look: when it is due (epoch ms; the past for one that nobody has had yet), and what it finds of each place.

    One that is only a glance at how things stand now changes nothing.
    """

    due_ms: int
    is_glance: bool
    found: Mapping[Place, Verdict | Held]


def looks_ahead(
    manners: Manners, subjects: Mapping[str, Subject], contact: Contact | None, row: PersonRow, now_ms: int
) -> Iterator[Seen]:
    """Yield each look from now on until nothing waits; the first is a glance where none is due yet.

    Args:
        manners: of the rules in force.
        subjects: by id the records that wait; one that is not there cannot be read, and is left out.
        contact: the profile as the planner has it.
        row: the contact's row.
        now_ms: the moment, epoch ms.
    """
    row = deepcopy(row)
    row.waiting = [each for each in row.waiting if each.id in subjects]
    if row.waiting and min(each.due_ms for each in row.waiting) > now_ms:
        yield _seen(manners, subjects, contact, deepcopy(row), now_ms, now_ms, is_glance=True)
    for _ in range(MOST_LOOKS):
        if not row.waiting:
            return
        due_ms = min(each.due_ms for each in row.waiting)
        yield _seen(manners, subjects, contact, row, due_ms, max(due_ms, now_ms))


def _seen(
    manners: Manners,
    subjects: Mapping[str, Subject],
    contact: Contact | None,
    row: PersonRow,
    due_ms: int,
    at_ms: int,
    *,
    is_glance: bool = False,
) -> Seen:
    """Look at the row as the planner does, in place."""
    candidates = [Candidate.of(manners, each, subjects[each.id]) for each in row.waiting]
    found: dict[Place, Verdict | Held] = dict(_too_early(row, candidates, at_ms))
    looked = look(manners, candidates, contact, row, at_ms)
    found |= {(each.subject.id, verdict.channel): verdict for each, verdict in looked.decided}
    found |= {
        (each.subject.id, later.channel): Held(later.hold, later.until_ms, later.behind) for each, later in looked.later
    }
    settle(row, looked, at_ms)
    return Seen(due_ms, is_glance, found)


def _too_early(row: PersonRow, candidates: Sequence[Candidate], at_ms: int) -> Iterator[tuple[Place, Held]]:
    for each in candidates:
        waiting = each.waiting
        if waiting.not_before_ms > at_ms:
            held = Held(held_for(row, waiting, each.subject), waiting.not_before_ms)
            yield from (((waiting.id, channel), held) for channel in waiting.channels)
