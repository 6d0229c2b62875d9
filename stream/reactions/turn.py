"""One record before one reaction: the value, where it came from, and how often it failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stream.reactions.record import ReactionRecord


@dataclass(slots=True, eq=False)
class Turn:
    """`event` is Faust's, to be acknowledged once; `epoch` is the assignment it was read under."""

    value: Any
    record: ReactionRecord
    event: Any
    epoch: int | None
    failures: int = 0
    failed_at: float | None = None
    """When it failed first, on the steady clock."""
