"""What people call a crossing or nudge. Pure."""

from __future__ import annotations

from typing import NamedTuple

from stream.core.celebration.subject import Subject


class Named(NamedTuple):
    """Another crossing or nudge that something is said of: its id, and what people call it."""

    id: str
    name: str

    @classmethod
    def of(cls, subject: Subject) -> Named:
        """Name it."""
        return cls(subject.id, name_of(subject.milestone, subject.occurrence))


def name_of(milestone: str, occurrence: int) -> str:
    """Return what people call a milestone that may come again."""
    return milestone if occurrence == 1 else f"{milestone}, occurrence {occurrence}"
