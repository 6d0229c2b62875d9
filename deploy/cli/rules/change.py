"""What applying a file would change, as data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What happens to a subject."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class Field:
    """One value that differs, `before` and `after` as the file would write them; None is not there."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Past:
    """Contacts who are past a milestone when it comes; `recorded`: with `adoption: record_only`."""

    contacts: int
    threshold: str
    recorded: bool

    @property
    def words(self) -> str:
        """The sentence that apply prints."""
        if not self.contacts:
            return f"nobody is past {self.threshold} yet"
        who = "1 contact is" if self.contacts == 1 else f"{self.contacts:,} contacts are"
        outcome = "will be recorded, not celebrated" if self.recorded else "will not be celebrated"
        return f"{who} already past {self.threshold} and {outcome}"


@dataclass(frozen=True)
class Change:
    """One milestone, metric or part of the rest of the file (`subject`) that is not as in the rules in force.

    `summary` says what it is (or was), `fields` what differs, `remarks` what follows from it.
    """

    subject: str
    name: str
    kind: Kind
    summary: str = ""
    fields: tuple[Field, ...] = ()
    remarks: tuple[str, ...] = ()
    past: Past | None = None

    def counted(self, past: Past | None) -> Change:
        """The same, with who is past it."""
        return replace(self, past=past)

    def document(self) -> dict[str, Any]:
        """For --json."""
        return {
            "subject": self.subject,
            "name": self.name,
            "change": self.kind.value,
            "summary": self.summary or None,
            "fields": [{"field": each.name, "before": each.before, "after": each.after} for each in self.fields],
            "remarks": [*self.remarks],
            "already_past": self.past and {"contacts": self.past.contacts, "recorded": self.past.recorded},
        }
