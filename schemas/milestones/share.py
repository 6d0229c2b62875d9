"""Shares of contacts and of thresholds, written as percentages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from schemas.milestones.mistakes import malformed, shown, written

_PERCENTAGE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,2})?) ?%")


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole in hundredths of a percent: ``5%`` is 500, ``100%`` is 10,000."""

    basis_points: int

    @property
    def is_everybody(self) -> bool:
        """Whether it is the whole."""
        return self.basis_points == 10_000

    def __str__(self) -> str:
        return f"{Decimal(self.basis_points) / 100:f}%"


def read_share(raw: object) -> Share:
    """Read a percentage from 0% to 100% with at most two decimal places. Raises MalformedError."""
    if isinstance(raw, Share):
        return raw
    if not isinstance(raw, str):
        cure = (
            f"write {raw}%" if isinstance(raw, int | Decimal) and raw is not True and raw is not False else "write 5%"
        )
        raise malformed(f"{shown(raw)} is not a percentage", cure)
    match = _PERCENTAGE.fullmatch(raw.strip())
    if not match:
        raise malformed(f"{shown(raw)} is not a percentage", "write a number from 0 to 100 and %, such as 5% or 2.5%")
    points = int(Decimal(match[1]) * 100)
    if points > 10_000:
        raise malformed(f"{shown(raw)} is more than 100%", "write a percentage from 0% to 100%")
    return Share(points)


Percentage = Annotated[
    Share,
    *written(
        read_share,
        {
            "type": "string",
            "pattern": r"^[0-9]{1,3}(\.[0-9]{1,2})? ?%$",
            "description": "A percentage, such as 5%",
        },
    ),
]
