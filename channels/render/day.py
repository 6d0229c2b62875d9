"""Moments as days in a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from channels.render.error import RenderError
from schemas.moment import parse_rfc3339


def zone_of(name: str) -> tzinfo:
    """Return the zone of this IANA name; UTC where there is none, for a profile may say anything."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def day_in(moment: str, zone: tzinfo) -> date:
    """Return the day of a moment (RFC 3339) in a zone.

    Raises:
        RenderError: it is no moment, or beyond the calendar.
    """
    try:
        return datetime.fromtimestamp(parse_rfc3339(moment) / 1000, zone).date()
    except (ValueError, OverflowError, OSError):
        raise RenderError("a time is not of its form") from None
