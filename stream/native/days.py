"""Days of zones for the extension, which keeps the answers: the zone database is read in one place, the core."""

from __future__ import annotations

from schemas.event_zone import zone_of
from stream.core.zones import date_of, day_of, day_parts, days_last, midnight_ms, skipped_days, week_of

_QUARTER_MS = 900_000


class Days:
    """Answers the extension's questions. It asks for the beginning of a quarter of an hour, once."""

    __slots__ = ()

    def day(self, zone: str, at_ms: int) -> tuple[int, int, int, int] | None:
        """Return the local day of a moment: its number, start, end, and the end of its ISO week (all epoch ms).

        None where the day does not hold from its start to its end, begins or ends within a quarter of an hour, lies at
        an edge of the calendar, or is one of a zone that once skipped a date: there the core reckons each event itself.
        """
        try:
            if skipped_days(zone):
                return None
            day = day_of(at_ms, zone)
            start, end = midnight_ms(date_of(day), zone), midnight_ms(date_of(day + 1), zone)
            week_end = midnight_ms(date_of(week_of(day) * 7 + 4), zone)
            if start % _QUARTER_MS or end % _QUARTER_MS or not start <= at_ms < end:
                return None
            if any(day_of(each, zone) != day for part in day_parts(day, zone) for each in (part[0], part[1] - 1)):
                return None
            # What the core says of the last moment of this quarter holds for all of it.
            late = at_ms + _QUARTER_MS - 1
            if day_of(late, zone) != day or days_last(at_ms, day + 1, zone) != end:
                return None
        except OverflowError:
            return None
        return day, start, end, week_end

    def is_zone(self, name: str) -> bool:
        """Whether an event may name this zone as it does; other spellings go through the door."""
        return zone_of(name) == name
