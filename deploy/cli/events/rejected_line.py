"""A line that the tracker would reject: where, why, and what cures it."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.reject_codes import CODES


@dataclass(frozen=True)
class RejectedLine:
    """One verdict about one line."""

    line: int
    code: str
    pointer: str
    message: str

    @property
    def hint(self) -> str:
        """The cure of the code."""
        return CODES[self.code].cure

    def document(self) -> dict[str, object]:
        """For --json."""
        return {
            "line": self.line,
            "code": self.code,
            "pointer": self.pointer,
            "message": self.message,
            "hint": self.hint,
        }
