"""A figure to reach, and by how much it was not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """`limit` in the unit of what is measured; `at_least` says which side of it is good; `text` is for readers."""

    text: str
    limit: float
    at_least: bool

    def verdict(self, measured: float) -> str:
        """Say `reached`, or by how many percent of the limit it was missed."""
        short = (self.limit - measured if self.at_least else measured - self.limit) / self.limit
        if short <= 0:
            return "reached"
        return f"missed by {short * 100:.0f} %" if short >= 0.01 else "missed by less than 1 %"


def at_least(limit: float, text: str) -> Target:
    """More is better."""
    return Target(f"≥ {text}", limit, at_least=True)


def at_most(limit: float, text: str) -> Target:
    """Less is better."""
    return Target(f"≤ {text}", limit, at_least=False)
