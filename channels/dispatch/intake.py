"""The consumer of a dispatcher: records in, offsets out. Used by the thread that speaks to Kafka, and by it alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import structlog
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

from channels.dispatch.claim import Claim
from channels.dispatch.clock import Clock
from channels.dispatch.holding import Holding
from channels.dispatch.known_ends import KnownEnds
from channels.dispatch.marks import decode
from channels.dispatch.offsets import Offsets
from channels.dispatch.window import Window
from schemas.errors import CairnError
from schemas.record import Record
from stream.runtime.bounded import OverdueError, bounded
from stream.runtime.snapshot import Lag
from stream.runtime.verdicts import Verdict, error_of, exit_of, tells_of_outage, verdict

log = structlog.get_logger(__name__)

BATCH = 500
"""Records of one turn, for all partitions."""
TOGETHER = 0.005
"""Seconds after a batch in which records still wait for each other: alone, one goes on at once; 2,000 a second come in
200 batches, each of which is a turn of this thread and one of the loop that sends."""
Arrival = tuple[Record, Claim]


class Intake:
    """Reads one topic as a member of a group.

    `before_leaving` is called with the claims of partitions that are being taken away in order, before they are
    committed for the last time.
    """

    def __init__(
        self,
        make: Callable[[dict[str, Any]], Consumer],
        topic: str,
        *,
        before_leaving: Callable[[list[Claim]], None],
        clock: Clock | None = None,
    ) -> None:
        """`make` gets what only this class knows of the consumer's configuration."""
        self._clock = clock or Clock()
        self._ends = KnownEnds(self._clock)
        self._offsets = Offsets(topic)
        self._consumer = make({"on_commit": self._offsets.heard})
        self._topic = topic
        self._before_leaving = before_leaving
        self._told: Callable[[str, tuple[int, ...]], None] = _nobody
        self._held: dict[int, Holding] = {}
        self._closing = self._stopped = False
        self._received_at = float("-inf")
        self._failure: CairnError | None = None
        self.events: list[KafkaError] = []
        """What passes by itself, as brokers that are away; whoever reads it empties it."""

    def subscribe(self, told: Callable[[str, tuple[int, ...]], None]) -> None:
        """Join the group; `told` hears each of its callbacks: the kind, and the partitions held then."""
        self._told = told
        self._consumer.subscribe(
            [self._topic], on_assign=self._assigned, on_revoke=self._revoked, on_lost=self._on_lost
        )

    def read(self, seconds: float) -> list[Arrival]:
        """Wait `seconds` for a record, and return what is there and not finished; callbacks of the group run in here.

        Raises:
            CairnError: what ends this worker.
        """
        self._pace()
        rooms = [each.window.room for each in self._held.values() if not each.paused]
        arrivals = []
        messages = self._receive(min(BATCH, *rooms) if rooms else 1, seconds)
        self._ends.turned(each.claim for each in self._held.values())
        for message in messages:
            error = message.error()
            holding = self._held.get(message.partition())
            if error is not None:
                self._hear(error, message.offset(), holding)
                continue
            self._ends.heard()
            if holding is not None and self._take(holding, message):
                arrivals.append((message, holding.claim))
        if failure := self._failure or self._offsets.failure:
            raise failure
        return arrivals

    def _receive(self, most: int, seconds: float) -> list[Any]:
        """Take the first, and what else is there: one call for all would wait its whole time, though records are."""
        messages: list[Any] = self._consumer.consume(1, seconds)
        if messages:
            now = self._clock.steady()
            if most > 1:
                messages += self._consumer.consume(most - 1, max(self._received_at + TOGETHER - now, 0.0))
            self._received_at = now
        return messages

    def holds(self, claim: Claim) -> bool:
        """Whether its partition is still this worker's, by the same assignment."""
        holding = self._held.get(claim.partition)
        return holding is not None and holding.claim is claim

    def finish(self, claim: Claim, offset: int) -> None:
        """A record is done with. Of a partition that is gone nothing is kept: its next owner does it again."""
        if self.holds(claim):
            self._held[claim.partition].window.finish(offset)

    def commit(self) -> None:
        """Send what has changed, unless an answer is still out; `read` hears the answer."""
        self._offsets.commit(self._consumer, self._held.values())

    def stop(self) -> None:
        """Take nothing in any more; stay in the group."""
        self._stopped = True

    def leave(self, seconds: float) -> None:
        """Commit what is finished, and leave the group; each takes at most these seconds."""
        self._closing = True
        for name, call in (
            ("commit", partial(self._offsets.commit_now, self._consumer, self._held.values())),
            ("leave", self._consumer.close),
        ):
            try:
                bounded(call, seconds)
            except (OverdueError, KafkaException, RuntimeError) as error:
                log.warning("not_left_cleanly", call=name, error=str(error))

    def lags(self, now_ms: int) -> Mapping[int, Lag]:
        """How far each partition is behind, by what the consumer knows without asking."""
        found = {}
        for partition, holding in self._held.items():
            at = TopicPartition(self._topic, partition)
            try:
                high = self._consumer.get_watermark_offsets(at, cached=True)[1]
            except KafkaException:
                high = -1
            reached = max(holding.window.next, holding.end)
            if high == reached:
                self._ends.ends(holding.claim, high)
            records = max(high - reached, 0) if high >= 0 else 0
            age = max(now_ms - holding.newest_ms, 0) / 1000 if records and holding.newest_ms else 0.0
            found[partition] = Lag(self._topic, records, age)
        return found

    # -- records --------------------------------------------------------------------------------------------------

    def _take(self, holding: Holding, message: Any) -> bool:
        offset = message.offset()
        if offset < holding.window.next:
            # The topic was made anew: positions of the old one mean nothing.
            log.warning("offsets_begin_again", partition=holding.partition, offset=offset)
            holding.claim.closed = True
            holding.claim, holding.window = Claim(holding.partition), Window(offset)
        kind, ms = message.timestamp()
        if kind:
            holding.newest_ms = ms
        return holding.window.take(offset)

    def _hear(self, error: KafkaError, offset: int, holding: Holding | None) -> None:
        if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - a public code
            self._ends.heard()
            if holding is not None:
                holding.end = offset
                self._ends.ends(holding.claim, offset)
            return
        judged = verdict(error)
        if judged in (Verdict.FENCED, Verdict.REFUSED):
            self._failure = exit_of(error, self._topic)
        else:
            if tells_of_outage(error):
                self._ends.away(each.claim for each in self._held.values())
            self.events.append(error)
            log.warning("consumer_event", code=error.name(), text=error.str())

    def _pace(self) -> None:
        """Pause partitions whose window is full, and all of them when nothing is to be taken in."""
        for pause in (True, False):
            chosen = [each for each in self._held.values() if self._wants(each) is pause]
            if chosen:
                act = self._consumer.pause if pause else self._consumer.resume
                act([TopicPartition(self._topic, each.partition) for each in chosen])
            for each in chosen:
                each.paused = pause

    def _wants(self, holding: Holding) -> bool | None:
        return (None if holding.paused else True) if self._stopped else holding.wants_pause

    # -- callbacks of the group -----------------------------------------------------------------------------------

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Begin where the group stands, and know what it had finished beyond that."""
        try:
            found = self._offsets.committed(consumer, partitions) if partitions else []
        except KafkaException as raised:
            self._failure = exit_of(error_of(raised))
            return
        for each in found:
            offset = each.offset if each.offset >= 0 else 0
            finished = decode(offset, each.metadata) if each.offset >= 0 else ()
            self._held[each.partition] = Holding(Claim(each.partition), Window(offset, finished))
        begin = [
            TopicPartition(self._topic, each.partition, each.offset if each.offset >= 0 else OFFSET_BEGINNING)
            for each in found
        ]
        consumer.incremental_assign(begin)
        if begin:
            consumer.resume(begin)  # a pause from an earlier time here would outlive it
        self._told("assigned", tuple(sorted(self._held)))
        log.info("assigned", partitions=sorted(each.partition for each in found))

    def _revoked(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Begin nothing more, let what is under way end, commit what is finished: then it is somebody else's."""
        leaving = [self._held[each.partition] for each in partitions if each.partition in self._held]
        for each in leaving:
            each.claim.closed = True
        under_way = sum(each.claim.sending for each in leaving)
        log.info("revoking", partitions=[each.partition for each in leaving], requests_under_way=under_way)
        if not self._closing:
            try:
                self._before_leaving([each.claim for each in leaving])
            except CairnError as error:
                self._failure = error
            # In this thread: from another one the client was seen to give no answer while its callback runs. A
            # coordinator that dies in this moment holds us up until it is found again; health then tells.
            self._offsets.commit_now(consumer, leaving)
        self._gone(consumer, partitions, "revoked")

    def _on_lost(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """They are somebody else's already: nothing of them may be committed."""
        for each in partitions:
            if each.partition in self._held:
                self._held[each.partition].claim.closed = True
        self._gone(consumer, partitions, "lost")

    def _gone(self, consumer: Consumer, partitions: list[TopicPartition], kind: str) -> None:
        for each in partitions:
            self._held.pop(each.partition, None)
        consumer.incremental_unassign([TopicPartition(self._topic, each.partition) for each in partitions])
        self._told(kind, tuple(sorted(self._held)))
        log.info(kind, partitions=sorted(each.partition for each in partitions))


def _nobody(_kind: str, _held: tuple[int, ...]) -> None:
    """Hears the group before anybody has joined it: never."""
