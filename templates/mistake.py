"""One mistake in a template."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """What is wrong, where, and how to fix it. `file` is its path, `line` counts from 1."""

    file: str
    line: int
    message: str
    hint: str = ""

    @property
    def where(self) -> str:
        """The place as editors and terminals understand it: `templates/count/lead.txt:3`."""
        return f"{self.file}:{self.line}"

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}"
        return f"{text}\n    {self.hint}" if self.hint else text
