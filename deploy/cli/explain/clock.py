"""Moments by the contact's own clock. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from deploy.cli.text import moment
from schemas.time_zone import zone_or
from stream.core.celebration.timing import Timing


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment of asking (epoch ms), and what the planner goes by: the zone (one that nobody knows is UTC), and how
    long it waits for things.
    """

    now_ms: int
    zone: str
    timing: Timing = field(default_factory=Timing)

    def local(self, at_ms: int) -> str:
        """A moment by the contact's clock, for people."""
        at = self._at(at_ms)
        if at is None:
            return moment(at_ms)
        return f"{at:%Y-%m-%d %H:%M:%S} {self._zone}"

    def local_iso(self, at_ms: int) -> str:
        """A moment by the contact's clock, RFC 3339 with its offset."""
        at = self._at(at_ms)
        return moment(at_ms) if at is None else at.isoformat(timespec="milliseconds")

    @property
    def _zone(self) -> str:
        return zone_or(self.zone, "UTC")

    def _at(self, at_ms: int) -> datetime | None:
        """None outside the calendar: a state may hold such a number."""
        try:
            return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(self._zone))
        except (OverflowError, ValueError, OSError):
            return None
