"""What the page may look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from deploy.demo.people import Person
from deploy.demo.received import Received


@dataclass(frozen=True, slots=True)
class Window:
    """The demo through the eyes of the page. `received` only grows; `explain` gives the screen of `cairn contact
    explain` for a contact, and may take a second.
    """

    received: Sequence[Received]
    people: Mapping[str, Person]
    explain: Callable[[str], str]
