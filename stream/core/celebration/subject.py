"""What a message is about: a crossing, or a nudge towards one."""

from __future__ import annotations

from schemas.decision import No
from schemas.delivery import Reached
from schemas.milestone_crossed import EventSource, Jump, MilestoneCrossed, decode_crossing, decode_kept_crossing
from schemas.milestone_nudge import MilestoneNudge, decode_kept_nudge, decode_nudge

Subject = MilestoneCrossed | MilestoneNudge


def is_nudge(subject: Subject) -> bool:
    """Whether it is a nudge, else a crossing."""
    return isinstance(subject, MilestoneNudge)


def decode_subject(value: bytes, *, is_nudge: bool) -> Subject:
    """Read a record of the tracker. Raises msgspec.DecodeError as the decoder of its topic."""
    return decode_nudge(value) if is_nudge else decode_crossing(value)


def decode_kept(value: bytes, *, is_nudge: bool) -> Subject:
    """Read a record that `decode_subject` has taken before. Raises msgspec.DecodeError where it is none."""
    return decode_kept_nudge(value) if is_nudge else decode_kept_crossing(value)


def against(subject: Subject) -> tuple[No, str | None] | None:
    """Return why it must not be celebrated, whoever the contact is, and the reason within; None if it may."""
    if isinstance(subject, MilestoneCrossed) and not subject.celebrate:
        return "not_celebrated", subject.not_celebrated_because
    return ("held_out", None) if subject.holdout else None


def jump_of(subject: Subject) -> Jump | None:
    """Return a crossing's place among those of its event; None when it was alone, and of a nudge."""
    return subject.jump or None if isinstance(subject, MilestoneCrossed) else None


def jump_id(subject: Subject) -> str | None:
    """Return what the crossings of one jump have in common, and no others of the contact; None outside of one.

    Of an event its place in Kafka. Due times that were missed come together, each with a time of its own: they share
    the moment at which they were found, and one look finds all that is due.
    """
    if not isinstance(subject, MilestoneCrossed) or not subject.jump:
        return None
    source = subject.source
    if isinstance(source, EventSource):
        return f"{source.topic}/{source.partition}/{source.offset}"
    return subject.detected_at


def reached_by(crossed: MilestoneCrossed) -> Reached:
    """Return a crossing as messages tell of it beside others; the day of one that is not celebrated is not known."""
    return Reached(
        milestone=crossed.milestone,
        occurrence=crossed.occurrence,
        value=crossed.value,
        unit=crossed.unit,
        occurred_at=crossed.occurred_at,
        kind=crossed.kind,
        metric=crossed.metric,
        threshold=crossed.threshold,
        is_dated=crossed.celebrate,
    )
