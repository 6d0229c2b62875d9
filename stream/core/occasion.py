"""The occasion of a crossing: an event, or a time that came."""

from __future__ import annotations

from typing import NamedTuple


class Occasion(NamedTuple):
    """Whom it concerns, when it was (epoch ms), and whether it only fills in the past."""

    contact_id: str
    at_ms: int
    backfill: bool = False
