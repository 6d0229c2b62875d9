"""The zone of a usage event: which one a field of it names."""

from __future__ import annotations

from schemas.limits import ZONE_LENGTH
from schemas.time_zone import canonical_zone


def zone_of(given: object) -> str | None:
    """Return the zone that the field names; None if it names none that is known, or is no text."""
    return canonical_zone(given) if isinstance(given, str) and len(given) <= ZONE_LENGTH else None
