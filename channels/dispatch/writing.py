"""A record to be written before a delivery counts as finished."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from channels.dispatch.claim import Claim
from schemas.dead_letter import Headers


@dataclass(frozen=True, slots=True)
class Writing:
    """One record. `partition` None: where murmur2 places the key."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    partition: int | None = None


EndedAt = Callable[[Claim, int, Sequence[Writing]], None]
"""Takes what an ended delivery writes: its claim, its offset, the records."""
