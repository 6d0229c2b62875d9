"""Somebody to try messages on: a made-up contact in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.contact import Contact
from schemas.delivery import Reached
from schemas.milestone_crossed import Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A contact with what lies behind them.

    - `id`: the name of the file without its suffix; it stands in links.
    - `about`: one line on what this contact is good for; may be empty.
    - `history`: milestones reached before, oldest first; None: those that lie below the milestone on its metric.
    - `also`: milestones that the same message tells, reached within `bundle` of the one shown.
    - `numbers`: the values of metrics, for audiences; that of the milestone's own metric follows from the milestone.
    """

    id: str
    about: str
    contact: Contact
    history: tuple[Reached, ...] | None
    numbers: Mapping[str, Number]
    also: tuple[Reached, ...] = ()

    @property
    def label(self) -> str:
        """How it is called where one chooses."""
        return self.contact.name or self.id.replace("-", " ").capitalize()
