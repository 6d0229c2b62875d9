"""A workplace without Kafka: reactions run on it by a clock that only waits move."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from schemas.errors import CairnError
from schemas.milestone_crossed import MilestoneCrossed, decode_crossing
from stream.reactions.hands import Hands
from stream.reactions.ledger import Ledger, Partition
from stream.reactions.reaction import OnError, Reaction, reaction
from stream.reactions.record import ReactionRecord
from stream.reactions.source import CROSSINGS

EXAMPLE = (Path(__file__).parents[3] / "schemas/examples/valid/milestone-crossed/contract.json").read_bytes()
CROSSING: MilestoneCrossed = decode_crossing(EXAMPLE)
AT = Partition("p-milestone-crossed", 0)


class StoppedError(Exception):
    """The worker ended."""


@dataclass
class Place:
    """A `Workplace`; everything that happens is in its lists."""

    patience: float = 60.0
    now: float = 1000.0
    longest_pause: float = 30.0
    handled_ids: list[str] = field(default_factory=list)
    failures: int = 0
    letters: list[tuple[int, str, str]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    failure: CairnError | None = None
    on_wait: Any = None

    def __post_init__(self) -> None:
        self.ledger = Ledger()
        self.hands = Hands(lambda: self.now)
        self.figures: Any = SimpleNamespace(handled=self._handled, failed=self._failed)

    def _handled(self, reaction: str, seconds: float) -> None:
        self.handled_ids.append(reaction)

    def _failed(self, reaction: str) -> None:
        self.failures += 1

    def id_of(self, reaction: Reaction) -> str:
        return f"app/{reaction.name}"

    def full(self, topic: str) -> str:
        return f"p-{topic}"

    def patience_of(self, reaction: Reaction) -> float:
        return self.patience if reaction.patience is None else reaction.patience

    async def set_aside(
        self, reaction: Reaction, record: ReactionRecord, code: str, message: str, pointer: str
    ) -> None:
        self.letters.append((record.offset(), code, message))

    async def wait_moved(self, epoch: int | None, seconds: float) -> None:
        if seconds == float("inf"):
            raise StoppedError
        self.waits.append(seconds)
        self.now += seconds
        if self.on_wait is not None:
            self.on_wait()

    def fail(self, error: CairnError) -> None:
        self.failure = error


def declared(function: Any, *, on_error: OnError = "stop", patience: float | None = None) -> Reaction:
    return reaction(function, CROSSINGS, name=None, on_error=on_error, patience=patience, concurrency=1)


class Events(AsyncIterator[Any]):
    """Records as Faust gives them, taken in by the ledger of the place; `done` are those that were acknowledged."""

    def __init__(self, place: Place, values: Sequence[bytes | None], **message: Any) -> None:
        self.done: list[int] = []
        place.ledger.open(1, {AT: 0})
        self._events = [self._event(place, offset, value, message) for offset, value in enumerate(values)]

    def _event(self, place: Place, offset: int, value: bytes | None, message: dict[str, Any]) -> Any:
        place.ledger.take(AT, offset)
        given = {
            "topic": AT.topic,
            "partition": AT.partition,
            "offset": offset,
            "key": b"c-1042",
            "value": value,
            "headers": None,
            "timestamp": 1.0,
            "generation_id": 1,
            "tp": AT,
        }

        def ack() -> bool:
            self.done.append(offset)
            place.ledger.finish(1, AT, offset)
            return True

        return SimpleNamespace(message=SimpleNamespace(**{**given, **message}), ack=ack)

    async def __anext__(self) -> Any:
        if not self._events:
            raise StopAsyncIteration
        return self._events.pop(0)
