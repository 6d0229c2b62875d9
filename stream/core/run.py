"""A run of days or weeks while an event is counted: which gaps count, in which zone it is read."""

from __future__ import annotations

from stream.core.gaps import MINUTE_MS, OF_DAYS, OF_WEEKS, REMEMBERED, Gap, misses, pack, periods, split, unpack
from stream.core.streak_row import SETTLED, STAND_IN, Reading, Streak, settle_length

MOST_ZONES = 3
"""Zones beside that of the newest event which a run is read in: 24 bytes each, in the row of who travels."""


class Run:
    """A streak, unpacked, while an event is counted."""

    def __init__(self, streak: Streak, weeks: bool, lateness_ms: int) -> None:
        self._streak = streak
        self._weeks = weeks
        self._bounds = OF_WEEKS if weeks else OF_DAYS
        self._lateness_ms = lateness_ms
        self._floor = streak.start + streak.floor
        self._gaps = unpack(streak.gaps, self._floor) if streak.gaps else []
        self._settled = streak.kind // SETTLED
        newest = streak.newest_ms // MINUTE_MS
        self._newest = newest
        self._current = Reading(streak.zone, streak.start, streak.entered, newest)
        self._others = streak.others or []

    def count(self, at_ms: int, zone: str | None, product_zone: str) -> tuple[int, int]:
        """Count an event that is late at most by the lateness; return the length of the newest run, and of its own."""
        streak = self._streak
        name = self._settle_zone(zone, product_zone)
        minute = at_ms // MINUTE_MS
        if at_ms >= streak.newest_ms:
            if minute - self._newest >= self._bounds.harmless:
                self._gaps.append(Gap(self._newest, minute))
            streak.newest_ms, self._newest = at_ms, minute
            self._move_on()
            if name != self._current.zone:
                self._go_to(name, minute)
            self._current.last = minute
            length = longest = self._newest_run()
        else:
            self._take_late(minute)
            if name != self._current.zone:
                self._note(name, minute)
            elif self._current.first > minute:
                self._current.first = minute
            length, longest = self._newest_run(), self._run_of(minute)
        self._write_back(length)
        return length, longest

    def _settle_zone(self, zone: str | None, product_zone: str) -> str:
        """Return the zone to read the event in. One that is known takes the stand-in's place, from the first event on:
        what the profile says now it said then, and came too late."""
        streak = self._streak
        if not streak.kind & STAND_IN:
            return zone or streak.zone
        name = zone or product_zone
        if zone is not None:
            streak.kind &= ~STAND_IN
        if name != self._current.zone:
            self._current.zone = name
            self._current.start = self._start_in(name)
        return name

    def _move_on(self) -> None:
        """Settle the gaps that no event can come into any more."""
        horizon = (self._streak.newest_ms - self._lateness_ms) // MINUTE_MS
        while self._settled < len(self._gaps) and (gap := self._gaps[self._settled]).end <= horizon:
            for reading in (self._current, *self._others):
                if misses(gap, reading.zone, weeks=self._weeks):
                    reading.start = gap.end
            self._settled += 1
            if gap.end - gap.start >= self._bounds.fatal or self._settled > REMEMBERED:
                self._forget(self._settled if gap.end - gap.start >= self._bounds.fatal else 1)
        self._others = [each for each in self._others if each.last >= each.start]

    def _forget(self, count: int) -> None:
        """Forget the first gaps, and what any zone would have read up to there."""
        self._floor = self._gaps[count - 1].end
        del self._gaps[:count]
        self._settled -= count

    def _start_in(self, zone: str) -> int:
        """Return since when, as far as is known, no period of the zone is missed before the gaps not yet settled."""
        start = self._floor
        for gap in self._gaps[: self._settled]:
            if misses(gap, zone, weeks=self._weeks):
                start = gap.end
        return start

    def _go_to(self, zone: str, minute: int) -> None:
        """Read the newest event in another zone than the one before it."""
        left = self._current
        if not self._others:
            left.first = min(self._floor, left.start)  # there was no other before
        self._current = self._reading(zone, minute)
        self._others = [left, *(each for each in self._others if each.zone != zone)]
        if len(self._others) > MOST_ZONES:
            self._others.remove(max(self._others, key=lambda each: _rank((self._newest_start(each), minute, each))))

    def _note(self, zone: str, minute: int) -> None:
        """Read a late event in another zone than the newest."""
        if not self._others:
            self._current.first = min(self._floor, self._current.start)
        found = self._reading(zone, minute)
        found.first, found.last = min(found.first, minute), max(found.last, minute)
        if found not in self._others and len(self._others) < MOST_ZONES:
            self._others = [*self._others, found]

    def _reading(self, zone: str, minute: int) -> Reading:
        for each in self._others:
            if each.zone == zone:
                return each
        return Reading(zone, self._start_in(zone), minute, minute)

    def _take_late(self, minute: int) -> None:
        if minute < self._floor:
            # Only what has begun within the lateness can have had an earlier beginning.
            if self._floor - minute >= self._bounds.harmless:
                self._gaps.insert(0, Gap(minute, self._floor))
            self._floor = minute
        else:
            split(self._gaps, minute, self._bounds)
        for reading in (self._current, *self._others):
            reading.start = min(reading.start, minute)

    def _newest_run(self) -> int:
        """Return the length of the newest run."""
        if not self._others:
            return self._length(self._newest_start(self._current), self._newest, self._current)
        runs = [(self._newest_start(each), self._newest, each) for each in (self._current, *self._others)]
        return self._length(*min((run for run in runs if run[2].last >= run[0]), key=_rank))

    def _run_of(self, minute: int) -> int:
        """Return the length of the run of a late event."""
        runs = [(*self._around(minute, each), each) for each in (self._current, *self._others)]
        # It was in force at the event itself, or the event could not have been read in it.
        inside = [run for run in runs if run[2].first <= run[1] and run[2].last >= run[0]]
        return self._length(*min(inside or runs, key=_rank))

    def _length(self, start: int, end: int, reading: Reading) -> int:
        return periods(start, end, reading.zone, weeks=self._weeks)

    def _newest_start(self, reading: Reading) -> int:
        for gap in reversed(self._gaps[self._settled :]):
            if misses(gap, reading.zone, weeks=self._weeks):
                return gap.end
        return reading.start

    def _around(self, minute: int, reading: Reading) -> tuple[int, int]:
        """Return from when to when no period of the zone is missed around a late event."""
        start, end = reading.start, self._newest
        for gap in self._gaps[self._settled :]:
            if misses(gap, reading.zone, weeks=self._weeks):
                if gap.end > minute:
                    return start, gap.start
                start = gap.end
        return start, end

    def _write_back(self, length: int) -> None:
        streak, current = self._streak, self._current
        streak.zone, streak.start = current.zone, current.start
        streak.floor = self._floor - current.start
        streak.gaps = pack(self._gaps, self._floor) if self._gaps else []
        streak.kind = streak.kind % SETTLED + self._settled * SETTLED
        streak.others = self._others or None
        streak.entered = current.first if self._others else 0
        settle_length(streak, length, self._weeks)


def _rank(run: tuple[int, int, Reading]) -> tuple[int, int, str]:
    """The lowest counts: the run that lasts longest, then the zone that was in force first."""
    start, end, reading = run
    return start - end, reading.first, reading.zone
