"""What a reader who is told everything knows of the contact. It has no line of the planner's but the hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from schemas.channel import CHANNELS, Channel
from schemas.delivery import Target, place_of
from schemas.milestones.hours import read_hours, read_window
from stream.core.celebration.hours import Opening
from tests.stream.planner.story.rules import DAY_MS, Entry, File

GRACE_MS = 15 * 60_000
SPREAD_MS = 15 * 60_000
ZONE = "Europe/Paris"
PLACES: dict[Channel, tuple[str, ...]] = {
    "email": ("ada@example.com",),
    "web_push": ("https://push.example/1",),
    "mobile_push": ("token-1", "token-2"),
}


@dataclass(frozen=True)
class Story:
    """A crossing or nudge that was written."""

    id: str
    milestone: str
    metric: str
    threshold: int
    at_ms: int
    """When it happened."""
    came_ms: int
    jump: int | None = None
    is_nudge: bool = False
    celebrate: bool = True
    holdout: bool = False

    def related(self, other: Story) -> bool:
        return self.metric == other.metric or (self.jump is not None and self.jump == other.jump)


@dataclass
class Person:
    """Profile and standing as of now."""

    file: File
    profile: dict[Channel, bool] | None = None
    """Whether it agrees to each channel and has a place there; None without a profile."""
    is_pro: bool = False
    closed: dict[Channel, int] = field(default_factory=dict)
    opened: dict[Channel, int] = field(default_factory=dict)
    muted_ms: int = 0
    unmuted_ms: int = 0
    numbers: dict[str, int] = field(default_factory=dict)

    def says_no(self, channel: Channel) -> bool:
        """Whether the contact has told us not to, on this channel or on all."""
        if self.muted_ms and self.muted_ms >= self.unmuted_ms:
            return True
        closed_ms = self.closed.get(channel, 0)
        return closed_ms > 0 and closed_ms >= self.opened.get(channel, 0)

    def reaches(self, channel: Channel) -> bool:
        return self.profile is not None and self.profile[channel] and not self.says_no(channel)

    def is_place(self, target: Target, channel: Channel) -> bool:
        return place_of(target) in PLACES[channel]

    def entry(self, story: Story) -> Entry:
        return self.file.of(story.milestone)

    def is_major(self, story: Story) -> bool:
        return not story.is_nudge and self.entry(story).tier == "major"

    def fresh_until(self, story: Story) -> int:
        return story.at_ms + self.entry(story).fresh_days * DAY_MS

    def opens(self, story: Story, from_ms: int) -> int:
        """The first moment from then on that the hours allow."""
        window = read_window("weekdays 09:00-11:30") if self.entry(story).window else None
        quiet = read_hours("21:00-08:00") if self.file.quiet else None
        found = Opening(window, quiet).next_open(from_ms, ZONE)
        assert found is not None
        return found[0]

    def may_tell(self, story: Story, channel: Channel, now_ms: int) -> bool:
        """Whether it may be told on a channel, but for the hours and the cap."""
        entry = self.entry(story)
        return (
            story.celebrate
            and not story.holdout
            and not entry.retired
            and channel in entry.channels
            and self.reaches(channel)
            and (self.is_pro or not entry.pro_only)
            and now_ms <= self.fresh_until(story)
        )

    def reasons(self, story: Story, channel: Channel, now_ms: int) -> Iterator[str]:
        """Yield every reason against it that is true, but `over_cap` and `absorbed`."""
        entry = self.entry(story)
        waited = now_ms >= story.came_ms + GRACE_MS
        muted = 0 < self.muted_ms >= self.unmuted_ms
        opens_ms = self.opens(story, now_ms)
        if not story.celebrate:
            yield "not_celebrated"
        if story.holdout:
            yield "held_out"
        if entry.retired:
            yield "retired"
        if now_ms > self.fresh_until(story) or (opens_ms > now_ms and opens_ms + SPREAD_MS > self.fresh_until(story)):
            yield "stale"
        if channel not in entry.channels:
            yield "channel_off"
        if entry.pro_only and self.profile is not None and not self.is_pro:
            yield "audience"
        if story.is_nudge and self.numbers.get(story.metric, 0) >= story.threshold:
            yield "reached"
        if muted:
            yield "muted"
        elif self.says_no(channel):
            yield "suppressed"
        if self.profile is None and waited:
            yield "contact_unknown"
        if self.profile is not None and not self.profile[channel] and waited:
            yield "consent" if channel != "mobile_push" else "unreachable"


def everywhere() -> dict[Channel, bool]:
    return dict.fromkeys(CHANNELS, True)
