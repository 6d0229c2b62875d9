"""What the parts that speak to Kafka ask of the app that they read for."""

from __future__ import annotations

from typing import Any, Protocol

from schemas.errors import CairnError
from stream.reactions.beginning import Terms
from stream.reactions.figures import AppFigures
from stream.reactions.ledger import Ledger


class Reading(Protocol):
    """An app, as its consumer and its dead letters see it."""

    name: str
    ledger: Ledger
    figures: AppFigures
    failure: CairnError | None
    producer: Any
    """Faust's."""

    @property
    def terms(self) -> Terms:
        """How it begins to read."""
        ...

    def full(self, topic: str) -> str:
        """A topic's name with its prefix."""
        ...

    def fail(self, error: BaseException) -> None:
        """End the worker with this error. Any thread may call it."""
        ...

    def moved(self) -> None:
        """The assignment is over."""
        ...

    async def maybe_start_producer(self) -> Any:
        """Return the producer, started."""
        ...


class Taking(Protocol):
    """The consumer, as the thread of its client sees it."""

    def reads(self, assignment: object) -> bool:
        """Whether what was fetched under this assignment of the client's is taken in."""
        ...
