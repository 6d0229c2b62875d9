"""One mistake or piece of advice about a milestones file, with its place and its cure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

Path = tuple[str | int, ...]
"""Where a value stands in the file: keys and list indexes from the top, ``("milestones", 2, "when")``."""


class Severity(StrEnum):
    """How much a problem matters: an error stops the file from being used, advice never blocks."""

    ERROR = "error"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a text; both numbers count from 1, and 0 means "not from a text"."""

    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and how to fix it.

    ``message`` is a sentence without the place; ``hint`` is the cure, or empty when the message already
    says it.
    """

    file: str
    position: Position
    message: str
    hint: str = ""
    severity: Severity = field(default=Severity.ERROR)

    @property
    def where(self) -> str:
        """The place as editors and terminals understand it: ``milestones.yaml:12:5``."""
        if not self.position.line:
            return self.file
        return f"{self.file}:{self.position.line}:{self.position.column}"

    def __str__(self) -> str:
        mark = "advice: " if self.severity is Severity.ADVICE else ""
        text = f"{self.where}: {mark}{self.message}"
        return f"{text}\n    {self.hint}" if self.hint else text


@dataclass(frozen=True, slots=True)
class Mistake:
    """A problem whose place is still a path, relative to the value that was being read."""

    at: Path
    message: str
    hint: str = ""
