"""Settings of earlier releases that are gone, each with why nobody needs it; a file that has one is told so."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

REMOVED: Mapping[str, str] = MappingProxyType(
    {"tracker.partitioner_check": "every key without a row is checked now, by tracker and planner"}
)
"""By dotted key."""
