"""The decision: for each channel of a crossing or nudge a yes, a no with its reason, or a later look.

Everything that may change while it waits is asked again at every look: consent, profile, rules, cap, freshness.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.channel import Channel
from schemas.contact import Contact
from schemas.milestones.document import Cap
from schemas.moment import parse_rfc3339
from stream.core.celebration.cap import room_at
from stream.core.celebration.hours import spread
from stream.core.celebration.manner import Manner, Manners
from stream.core.celebration.person import PersonRow, Waiting
from stream.core.celebration.reach import reach
from stream.core.celebration.subject import Subject, against
from stream.core.celebration.timing import Timing
from stream.core.celebration.verdict import Later, Verdict, refusals


def weigh(
    manners: Manners, subject: Subject, waiting: Waiting, contact: Contact | None, row: PersonRow, now_ms: int
) -> list[Verdict | Later]:
    """Decide on the channels that are not decided yet, in their order; `contact` is the profile, None without one."""
    manner = manners.of(subject.milestone)
    if (ruled_out := against(subject)) is not None:
        return [*refusals(waiting.channels, *ruled_out)]
    if manner is None:
        return [*refusals(waiting.channels, "retired")]
    look = _Look(manners.cap, manners.timing, manner, subject, waiting, contact, row, now_ms)
    return look.decide()


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at a subject that its milestone's manner still celebrates."""

    cap: Cap | None
    timing: Timing
    manner: Manner
    subject: Subject
    waiting: Waiting
    contact: Contact | None
    row: PersonRow
    now_ms: int

    def decide(self) -> list[Verdict | Later]:
        if self._is_stale(self.now_ms):
            return [*refusals(self.waiting.channels, "stale")]
        if self.contact is None:
            return [self._without_profile(channel) for channel in self.waiting.channels]
        if not self.manner.audience.holds(self.contact.attributes, self.row.numbers):
            return [*refusals(self.waiting.channels, "audience")]
        return [self._on_channel(self.contact, channel) for channel in self.waiting.channels]

    @property
    def _grace_ends_ms(self) -> int:
        return self.waiting.arrived_ms + self.timing.grace_ms

    def _is_stale(self, at_ms: int) -> bool:
        fresh_ms = self.manner.fresh_ms
        return fresh_ms is not None and at_ms > parse_rfc3339(self.subject.occurred_at) + fresh_ms

    def _without_profile(self, channel: Channel) -> Verdict | Later:
        if self.now_ms >= self._grace_ends_ms:
            return Verdict(channel, because="contact_unknown")
        if channel not in self.manner.channels:
            return Verdict(channel, because="channel_off")
        return Later(channel, self._grace_ends_ms)

    def _on_channel(self, contact: Contact, channel: Channel) -> Verdict | Later:
        if channel not in self.manner.channels:
            return Verdict(channel, because="channel_off")
        found = reach(contact, self.row.standing, channel)
        if found.because is None:
            return self._in_time(contact.time_zone or self.manner.zone, Verdict(channel, found.targets))
        if found.because in ("consent", "unreachable") and self.now_ms < self._grace_ends_ms:
            return Later(channel, self._grace_ends_ms)
        return Verdict(channel, because=found.because)

    def _in_time(self, zone: str, yes: Verdict) -> Verdict | Later:
        """Say yes now, or when the hours and the cap allow it; no where that is too late."""
        now_ms = self.now_ms
        room_ms = now_ms if self.waiting.released else room_at(self.cap, self.row.released, now_ms)
        if room_ms > now_ms and self.cap is not None and self.cap.then == "drop":
            return Verdict(yes.channel, because="over_cap")
        opening = self.manner.opening.next_open(room_ms, zone)
        if opening is None:
            return Verdict(yes.channel, because="stale", detail="no_opening")
        at_ms, closes_ms = opening
        if at_ms <= now_ms:
            return yes
        if at_ms > room_ms:
            at_ms = spread(at_ms, closes_ms, self.timing.spread_ms, self.subject.id)
        return Verdict(yes.channel, because="stale") if self._is_stale(at_ms) else Later(yes.channel, at_ms)
