"""Zones: which local day a moment falls on, and when a local day begins."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from schemas.moment import EPOCH, epoch_ms
from schemas.time_zone import canonical_zone

_QUARTER_MS = 900_000
_EPOCH_DAY = date(1970, 1, 1).toordinal()


def day_of(at_ms: int, zone: str) -> int:
    """Return the local date of a moment (epoch ms) as days since 1970-01-01.

    A zone that is not known counts as UTC: a machine with an older database must not stop at a contact.

    Raises:
        OverflowError: the moment lies outside the years 1 to 9999.
    """
    day = _day_of_quarter(zone, at_ms // _QUARTER_MS)
    return _local_day(at_ms, zone) if day is None else day


def days_last(at_ms: int, end: int, zone: str) -> int:
    """Return a moment (epoch ms) up to which every one from ``at_ms`` on, whose local day is below ``end``, has a day
    below it too; ``at_ms`` itself if that is not known.

    It is the first moment of ``end``. A date goes and comes again only where a clock is set back after midnight: since
    2000 a minute past it, and of such a quarter of an hour nothing is said (and once, in Casey in 2010, at 02:00).
    """
    if _day_of_quarter(zone, at_ms // _QUARTER_MS) is None:
        return at_ms
    try:
        return midnight_ms(date_of(end), zone)
    except OverflowError:
        return at_ms


def week_of(day: int) -> int:
    """Return the number of the ISO week (Monday to Sunday) of a day since 1970-01-01, which was a Thursday."""
    return (day + 3) // 7


@lru_cache(maxsize=1 << 12)
def day_parts(day: int, zone: str) -> tuple[tuple[int, int, int], ...]:
    """Return the parts of a local day (since 1970-01-01) between two changes of the clock: (start, end, offset).

    All are ms, start and end of the epoch; offset is what the clock is ahead of UTC. Most days have one part. A date
    that a country skipped has none.

    Raises:
        OverflowError: the day lies outside the years 1 to 9999.
    """
    start, end = midnight_ms(date_of(day), zone), midnight_ms(date_of(day + 1), zone)
    parts = []
    while start < end:
        offset = _offset_ms(start, zone)
        early, late = start, end
        if _offset_ms(end - 1, zone) == offset:
            early = end
        while late - early > 1000:  # clocks change at whole seconds
            middle = (early + late) // 2000 * 1000
            if _offset_ms(middle, zone) == offset:
                early = middle
            else:
                late = middle
        parts.append((start, late, offset))
        start = late
    return tuple(parts)


def date_of(day: int) -> date:
    """Return the date so many days after 1970-01-01. Raises OverflowError beyond the year 9999."""
    try:
        return date.fromordinal(_EPOCH_DAY + day)
    except ValueError as error:  # before the year 1 or after 9999
        raise OverflowError(f"day {day} has no date") from error


@lru_cache(maxsize=1024)
def skipped_days(zone: str) -> tuple[int, ...]:
    """Return the dates (days since 1970-01-01) that never were in the zone, as 30 December 2011 in Samoa.

    It moved to the other side of the date line then. A clock is ahead by another half day from one year to the next
    only where that happens.
    """
    found: list[int] = []
    early = epoch_ms(datetime(1970, 1, 1, tzinfo=UTC))
    for year in range(1971, _LAST_LISTED_YEAR + 1):
        late = epoch_ms(datetime(year, 1, 1, tzinfo=UTC))
        if _offset_ms(late, zone) - _offset_ms(early, zone) > _HALF_DAY_MS:
            found += _skipped_between(early, late, zone)
        early = late
    return tuple(found)


_HALF_DAY_MS = 12 * 3_600_000
_LAST_LISTED_YEAR = 2038
"""The database lists changes of the clock up to 2037; afterwards it only knows of summer and winter."""


def _skipped_between(early: int, late: int, zone: str) -> range:
    before = _offset_ms(early, zone)
    while late - early > 1000:
        middle = (early + late) // 2000 * 1000
        if _offset_ms(middle, zone) - before > _HALF_DAY_MS:
            late = middle
        else:
            early = middle
    return range(_local_day(late - 1, zone) + 1, _local_day(late, zone))


@lru_cache(maxsize=1 << 14)
def midnight_ms(local: date, zone: str) -> int:
    """Return the first moment (epoch ms) of a local date: 00:00, the first one if the clock shows it twice.

    Where the clock skips midnight it is the first moment after; where it skips the whole date, the next date's first.

    Raises:
        OverflowError: the moment lies outside the years 1 to 9999.
    """
    place = _zone(zone)
    wall = datetime(local.year, local.month, local.day, tzinfo=place)
    begin = wall.astimezone(UTC)
    if begin.astimezone(place).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return epoch_ms(begin)
    # Skipped: `fold` reads the clock as it would be had it not changed (0), or had it changed before (1). The change
    # lies between, and everything after it is the date or later.
    early, late = epoch_ms(wall.replace(fold=1).astimezone(UTC)) // 1000, epoch_ms(begin) // 1000
    day = local.toordinal() - _EPOCH_DAY
    while early < late:
        middle = (early + late) // 2
        if _local_day(middle * 1000, zone) >= day:
            late = middle
        else:
            early = middle + 1
    return late * 1000


@lru_cache(maxsize=1 << 14)
def _day_of_quarter(zone: str, quarter: int) -> int | None:
    """Return the local day of a quarter of an hour; None where it is not one and the same all through.

    Since 2000 midnights lie on quarters of an hour everywhere. But a few zones (St. John's until 2011) set the clock
    back at 00:01, so that the date lasts for a minute, goes and comes again.
    """
    first = _local_day(quarter * _QUARTER_MS, zone)
    last = _local_day((quarter + 1) * _QUARTER_MS - 1, zone)
    return first if first == last else None


def _local_day(at_ms: int, zone: str) -> int:
    return (EPOCH + timedelta(milliseconds=at_ms)).astimezone(_zone(zone)).toordinal() - _EPOCH_DAY


def _offset_ms(at_ms: int, zone: str) -> int:
    offset = (EPOCH + timedelta(milliseconds=at_ms)).astimezone(_zone(zone)).utcoffset()
    return 0 if offset is None else round(offset.total_seconds() * 1000)


@lru_cache(maxsize=1024)
def _zone(zone: str) -> tzinfo:
    name = canonical_zone(zone)
    return ZoneInfo(name) if name else UTC
