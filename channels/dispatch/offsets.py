"""The offsets of a group: asked for when partitions come, committed while they are held. Used by one thread."""

from __future__ import annotations

import time
from collections.abc import Iterable

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from channels.dispatch.holding import Holding
from channels.dispatch.window import Mark
from schemas.errors import CairnError
from stream.runtime.verdicts import Verdict, error_of, exit_of, verdict

log = structlog.get_logger(__name__)

ANSWER = 10.0
"""Seconds for one answer of the coordinator."""
ASKED = 3
"""How often it is asked for committed offsets; it may be moving just when partitions are."""
ASKED_AGAIN = 0.2
"""Seconds between two questions."""


class Offsets:
    """One commit that nobody waits for is out at a time; its answer comes to `heard`."""

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._under_way: list[tuple[Holding, Mark]] = []
        self.failure: CairnError | None = None
        """An answer that no repeat will change."""

    def committed(self, consumer: Consumer, partitions: list[TopicPartition]) -> list[TopicPartition]:
        """Ask where the group stands, with the metadata; an offset below 0 is none.

        Raises:
            KafkaException: no coordinator answers.
        """
        wanted = [TopicPartition(self._topic, each.partition) for each in partitions]
        left = ASKED
        while True:
            left -= 1
            try:
                found: list[TopicPartition] = consumer.committed(wanted, ANSWER)
                failed = next((each.error for each in found if each.error is not None), None)
                if failed is None:
                    return found
                raise KafkaException(failed)
            except KafkaException:
                if not left:
                    raise
                time.sleep(ASKED_AGAIN)

    def commit(self, consumer: Consumer, holdings: Iterable[Holding]) -> None:
        """Send what has changed, unless an answer is still out."""
        if self._under_way:
            return
        marks = _marks(holdings)
        if marks:
            self._under_way = marks
            try:
                consumer.commit(offsets=self._positions(marks), asynchronous=True)
            except KafkaException as raised:
                self.heard(error_of(raised), [])

    def commit_now(self, consumer: Consumer, holdings: Iterable[Holding]) -> None:
        """Commit and wait for the answer: what does not come through is done again."""
        marks = _marks(holdings)
        if not marks:
            return
        try:
            answers = consumer.commit(offsets=self._positions(marks), asynchronous=False)
        except KafkaException as raised:
            log.warning("last_offsets_not_committed", code=error_of(raised).name())
            return
        for each in answers or ():
            if each.error is not None:
                log.warning("last_offsets_not_committed", partition=each.partition, code=each.error.name())

    def heard(self, error: KafkaError | None, partitions: list[TopicPartition]) -> None:
        """Hear the answer to `commit`: of all of it, or of each partition."""
        marks, self._under_way = self._under_way, []
        errors = {each.partition: error or each.error for each in partitions}
        for holding, mark in marks:
            self._settle(holding, mark, errors.get(holding.partition, error))

    def _positions(self, marks: list[tuple[Holding, Mark]]) -> list[TopicPartition]:
        return [
            TopicPartition(self._topic, holding.partition, mark.offset, metadata=mark.metadata)
            for holding, mark in marks
        ]

    def _settle(self, holding: Holding, mark: Mark, error: KafkaError | None) -> None:
        if error is None:
            holding.window.committed(mark)
            return
        holding.window.not_committed()
        judged = verdict(error)
        # While partitions move every commit of the generation before is refused: that is no news.
        tell = log.info if judged is Verdict.ABORT else log.warning
        tell("offsets_not_committed", partition=holding.partition, code=error.name())
        if judged in (Verdict.REFUSED, Verdict.FENCED):
            self.failure = exit_of(error, self._topic)


def _marks(holdings: Iterable[Holding]) -> list[tuple[Holding, Mark]]:
    marks = ((each, each.window.mark()) for each in holdings)
    return [(holding, mark) for holding, mark in marks if mark is not None]
