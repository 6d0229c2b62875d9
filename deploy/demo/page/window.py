"""What the page may look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from deploy.demo.people import Person
from deploy.demo.received import Received
from templates.languages.languages import Languages


@dataclass(frozen=True, slots=True)
class Window:
    """The demo through the eyes of the page. `received` only grows; `languages` are those of the installation;
    `explain` gives the screen of `cairn contact explain` for a contact, and may take a second.
    """

    received: Sequence[Received]
    people: Mapping[str, Person]
    languages: Languages
    explain: Callable[[str], str]
