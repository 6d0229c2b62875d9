"""What a message is about: a crossing, or a nudge towards one."""

from __future__ import annotations

from schemas.decision import No
from schemas.milestone_crossed import MilestoneCrossed, decode_crossing
from schemas.milestone_nudge import MilestoneNudge, decode_nudge

Subject = MilestoneCrossed | MilestoneNudge


def is_nudge(subject: Subject) -> bool:
    """Whether it is a nudge, else a crossing."""
    return isinstance(subject, MilestoneNudge)


def decode_subject(value: bytes, *, is_nudge: bool) -> Subject:
    """Read a record of the tracker. Raises msgspec.DecodeError as the decoder of its topic."""
    return decode_nudge(value) if is_nudge else decode_crossing(value)


def against(subject: Subject) -> tuple[No, str | None] | None:
    """Return why it must not be celebrated, whoever the contact is, and the reason within; None if it may."""
    if isinstance(subject, MilestoneCrossed):
        if not subject.celebrate:
            return "not_celebrated", subject.not_celebrated_because
        if not subject.holdout and subject.jump and not subject.jump.top:
            return "absorbed", None
    return ("held_out", None) if subject.holdout else None
