"""Rebalance callbacks. They run inside consume(), between transactions, and only take note (engine rule 7).

The group knows the lead input only; the same partitions of the attached inputs come and go with it (engine rule 18).
A restore of 20 s inside a callback left a revoked partition unowned for 21 s; a longer one evicts the worker. So a new
partition is assigned and paused, and the loop restores it in slices. What must happen before a partition is given
away (commit, flush) happens here, for afterwards it belongs to somebody else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from stream.engine.figures import Figures
from stream.engine.topology import Topology

log = structlog.get_logger(__name__)


class Assignment:
    """Who came since the loop last looked; who goes is handled at once by the worker's own verbs.

    `topology` names the inputs. `commit` settles what is folded, `rewind` forgets it, `depart` closes the tasks of
    partitions.
    """

    def __init__(
        self,
        topology: Topology,
        figures: Figures,
        *,
        commit: Callable[[], None],
        rewind: Callable[[], None],
        depart: Callable[[Sequence[int]], None],
    ) -> None:
        self._lead = topology.lead.topic
        self._topics = tuple(each.topic for each in topology.partitioned)
        self._figures = figures
        self._commit = commit
        self._rewind = rewind
        self._depart = depart
        self._arrivals: list[int] = []
        self._failure: Exception | None = None

    def subscribe(self, consumer: Consumer) -> None:
        """Join the group."""
        consumer.subscribe([self._lead], on_assign=self.assigned, on_revoke=self.revoked, on_lost=self.lost)

    def arrivals(self) -> list[int]:
        """Return the partitions that came since the last call.

        Raises:
            Exception: what failed inside a callback; there the client would have swallowed it.
        """
        if self._failure is not None:
            raise self._failure
        arrivals, self._arrivals = self._arrivals, []
        return arrivals

    def assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Take note, paused: where to begin is known only after the restore."""
        numbers = self._numbers(partitions)
        self._figures.rebalanced("assigned", len(numbers))
        at = [TopicPartition(topic, each, OFFSET_BEGINNING) for each in numbers for topic in self._topics]
        consumer.incremental_assign(at)
        if at:
            consumer.pause(at)
        self._arrivals += numbers
        log.info("assigned", partitions=numbers)

    def revoked(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Commit what is folded while the partitions are still ours, then let them go."""
        numbers = self._numbers(partitions)
        self._figures.rebalanced("revoked", len(numbers))
        self._settle(self._commit)
        self._leave(consumer, numbers)
        log.info("revoked", partitions=numbers)

    def lost(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """They belong to somebody else already: nothing of them may be committed."""
        numbers = self._numbers(partitions)
        self._figures.rebalanced("lost", len(numbers))
        self._settle(self._rewind)
        self._leave(consumer, numbers)
        log.warning("lost", partitions=numbers)

    def _leave(self, consumer: Consumer, gone: list[int]) -> None:
        self._arrivals = [each for each in self._arrivals if each not in gone]
        self._settle(lambda: self._depart(gone))
        consumer.incremental_unassign([TopicPartition(topic, each) for each in gone for topic in self._topics])

    def _settle(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:
            self._failure = self._failure or error

    def _numbers(self, partitions: Sequence[TopicPartition]) -> list[int]:
        """The partition numbers by the lead alone: the client may name attached partitions too when it gives up all."""
        return sorted(each.partition for each in partitions if each.topic == self._lead)
