"""What brokers keep for one transactional id and one group: the open transaction, who may end it, committed offsets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from confluent_kafka import KafkaError, KafkaException

from schemas.dead_letter import Headers
from schemas.record import Record
from stream.engine.transaction import Outcome
from stream.testing.log import Log


@dataclass(frozen=True, slots=True)
class Failure:
    """How the next commit ends: refused, or with no answer although it may have taken effect."""

    outcome: Outcome
    took_effect: bool = False


class Coordinator:
    """One transaction at a time, of the newest producer only."""

    def __init__(self, log: Log) -> None:
        self.committed: dict[tuple[str, int], int] = {}
        self.next_failure: Failure | None = None
        self._log = log
        self._epoch = 0
        self._open: list[Record] = []

    def enter(self) -> int:
        """Let a new producer in: what the older one left open is aborted, and it is fenced. Returns the epoch."""
        self._end(commit=False)
        self._epoch += 1
        return self._epoch

    def append(
        self,
        epoch: int,
        topic: str,
        partition: int,
        key: bytes | None,
        value: bytes | None,
        headers: Headers,
        at_ms: int,
    ) -> Record:
        """Add a record to the open transaction."""
        self._admit(epoch)
        record = self._log.partition(topic, partition).open(key, value, headers, at_ms)
        self._open.append(record)
        return record

    def accept_offsets(self, epoch: int) -> None:
        """Take the offsets of a transaction, unless the group has moved on."""
        self._admit(epoch)
        if self.next_failure is not None and self.next_failure.outcome is Outcome.ABORTED:
            self.next_failure = None
            # Positional: code, reason, fatal, retriable, requires abort.
            raise KafkaException(KafkaError(KafkaError.ILLEGAL_GENERATION, "the group moved on", False, False, True))

    def commit(self, epoch: int, offsets: Mapping[tuple[str, int], int]) -> None:
        """Make the open transaction visible, and its offsets the group's."""
        self._admit(epoch)
        failure, self.next_failure = self.next_failure, None
        if failure is None or failure.took_effect:
            self._end(commit=True)
            self.committed.update(offsets)
        if failure is not None:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT, "no answer to the commit"))  # noqa: SLF001 - a public code

    def abort(self, epoch: int) -> None:
        """Drop the open transaction."""
        self._admit(epoch)
        self._end(commit=False)

    def _end(self, *, commit: bool) -> None:
        records, self._open = self._open, []
        touched = dict.fromkeys((each.topic(), each.partition()) for each in records)
        for topic, partition in touched:
            own = [each for each in records if (each.topic(), each.partition()) == (topic, partition)]
            self._log.partition(topic, partition).end(own, commit=commit)
        if commit:
            self._log.show(records)

    def _admit(self, epoch: int) -> None:
        if epoch != self._epoch:
            raise KafkaException(KafkaError(KafkaError._FENCED, "a newer producer has this transactional id", True))  # noqa: SLF001
