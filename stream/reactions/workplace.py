"""What all reactions of an app share: its ledger, its hands, its figures, and the ways out for what fails."""

from __future__ import annotations

from typing import Protocol

from schemas.errors import CairnError
from stream.reactions.hands import Hands
from stream.reactions.ledger import Ledger
from stream.reactions.reaction import Reaction
from stream.reactions.record import ReactionRecord


class ReactionFigures(Protocol):
    """Counts what reactions do."""

    def handled(self, reaction: str, seconds: float) -> None:
        """A record is done."""
        ...

    def failed(self, reaction: str) -> None:
        """A record failed, and is tried again."""
        ...


class Workplace(Protocol):
    """An app, as its reactions see it."""

    ledger: Ledger
    hands: Hands

    @property
    def figures(self) -> ReactionFigures:
        """What is counted."""
        ...

    def id_of(self, reaction: Reaction) -> str:
        """The app's name, a slash, and the reaction's."""
        ...

    def full(self, topic: str) -> str:
        """A topic's name with its prefix."""
        ...

    def patience_of(self, reaction: Reaction) -> float:
        """Seconds for which one record is tried."""
        ...

    @property
    def longest_pause(self) -> float:
        """Seconds between two tries at most."""
        ...

    async def set_aside(
        self, reaction: Reaction, record: ReactionRecord, code: str, message: str, pointer: str
    ) -> None:
        """Write a dead letter, and come back once the brokers have it."""
        ...

    async def wait_moved(self, epoch: int | None, seconds: float) -> None:
        """Wait so long, or until the assignment of that epoch is over."""
        ...

    def fail(self, error: CairnError) -> None:
        """End the worker with this error."""
        ...
