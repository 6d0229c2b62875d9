"""A line of the file that cannot be imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """What is wrong with the line of this number, which counts from 1 as editors do, and what mends it."""

    line: int
    what: str
    fix: str

    def document(self) -> dict[str, Any]:
        """For --json."""
        return {"line": self.line, "message": self.what, "hint": self.fix}
