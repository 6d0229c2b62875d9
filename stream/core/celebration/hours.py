"""When a message may go out: a send window without the quiet hours, by the clock of the contact's own zone."""

from __future__ import annotations

from collections.abc import Iterator

from xxhash import xxh3_64_intdigest

from schemas.milestones.hours import Hours, Window
from stream.core.zones import day_of, day_parts

_MINUTE_MS = 60_000
_DAY_MS = 86_400_000
_THURSDAY = 3
"""The weekday of 1970-01-01."""
_DAYS_AHEAD = 15
"""Days looked at for the next opening: a window on one weekday comes again within 7, and the clock's changes can close
it once (a window of an hour that a spring night skips)."""

_NEVER = (0, 0, 0)


class Opening:
    """Minutes of the week in which messages may go out; 0 is Monday 00:00 of the contact's clock."""

    __slots__ = ("_days", "_known", "always")

    def __init__(self, window: Window | None, quiet: Hours | None) -> None:
        minutes = window.hours.minutes() if window else frozenset(range(1440))
        minutes -= quiet.minutes() if quiet else frozenset()
        runs = tuple(_runs(sorted(minutes)))
        self._days = tuple(runs if window is None or day in window.days else () for day in range(7))
        self.always = runs == ((0, 1440),) and all(self._days)
        self._known: dict[str, tuple[int, int, int]] = {}
        """By zone, what was found last: from the first of these moments on, the next opening is from the second to the
        third. All contacts of a zone share it, so it is reckoned a few times a day; there are 600 zones at most."""

    def is_open(self, at_ms: int, zone: str) -> bool:
        """Whether a message may go out at a moment (epoch ms)."""
        return self.always or any(start <= at_ms < end for start, end in self._spans(day_of(at_ms, zone), zone))

    def next_open(self, from_ms: int, zone: str) -> tuple[int, int] | None:
        """Return the first moment from `from_ms` on at which a message may go out, and when it closes again.

        Both are epoch ms. None: not within two weeks, as when the quiet hours leave nothing.
        """
        if self.always:
            return from_ms, from_ms + _DAYS_AHEAD * _DAY_MS
        since_ms, start, end = self._known.get(zone, _NEVER)
        if not since_ms <= from_ms < end:
            found = self._first(from_ms, zone)
            if found is None:
                return None
            start, end = found
            self._known[zone] = from_ms, start, end
        return max(start, from_ms), end

    def _first(self, from_ms: int, zone: str) -> tuple[int, int] | None:
        """Return the first span that ends after a moment."""
        today = day_of(from_ms, zone)
        for day in range(today, today + _DAYS_AHEAD):
            for start, end in self._spans(day, zone):
                if end > from_ms:
                    return start, end
        return None

    def _spans(self, day: int, zone: str) -> Iterator[tuple[int, int]]:
        """Yield the open spans (epoch ms) of a local day, in order; an hour that comes twice is looked at twice."""
        for part_start, part_end, offset_ms in day_parts(day, zone):
            midnight_ms = day * _DAY_MS - offset_ms
            for first, last in self._days[(day + _THURSDAY) % 7]:
                start = max(part_start, midnight_ms + first * _MINUTE_MS)
                end = min(part_end, midnight_ms + last * _MINUTE_MS)
                if start < end:
                    yield start, end


def spread(from_ms: int, until_ms: int, longest_ms: int, name: str) -> int:
    """Return a moment from `from_ms` on, by a hash of `name`, so that not all go out when a window opens.

    It lies before `until_ms` and within `longest_ms`.
    """
    room = min(until_ms - from_ms, longest_ms)
    return from_ms + xxh3_64_intdigest(name.encode()) % room if room > 0 else from_ms


def _runs(minutes: list[int]) -> Iterator[tuple[int, int]]:
    start = previous = None
    for minute in minutes:
        if previous is None or minute != previous + 1:
            if start is not None and previous is not None:
                yield start, previous + 1
            start = minute
        previous = minute
    if start is not None and previous is not None:
        yield start, previous + 1
