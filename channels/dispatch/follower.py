"""Reads contact-changes beside the deliveries: the same partitions, from before the oldest lease on, to their end.

A thread of its own, so that neither a rebalance nor a coordinator that is away makes anybody's no come late. It joins
no group and commits nothing. Only what `prove` says is worth sending on: the cluster is asked where a partition ends,
and once it is read to there, everything is known that was there when the question left.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection
from functools import partial
from typing import Any, Protocol

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from channels.dispatch.beginnings import Ask, Asked, Beginnings, answered, sort
from channels.dispatch.clock import Clock
from channels.dispatch.suppressions import Heard
from channels.dispatch.watch import Turn
from schemas.contact_change import ContactChange, read_change
from stream.runtime.verdicts import Verdict, error_of, exit_of, verdict

log = structlog.get_logger(__name__)

WAIT = 0.05
"""Seconds of one turn: the client gathers changes for all of it."""
BATCH = 500
"""Changes of one turn: some 5 ms, for each is read and checked as the planner does."""
PROVE_EVERY = 0.5
"""Seconds between two questions where partitions end: one small request to each broker that leads some."""


class Listener(Protocol):
    """Who hears, in the loop."""

    def followed(self, turn: Turn) -> None:
        """Something was read, or proven."""
        ...


class Follower:
    """Make it inside the running loop. `keep_ms`: how far back (ms) it begins; `failed` hears what ends the worker."""

    def __init__(
        self,
        consumer: Consumer,
        ask: Ask,
        topic: str,
        *,
        clock: Clock,
        keep_ms: int,
        failed: Callable[[Exception], None],
    ) -> None:
        self._consumer, self._ask, self._topic = consumer, ask, topic
        self._clock, self._keep_ms, self._failed = clock, keep_ms, failed
        self._loop = asyncio.get_running_loop()
        self._beginnings = Beginnings(ask)
        self._wanted: frozenset[int] = frozenset()
        self._stopping = threading.Event()
        self._reached: dict[int, int] = {}
        """Of each partition that is followed: the next offset."""
        self._ends: dict[int, int] = {}
        """Where it was last known to end."""
        self._open: dict[int, tuple[float, int]] = {}
        """When it was asked for its end, and the answer, until it is read to there."""
        self._whole: set[int] = set()
        """Partitions that were read to an end: what comes now was written just now."""
        self._asked: tuple[float, Asked] | None = None
        self._asked_at = float("-inf")
        self._trouble = ""

    def start(self, listener: Listener) -> None:
        """Begin; `listener` hears in the loop what is read."""
        threading.Thread(target=self._run, args=(listener,), name="contact-changes", daemon=True).start()

    def follow(self, partitions: Collection[int]) -> None:
        """Follow these from now on, and no others. From any thread."""
        self._wanted = frozenset(partitions)

    def stop(self) -> None:
        """End the thread soon; nobody waits for it."""
        self._stopping.set()

    # -- the thread -----------------------------------------------------------------------------------------------

    def _run(self, listener: Listener) -> None:
        try:
            while not self._stopping.is_set():
                if turn := self.turn():
                    self._tell(listener.followed, turn)
            self._consumer.close()
        except KafkaException as raised:
            self._tell(self._failed, exit_of(error_of(raised), self._topic))
        except Exception as error:
            self._tell(self._failed, error)

    def turn(self) -> Turn:
        """Do one round; it blocks for `WAIT` at most.

        Raises:
            CairnError: the topic may not be read.
        """
        self._trouble = ""
        left = self._leave()
        begun = self._begin()
        if not self._reached:
            self._stopping.wait(WAIT)
            return Turn(left, begun, trouble=self._trouble)
        heard = self._read()
        return Turn(left, begun, heard, self._prove(), self._trouble)

    def _leave(self) -> tuple[int, ...]:
        gone = tuple(self._reached.keys() - self._wanted)
        if gone:
            self._consumer.incremental_unassign([TopicPartition(self._topic, each) for each in gone])
            for each in gone:
                self._forget(each)
        return gone

    def _begin(self) -> dict[int, int]:
        since_ms = self._clock.wall_ms() - self._keep_ms
        new = self._wanted - self._reached.keys()
        begin, since_ms, errors = self._beginnings.look(new, since_ms, self._clock.steady())
        for each in errors:
            self._hear(each)
        if begin:
            self._consumer.incremental_assign([TopicPartition(self._topic, *each) for each in begin.items()])
            self._reached |= begin
        return dict.fromkeys(begin, since_ms)

    def _read(self) -> tuple[tuple[int, Heard], ...]:
        heard = []
        messages: list[Any] = self._consumer.consume(BATCH, WAIT)
        for message in messages:
            partition, error = message.partition(), message.error()
            if error is not None and error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - a public code
                self._hear(error)
            elif partition in self._reached:
                # The end of a partition has the offset where it is, a record has the one before.
                self._reached[partition] = message.offset() + (error is None)
                if error is None and (change := self._change(message, partition)):
                    heard.append((partition, change))
        return tuple(heard)

    def _change(self, message: Any, partition: int) -> Heard | None:
        now_ms = self._clock.wall_ms()
        change = read_change(message, now_ms)
        if not isinstance(change, ContactChange):
            return None  # the planner sets it aside, and says why
        if partition in self._whole:
            return Heard(change, now_ms, self._clock.steady())
        kind, written_ms = message.timestamp()
        return Heard(change, min(max(written_ms if kind else now_ms, change.at_ms), now_ms), float("-inf"))

    def _prove(self) -> dict[int, float]:
        """Ask for the ends every now and then, and say which partitions are read to an end that was asked for."""
        now = self._clock.steady()
        if self._asked is None and now - self._asked_at >= PROVE_EVERY:
            self._asked_at = now
            self._asked = now, self._ask(sorted(self._reached))
        if self._asked is not None and answered(self._asked[1]):
            asked_at, answers = self._asked
            self._asked = None
            ends, errors = sort(answers)
            for each in errors:
                self._hear(each)
            if any(each.code() == KafkaError.UNKNOWN_TOPIC_OR_PART for each in errors):
                self._begin_again(tuple(self._reached.keys() - ends.keys()))
            for partition, end in ends.items():
                self._learn(partition, asked_at, end)
        known = {each: asked_at for each, (asked_at, end) in self._open.items() if self._reached[each] >= end}
        for partition in known:
            del self._open[partition]
        self._whole |= known.keys()
        return known

    def _learn(self, partition: int, asked_at: float, end: int) -> None:
        if partition not in self._reached:
            return
        if end < self._ends.get(partition, 0):
            self._begin_again((partition,))
            return
        self._ends[partition] = end
        # An older question that is still open is answered first: on a busy partition the newest never would be.
        self._open.setdefault(partition, (asked_at, end))

    def _begin_again(self, partitions: tuple[int, ...]) -> None:
        """Begin partitions again in the next turn: the topic was made anew, or is missing and soon will be. Offsets of
        the old one mean nothing there, however many records the new one has by then.
        """
        if not partitions:
            return
        log.warning("contact_changes_begin_again", partitions=sorted(partitions))
        self._consumer.incremental_unassign([TopicPartition(self._topic, each) for each in partitions])
        for each in partitions:
            self._forget(each)

    def _forget(self, partition: int) -> None:
        for each in (self._reached, self._ends, self._open):
            each.pop(partition, None)
        self._whole.discard(partition)

    def _hear(self, error: KafkaError) -> None:
        if verdict(error) in (Verdict.FENCED, Verdict.REFUSED):
            raise exit_of(error, self._topic)
        log.debug("contact_changes_not_read", code=error.name(), text=error.str())
        self._trouble = error.str() or error.name()

    def _tell(self, hear: Callable[..., None], *arguments: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(partial(hear, *arguments))
        except RuntimeError:
            self._stopping.set()  # the loop is gone
