"""Moments as days in a zone."""

from __future__ import annotations

from datetime import UTC, date, tzinfo
from zoneinfo import ZoneInfo

import msgspec

from channels.render.error import RenderError
from schemas.moment import Aware
from schemas.time_zone import canonical_zone


def zone_of(name: str) -> tzinfo:
    """Return the zone that a message names (`schemas.time_zone`); UTC where there is none, for others may write it."""
    zone = canonical_zone(name)
    return ZoneInfo(zone) if zone else UTC


def day_in(moment: str, zone: tzinfo) -> date:
    """Return the day of a moment (RFC 3339) in a zone.

    Raises:
        RenderError: it is no moment, or beyond the calendar.
    """
    try:
        return msgspec.convert(moment, Aware).astimezone(zone).date()
    except (ValueError, OverflowError):
        raise RenderError("a time is not of its form") from None
