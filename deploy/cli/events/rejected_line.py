"""A line that the tracker would reject: where, why, and what cures it."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.cli.events.line_record import LineRecord
from schemas.examination import examine
from schemas.limits import Limits
from schemas.reject_codes import CODES
from schemas.rejection import Rejection


@dataclass(frozen=True)
class RejectedLine:
    """One verdict of the door about one line."""

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


def rejected(number: int, record: LineRecord, now_ms: int, limits: Limits) -> RejectedLine | None:
    """What the tracker's door says against the record of line `number`; None when it would be let in."""
    verdict = examine(record, now_ms, limits)
    if isinstance(verdict, Rejection):
        return RejectedLine(number, verdict.code, verdict.pointer, verdict.message)
    return None
