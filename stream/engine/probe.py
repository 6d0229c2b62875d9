"""The steps of a transaction, named, so that a test can kill the process at any of them.

folded -> produced -> sent (offsets) -> committed -> stored
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Step(StrEnum):
    """A point that a transaction has just passed."""

    FOLDED = "folded"
    PRODUCED = "produced"
    SENT = "sent"
    COMMITTED = "committed"
    STORED = "stored"


Probe = Callable[[Step], None]


def no_probe(step: Step) -> None:
    """Pass by."""
