"""The broadcast input: one partition that every worker reads whole and for itself (engine rule 19).

It is read to its end before the worker joins the group, and, while the processor is not ready, on until it is. Later
it is looked at between batches. It belongs to no group and has no position: a worker that starts reads all of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from schemas.errors import CairnError
from stream.engine.cluster import Cluster
from stream.engine.processor import Processor
from stream.runtime.exits import Exit
from stream.runtime.verdicts import Verdict, error_of, refused, verdict

log = structlog.get_logger(__name__)

LOOK_EVERY = 0.2
"""Seconds between looks while tasks run."""
SLICE = 0.1
"""Seconds of one wait before the group is joined."""
BATCH = 1000
"""Records of one look."""
ANSWER = 10.0
"""Seconds for the question where the topic ends."""


class Broadcast:
    """Hands the records of `topic` to the processor, each once. `consumer` is used for nothing else."""

    def __init__(self, processor: Processor, topic: str, consumer: Consumer, cluster: Cluster) -> None:
        self._processor = processor
        self._topic = topic
        self._consumer = consumer
        self._cluster = cluster
        self._end: int | None = None
        self._looked_at = float("-inf")

    @classmethod
    def of(cls, processor: Processor, consumer: Consumer | None, cluster: Cluster) -> Broadcast | None:
        """Make the reader that the topology asks for; None if it declares no broadcast.

        Raises:
            CairnError: there is one, and no client to read it.
        """
        declared = processor.topology.broadcast
        if declared is None:
            return None
        if consumer is None:
            raise CairnError(
                f"{declared.topic} is a broadcast, and this worker was given no client to read it",
                fix="make one without group, like the one that restores",
            )
        return cls(processor, declared.topic, consumer, cluster)

    def wait(self, waiting: Callable[[], bool]) -> None:
        """Read to the end, and on until the processor is ready; `waiting` is asked after every slice, False gives up.

        Raises:
            CairnError: CANNOT_CONNECT or DRIFT.
        """
        while self._end is None and waiting():
            self.open()
            if self._end is None:
                time.sleep(SLICE)  # a cluster that refuses at once would be asked some hundred times a second
        said = False
        while waiting() and not self.ready:
            self.read(SLICE)
            if self.caught_up and not self._processor.ready and not said:
                said = True
                log.warning("broadcast_holds_too_little", topic=self._topic)

    @property
    def ready(self) -> bool:
        """Whether tasks may begin."""
        return self.caught_up and self._processor.ready

    @property
    def caught_up(self) -> bool:
        """Whether everything is read that was there at the start."""
        if self._end is None:
            return False
        (place,) = self._consumer.position([TopicPartition(self._topic, 0)])
        return place.offset >= self._end or self._end == 0

    def open(self) -> None:
        """Ask where the topic begins and ends, and read from there; what the cluster does not answer is asked again."""
        try:
            span = self._cluster.spans([(self._topic, 0)], ANSWER)[self._topic, 0]
        except KafkaException as raised:
            error = error_of(raised)
            if verdict(error) is Verdict.REFUSED:
                raise refused(error) from raised
            log.warning("broadcast_waits", topic=self._topic, error=str(error))
            return
        self._consumer.incremental_assign([TopicPartition(self._topic, 0, span.low)])
        self._end = span.high if span.high > span.low else 0

    def look(self) -> bool:
        """Look for new records, at most every `LOOK_EVERY` seconds and without waiting; True if there were any."""
        now = time.monotonic()
        if now - self._looked_at < LOOK_EVERY:
            return False
        self._looked_at = now
        return self.read(0.0) > 0

    def read(self, timeout: float) -> int:
        """Hand over what comes within `timeout` seconds; return how many records."""
        # `Any`: the client's types allow None where a consumed record has none.
        messages: list[Any] = self._consumer.consume(BATCH, timeout)
        records = []
        for message in messages:
            if message.error() is None:
                records.append(message)
            else:
                self._heed(message.error())
        if records:
            self._processor.broadcast(records)
        return len(records)

    def _heed(self, error: KafkaError) -> None:
        judged = verdict(error)
        if judged is Verdict.REFUSED:
            raise refused(error)
        if judged is Verdict.LOST_POSITION:
            raise CairnError(
                f"{self._topic} lost records before they were read: {error.name()}",
                where=error.str(),
                fix="it must be kept for ever: see `cairn topics verify`; then start the worker again",
                exit=Exit.DRIFT,
            )
