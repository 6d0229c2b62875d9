"""The decision: for each channel of a crossing or nudge a yes, a no with its reason, or a later look.

Everything that may change while it waits is asked again at every look: consent, profile, rules, cap, freshness.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from schemas.channel import CHANNELS, Channel
from schemas.contact import Contact
from schemas.decision import No
from schemas.delivery import Target
from schemas.moment import parse_rfc3339
from schemas.time_zone import zone_or
from stream.core.celebration.cap import room_at
from stream.core.celebration.hours import spread
from stream.core.celebration.manner import Manner, Manners
from stream.core.celebration.person import PersonRow, Waiting
from stream.core.celebration.reach import reach
from stream.core.celebration.subject import Subject, against, is_nudge
from stream.core.celebration.verdict import Hold, Later, Verdict, refusals


def weigh(
    manners: Manners,
    subject: Subject,
    waiting: Waiting,
    contact: Contact | None,
    row: PersonRow,
    now_ms: int,
    riding: Collection[Channel] = (),
) -> list[Verdict | Later]:
    """Decide on the channels that are not decided yet, in their order; `contact` is the profile, None without one.

    Nothing else that waits has a part in it (`look`). On the channels of `riding` it would be a line of a message that
    goes out in any case, so the cap is not asked.
    """
    manner = manners.of(subject.milestone)
    if (ruled_out := against(subject)) is not None:
        return [*refusals(waiting.channels, *ruled_out)]
    if manner is None:
        return [*refusals(waiting.channels, "retired")]
    fresh_ms = fresh_until_ms(manner, subject)
    if fresh_ms is not None and now_ms > fresh_ms:
        return [*refusals(waiting.channels, "stale")]
    grace_ends_ms = waiting.arrived_ms + manners.timing.grace_ms
    if contact is None:
        return [_without_profile(manner, channel, grace_ends_ms, now_ms) for channel in waiting.channels]
    if not manner.audience.holds(contact.attributes, row.numbers):
        return [*refusals(waiting.channels, "audience")]
    times: dict[bool, _Time] = {}
    found: list[Verdict | Later] = []
    for channel in waiting.channels:
        if channel not in manner.channels:
            found.append(_OFF[channel])
            continue
        reached = reach(contact, row.standing, channel)
        because = reached.because
        if because is None:
            rides = waiting.released or channel in riding
            time = times.get(rides)
            if time is None:  # else it is as on the channel before
                zone = zone_or(contact.time_zone, manner.zone)
                time = times[rides] = _time(manners, manner, subject, row, zone, now_ms, fresh_ms, rides=rides)
            found.append(Verdict(channel, reached.targets) if time is _NOW else time.of(channel, reached.targets))
        elif (because == "consent" or because == "unreachable") and now_ms < grace_ends_ms:
            found.append(Later(channel, grace_ends_ms, because))
        else:
            found.append(Verdict(channel, because=because))
    return found


def fresh_until_ms(manner: Manner, subject: Subject) -> int | None:
    """Return the last moment (epoch ms) at which a subject is worth saying; None where it always is."""
    return None if manner.fresh_ms is None else parse_rfc3339(subject.occurred_at) + manner.fresh_ms


def _without_profile(manner: Manner, channel: Channel, grace_ends_ms: int, now_ms: int) -> Verdict | Later:
    if now_ms >= grace_ends_ms:
        return Verdict(channel, because="contact_unknown")
    if channel not in manner.channels:
        return Verdict(channel, because="channel_off")
    return Later(channel, grace_ends_ms, "profile")


class _Time(NamedTuple):
    """What hours and cap say, the same on every channel: go now, not before `until_ms` with what they `hold` it for, or
    `because` why not.
    """

    because: No | None = None
    detail: str | None = None
    until_ms: int | None = None
    hold: Hold | None = None

    def of(self, channel: Channel, targets: tuple[Target, ...]) -> Verdict | Later:
        """Say it of a channel that reaches the contact at these places."""
        if self.hold is not None and self.until_ms is not None:
            return Later(channel, self.until_ms, self.hold)
        if self.because is not None:
            return Verdict(channel, because=self.because, detail=self.detail, until_ms=self.until_ms)
        return Verdict(channel, targets)


_NOW = _Time()
_OFF = {channel: Verdict(channel, because="channel_off") for channel in CHANNELS}


def _time(
    manners: Manners,
    manner: Manner,
    subject: Subject,
    row: PersonRow,
    zone: str,
    now_ms: int,
    fresh_ms: int | None,
    *,
    rides: bool,
) -> _Time:
    """Return when hours and cap let a subject go out; no where that is too late, and which of them it was.

    With `rides` it is in a message that the cap has counted, or counts for another.
    """
    at_ms = _opens(manners, manner, subject, zone, now_ms)
    if at_ms is None:
        return _Time("stale", "no_opening")
    if fresh_ms is not None and at_ms > fresh_ms:
        return _Time("stale")
    hold: Hold = "hours"
    room_ms = now_ms
    if not rides:
        is_major = manner.is_major and not is_nudge(subject)
        room_ms = room_at(manners.cap, row.counted(is_major=is_major), now_ms)
    if room_ms > at_ms:
        over = _Time("over_cap", until_ms=room_ms)
        at_ms = _opens(manners, manner, subject, zone, room_ms)
        is_late = at_ms is not None and fresh_ms is not None and at_ms > fresh_ms
        if at_ms is None or is_late or (manners.cap is not None and manners.cap.then == "drop"):
            return over
        hold = "cap"
    return _NOW if at_ms <= now_ms else _Time(until_ms=at_ms, hold=hold)


def _opens(manners: Manners, manner: Manner, subject: Subject, zone: str, from_ms: int) -> int | None:
    """Return the first moment from `from_ms` on that the hours allow; None if there is none.

    A contact's messages that wait for one opening go out at one moment, so that they can be one message.
    """
    opening = manner.opening.next_open(from_ms, zone)
    if opening is None:
        return None
    at_ms, closes_ms = opening
    return at_ms if at_ms == from_ms else spread(at_ms, closes_ms, manners.timing.spread_ms, subject.contact_id)
