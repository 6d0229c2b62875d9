"""`partition:offset`, how a user names one dead letter. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from schemas.errors import CairnError
from stream.runtime.exits import Exit

_NUMBER = re.compile(r"[0-9]{1,18}")
"""Of any length a client could not take it, and no partition is that long."""


class Position(NamedTuple):
    """One place in the dead-letter topic."""

    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.partition}:{self.offset}"


def parse_position(text: str) -> Position:
    """Read `3:88121`; raises `CairnError` (exit 2) for anything else."""
    partition, colon, offset = text.partition(":")
    if colon and all(_NUMBER.fullmatch(part) for part in (partition, offset)):
        return Position(int(partition), int(offset))
    raise CairnError(
        f"{text!r} is no position of a dead letter",
        where="the command line",
        fix="give partition:offset, as in 3:88121; `cairn dlq list` shows them",
        exit=Exit.USAGE,
    )
