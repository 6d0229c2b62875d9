"""A record to be written before a delivery counts as finished."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.dead_letter import Headers


@dataclass(frozen=True, slots=True)
class Writing:
    """One record. `partition` None: where murmur2 places the key."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    partition: int | None = None
