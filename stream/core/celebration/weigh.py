"""The decision: for each channel of a crossing or nudge a yes, a no with its reason, or a later look.

Everything that may change while it waits is asked again at every look: consent, profile, rules, cap, freshness.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from schemas.channel import CHANNELS, Channel
from schemas.contact import Contact
from schemas.decision import No
from schemas.milestone_crossed import MilestoneCrossed
from schemas.milestone_nudge import MilestoneNudge
from schemas.moment import parse_rfc3339
from stream.core.celebration.cap import room_at
from stream.core.celebration.hours import spread
from stream.core.celebration.manner import Manner, Manners
from stream.core.celebration.reach import reach
from stream.core.celebration.standing import Standing
from stream.core.celebration.verdict import Later, Verdict

GRACE_MS = 15 * 60_000
"""How long a contact who is unknown, or not reachable yet, is waited for: sign-up and first event race each other."""
SPREAD_MS = 15 * 60_000
"""Within how long after an opening those go out that waited for it."""


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a contact: the profile (None: none, or removed), and what stays without one.

    ``released`` are the moments (epoch ms) of earlier celebrations, ``numbers`` the last value by metric.
    """

    contact: Contact | None
    standing: Standing
    released: Sequence[int] = ()
    numbers: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """What asks for a message. Times are epoch ms.

    ``against`` says of a crossing that must not be celebrated at all why not. ``released`` is true when it went out on
    another channel before: then the cap has counted it.
    """

    id: str
    milestone: str
    metric: str | None
    occurred_ms: int
    arrived_ms: int
    against: tuple[No, str | None] | None = None
    released: bool = False


def case_of(subject: MilestoneCrossed | MilestoneNudge, arrived_ms: int) -> Case:
    """Return the case that a record of the tracker makes."""
    return Case(
        id=subject.id,
        milestone=subject.milestone,
        metric=subject.metric,
        occurred_ms=parse_rfc3339(subject.occurred_at),
        arrived_ms=arrived_ms,
        against=_against(subject),
    )


def weigh(
    manners: Manners, case: Case, person: Person, now_ms: int, channels: Iterable[Channel] = CHANNELS
) -> list[Verdict | Later]:
    """Decide on the channels that are not decided yet, in their order."""
    manner = manners.of(case.milestone)
    ruled_out = _ruled_out(manner, case, person, now_ms)
    if manner is None or ruled_out is not None:
        because, detail = ruled_out or ("retired", None)
        return [Verdict(channel, because=because, detail=detail) for channel in channels]
    return [_on_channel(manners, manner, case, person, now_ms, channel) for channel in channels]


def _against(subject: MilestoneCrossed | MilestoneNudge) -> tuple[No, str | None] | None:
    if isinstance(subject, MilestoneCrossed):
        if not subject.celebrate:
            return "not_celebrated", subject.not_celebrated_because
        if not subject.holdout and subject.jump and not subject.jump.top:
            return "absorbed", None
    return ("held_out", None) if subject.holdout else None


def _ruled_out(manner: Manner | None, case: Case, person: Person, now_ms: int) -> tuple[No, str | None] | None:
    """Return why no channel will ever carry it; None while one may."""
    if case.against is not None:
        return case.against
    if manner is None:
        return "retired", None
    if manner.fresh_ms is not None and now_ms > case.occurred_ms + manner.fresh_ms:
        return "stale", None
    if person.contact is None:
        return ("contact_unknown", None) if now_ms >= case.arrived_ms + GRACE_MS else None
    if not manner.audience.holds(person.contact.attributes, person.numbers):
        return "audience", None
    return None


def _on_channel(
    manners: Manners, manner: Manner, case: Case, person: Person, now_ms: int, channel: Channel
) -> Verdict | Later:
    if channel not in manner.channels:
        return Verdict(channel, because="channel_off")
    grace_ends_ms = case.arrived_ms + GRACE_MS
    if person.contact is None:
        return Later(channel, grace_ends_ms)
    found = reach(person.contact, person.standing, channel)
    if found.because is not None:
        if found.because in ("consent", "unreachable") and now_ms < grace_ends_ms:
            return Later(channel, grace_ends_ms)
        return Verdict(channel, because=found.because)
    return _in_time(manners, manner, case, person, now_ms, Verdict(channel, found.targets))


def _in_time(
    manners: Manners, manner: Manner, case: Case, person: Person, now_ms: int, yes: Verdict
) -> Verdict | Later:
    """Say yes now, or when the hours and the cap allow it; no where that is too late."""
    room_ms = now_ms if case.released else room_at(manners.cap, person.released, now_ms)
    if room_ms > now_ms and manners.cap is not None and manners.cap.then == "drop":
        return Verdict(yes.channel, because="over_cap")
    assert person.contact is not None  # noqa: S101 - who is unknown is waited for
    opening = manner.opening.next_open(room_ms, person.contact.time_zone or manner.zone)
    if opening is None:
        return Verdict(yes.channel, because="stale", detail="no_opening")
    at_ms, closes_ms = opening
    if at_ms <= now_ms:
        return yes
    if at_ms > room_ms:
        at_ms = spread(at_ms, closes_ms, SPREAD_MS, case.id)
    if manner.fresh_ms is not None and at_ms > case.occurred_ms + manner.fresh_ms:
        return Verdict(yes.channel, because="stale")
    return Later(yes.channel, at_ms)
