"""A delivery that a dispatcher gave back is weighed again, as if it had never gone out: consent, hours, freshness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from schemas.contact import Contact
from schemas.decision import No, decision_id
from schemas.delivery import Target, delivery_id, digest_of
from stream.core.celebration.manner import Manners
from stream.core.celebration.out import Out
from stream.core.celebration.person import PersonRow, Waiting
from stream.core.celebration.subject import Subject
from stream.core.celebration.verdict import Later, Verdict
from stream.core.celebration.weigh import weigh


class GivenUp(NamedTuple):
    """No further attempt, and why: a reason of `schemas.decision.No`, or `no_receipt`, or `tried_out`."""

    because: str


class Allowed(NamedTuple):
    """Where the next attempt goes, and what it still tells: the first is the message, the others are lines of it."""

    target: Target
    told: list[Subject]
    dropped: list[No]
    """Why each of those is not told that the delivery was to tell too."""


def weigh_again(
    manners: Manners, told: Sequence[Subject], out: Out, contact: Contact | None, row: PersonRow, now_ms: int
) -> Allowed | Later | GivenUp:
    """Return what the next attempt is, when to look again, or why there is none.

    ``told`` is what the delivery was to tell, its own crossing or nudge first. What may not be told any more is left
    out; if that is the first, the next takes its place in the same message. The hours are those of whatever is first.

    The cap has counted the celebration at its first release and is not asked again; nobody is waited for any more.
    """
    if now_ms >= out.since_ms + manners.timing.give_up_ms:
        return GivenUp("tried_out" if out.is_deferred else "no_receipt")
    found = [(subject, _verdict(manners, subject, out, contact, row, now_ms)) for subject in told]
    still = [(subject, verdict) for subject, verdict in found if isinstance(verdict, Later) or verdict.because is None]
    if not still:
        return GivenUp(_reason(found[0][1]))
    first = still[0][1]
    if isinstance(first, Later):
        return first
    decided = decision_id(out.subject, out.channel)
    for target in first.targets:
        if delivery_id(decided, digest_of(target)) == out.id:
            noes = [each.because for _, each in found if isinstance(each, Verdict) and each.because is not None]
            return Allowed(target, [subject for subject, _ in still], noes)
    # The profile names other places now, or this one was found dead.
    return GivenUp("unreachable")


def _verdict(
    manners: Manners, subject: Subject, out: Out, contact: Contact | None, row: PersonRow, now_ms: int
) -> Verdict | Later:
    again = Waiting(id=subject.id, due_ms=0, arrived_ms=0, channels=[out.channel], released=True)
    (verdict,) = weigh(manners, subject, again, contact, row, now_ms)
    return verdict


def _reason(verdict: Verdict | Later) -> str:
    because = None if isinstance(verdict, Later) else verdict.because
    assert because is not None  # noqa: S101 - the caller found a no
    return because
