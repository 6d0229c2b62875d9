"""What a crossing or nudge waits for: the planner's own core is asked, as the planner would be now. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.channel import Channel
from schemas.contact import Contact
from schemas.decision import No
from stream.core.celebration.cap import room_at
from stream.core.celebration.manner import Manners
from stream.core.celebration.person import PersonRow, Waiting
from stream.core.celebration.reach import reach
from stream.core.celebration.subject import Subject
from stream.core.celebration.verdict import Later
from stream.core.celebration.weigh import weigh

Cause = Literal["profile", "consent", "unreachable", "cap", "hours", "look", "rules"]
"""profile, consent, unreachable: the grace for it runs. cap, hours: not before they let it out. look: only for the
planner's next look. rules: there are none, or the record cannot be read."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One channel that is not decided yet. `until_ms` is when the planner looks again (epoch ms), None if nobody knows.

    `leads_to` is the no that a look at this moment would end in; None: a yes, or a later look.
    """

    channel: Channel
    cause: Cause
    until_ms: int | None
    leads_to: No | None = None
    detail: str | None = None


def waits_of(
    manners: Manners | None,
    subject: Subject | None,
    waiting: Waiting,
    contact: Contact | None,
    row: PersonRow,
    now_ms: int,
) -> list[Wait]:
    """Return what each channel of a waiting subject waits for.

    Args:
        manners: of the rules in force; None without rules.
        subject: the record that waits; None if it cannot be read.
        waiting: its place in the contact's row.
        contact: the profile as the planner has it.
        row: the contact's row.
        now_ms: the moment, epoch ms.
    """
    if manners is None or subject is None:
        return [Wait(channel, "rules", None) for channel in waiting.channels]
    waits = []
    for verdict in weigh(manners, subject, waiting, contact, row, now_ms):
        channel = verdict.channel
        if isinstance(verdict, Later):
            cause = _cause(manners, channel, waiting, contact, row, now_ms)
            waits.append(Wait(channel, cause, verdict.until_ms))
        else:
            waits.append(Wait(channel, "look", waiting.due_ms, verdict.because, verdict.detail))
    return waits


def _cause(
    manners: Manners, channel: Channel, waiting: Waiting, contact: Contact | None, row: PersonRow, now_ms: int
) -> Cause:
    """Why `weigh` wants to look later; it asks in this order."""
    if contact is None:
        return "profile"
    because = reach(contact, row.standing, channel).because
    if because == "consent" or because == "unreachable":
        return because
    if not waiting.released and room_at(manners.cap, row.released, now_ms) > now_ms:
        return "cap"
    return "hours"
