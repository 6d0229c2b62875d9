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
    """Contacts who are past a milestone when it comes; `recorded`: with `adoption: record_only`.

    Only of one that was in force before, None else: `reached`, who has it on record; `going_on`, of `every N`, who
    stands at N or above, whatever was said to them.
    """

    contacts: int
    threshold: str
    recorded: bool
    reached: int | None = None
    going_on: int | None = None

    @property
    def words(self) -> str:
        """The sentence that apply prints."""
        if self.going_on is not None:
            return self._going_on(self.going_on)
        had = ""
        if self.reached:
            had = f"; {_contacts(self.reached, 'has', 'have')} reached it before, and not again"
        if not self.contacts:
            return f"nobody else is past {self.threshold} yet{had}" if had else f"nobody is past {self.threshold} yet"
        outcome = "will be recorded, not celebrated" if self.recorded else "will not be celebrated"
        return f"{_contacts(self.contacts, 'is', 'are')} already past {self.threshold} and {outcome}{had}"

    def document(self) -> dict[str, Any]:
        """For --json."""
        known = {"reached": self.reached, "going_on": self.going_on}
        said = {name: number for name, number in known.items() if number is not None}
        return {"contacts": self.contacts, "recorded": self.recorded, **said}

    def _going_on(self, contacts: int) -> str:
        first = self.threshold.removesuffix(OR_A_MULTIPLE)
        if not contacts:
            return f"nobody stands at {first} yet: it is next for everybody"
        recorded = ""
        if self.recorded and self.contacts:
            recorded = f"; what {self.contacts:,} of them have passed will be recorded, not celebrated"
        who = _contacts(contacts, "stands", "stand")
        return f"{who} at {first} or above, and the next multiple of it is next for each of them{recorded}"


OR_A_MULTIPLE = " or a multiple of it"
"""How the threshold of `every N` is said."""


def _contacts(number: int, one: str, several: str) -> str:
    return f"1 contact {one}" if number == 1 else f"{number:,} contacts {several}"


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
            "already_past": self.past and self.past.document(),
        }
