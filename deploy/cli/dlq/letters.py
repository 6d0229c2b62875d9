"""A dead-letter topic, read by bounded spans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from deploy.cli.dlq.letter import Letter, letter_of
from deploy.cli.dlq.options import letters_of
from deploy.cli.dlq.position import Position
from deploy.cli.topic_records import Span, TopicRecords
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from stream.runtime.settings import Settings


class Letters:
    """All dead letters there are now."""

    def __init__(self, records: TopicRecords) -> None:
        self._records = records
        self._spans = records.spans()

    @property
    def topic(self) -> str:
        """The dead-letter topic, with its prefix."""
        return self._records.topic

    def spans(self, since_ms: int | None = None) -> dict[int, Span]:
        """What each partition holds, from `since_ms` (epoch milliseconds) on if given."""
        return self._spans if since_ms is None else self._records.since(since_ms, self._spans)

    def read(self, spans: Mapping[int, Span]) -> Iterator[Letter]:
        """The letters in `spans`."""
        return map(letter_of, self._records.read(spans))

    def at(self, positions: Iterable[Position]) -> list[Letter]:
        """The letters at these positions; raises `CairnError` (exit 2) for one that is not there."""
        return [self._at(position) for position in positions]

    def _at(self, position: Position) -> Letter:
        span = self._spans.get(position.partition)
        if span is not None and span.low <= position.offset < span.high:
            only = {position.partition: Span(position.offset, position.offset + 1)}
            for letter in self.read(only):
                return letter
        raise CairnError(
            f"no dead letter at {position}",
            where=f"topic {self.topic}",
            fix=_holds(position, self._spans),
            exit=Exit.USAGE,
        )


def _holds(position: Position, spans: Mapping[int, Span]) -> str:
    span = spans.get(position.partition)
    if span is None:
        return f"its partitions are 0 to {len(spans) - 1}; `cairn dlq list` shows what is there"
    if span.low == span.high:
        return f"partition {position.partition} is empty; `cairn dlq list` shows what is there"
    if span.low <= position.offset < span.high:
        return "this offset holds the mark of a transaction, not a record; `cairn dlq list` shows the records"
    return f"partition {position.partition} holds offsets {span.low} to {span.high - 1}"


@contextmanager
def open_letters(clients: Clients, settings: Settings, topic: str) -> Iterator[Letters]:
    """Open the dead-letter topic of a topic (without prefix).

    Raises:
        CairnError: it has none (exit 2), or that does not exist (exit 3).
    """
    records = TopicRecords(clients, settings.prefixed(letters_of(topic)))
    try:
        yield Letters(records)
    finally:
        records.close()
