"""A delivery that a dispatcher gave back is weighed again, as if it had never gone out: consent, hours, freshness."""

from __future__ import annotations

from typing import NamedTuple

from schemas.contact import Contact
from schemas.decision import decision_id
from schemas.delivery import Target, delivery_id, digest_of
from stream.core.celebration.manner import Manners
from stream.core.celebration.out import Out
from stream.core.celebration.person import PersonRow, Waiting
from stream.core.celebration.subject import Subject
from stream.core.celebration.verdict import Later
from stream.core.celebration.weigh import weigh


class GivenUp(NamedTuple):
    """No further attempt, and why: a reason of `schemas.decision.No`, or `no_receipt`, or `tried_out`."""

    because: str


def weigh_again(
    manners: Manners, subject: Subject, out: Out, contact: Contact | None, row: PersonRow, now_ms: int
) -> Target | Later | GivenUp:
    """Return where the next attempt goes, when to look again, or why there is none.

    The cap has counted the celebration at its first release and is not asked again; nobody is waited for any more.
    """
    if now_ms >= out.since_ms + manners.timing.give_up_ms:
        return GivenUp("tried_out" if out.is_deferred else "no_receipt")
    again = Waiting(id=subject.id, due_ms=0, arrived_ms=0, channels=[out.channel], released=True)
    (verdict,) = weigh(manners, subject, again, contact, row, now_ms)
    if isinstance(verdict, Later):
        return verdict
    if verdict.because is not None:
        return GivenUp(verdict.because)
    decided = decision_id(subject.id, out.channel)
    for target in verdict.targets:
        if delivery_id(decided, digest_of(target)) == out.id:
            return target
    # The profile names other places now, or this one was found dead.
    return GivenUp("unreachable")
