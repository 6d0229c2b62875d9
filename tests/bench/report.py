"""The report: what was run on what, the table of targets, and where the time goes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench.table import Line, lines_table, phases_table

PhasesOfRun = tuple[str, dict[str, tuple[float, float]]]


@dataclass(slots=True)
class Report:
    """Collects the lines of a run."""

    command: str
    machine: str
    day: str
    release: str
    notes: list[str]
    lines: list[Line] = field(default_factory=list)
    phases: list[PhasesOfRun] = field(default_factory=list)

    def markdown(self) -> str:
        """Return the report as docs/speed.md takes it."""
        parts: Sequence[str] = [
            f"`{self.command}` on {self.day}, {self.release}, {self.machine}.",
            *self.notes,
            lines_table(self.lines),
        ]
        if self.phases:
            parts = [*parts, "Where the time goes in the loop of one worker:", phases_table(self.phases)]
        return "\n\n".join(part.strip() for part in parts) + "\n"
