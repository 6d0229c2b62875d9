"""Which messages speak of the same thing, and which of them says it best."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from schemas.moment import parse_rfc3339
from stream.core.celebration.manner import Manners
from stream.core.celebration.person import Amount, Waiting
from stream.core.celebration.subject import Subject, is_nudge, jump_id, jump_of


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """A crossing or nudge that waits, with what it is compared by."""

    waiting: Waiting
    subject: Subject
    is_nudge: bool
    is_major: bool
    metric: str | None
    threshold: Amount
    jump: str | None
    place: int
    """In its jump, from 1; 0 outside of one."""
    occurred_ms: int

    @classmethod
    def of(cls, manners: Manners, waiting: Waiting, subject: Subject) -> Candidate:
        """Read what counts from the record and the rules in force, not from the row: an earlier release wrote less."""
        jump = jump_of(subject)
        return cls(
            waiting,
            subject,
            is_nudge(subject),
            manners.is_major(subject),
            subject.metric,
            subject.threshold,
            jump_id(subject) if jump else None,
            jump.index if jump else 0,
            parse_rfc3339(subject.occurred_at),
        )


def related(one: Candidate, other: Candidate) -> bool:
    """Whether one message would do for both: they are of one metric, or of one event."""
    return (one.metric is not None and one.metric == other.metric) or (one.jump is not None and one.jump == other.jump)


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the best first: crossings before nudges, major before minor; of one event by the place in its jump, of one
    metric by the threshold; of others the one that was reached last.

    The order does not depend on the order in which they came. The rules are no order by themselves: events that come
    late make 100 documents older than a first team, and that older than 10 documents. So the best is taken of those
    that nothing left beats, again and again.
    """
    left = [*candidates]
    if len(left) < 2:
        return left
    left.sort(key=_freshness)
    found = []
    while left:
        # Two events that beat each other round about cannot be told apart by their places: the last one, then.
        best = next((each for each in left if not any(_beats(other, each) for other in left)), left[0])
        left.remove(best)
        found.append(best)
    return found


def _freshness(one: Candidate) -> tuple[int, str]:
    """Last reached first. Where that is the same, nothing tells them apart but names, the same in every replay."""
    return -one.occurred_ms, one.subject.id


def _beats(one: Candidate, other: Candidate) -> bool:
    """Whether what they are, and not when they came, puts the one before the other."""
    if one.is_nudge != other.is_nudge:
        return other.is_nudge
    if one.is_major != other.is_major:
        return one.is_major
    if one.jump is not None and one.jump == other.jump:
        return one.place > other.place
    return one.metric is not None and one.metric == other.metric and one.threshold > other.threshold
