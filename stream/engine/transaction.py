"""One transactional producer and the three outcomes of a commit (engine rule 3).

    COMMITTED   all of it is visible to read_committed readers
    ABORTED     none of it ever will be: rewind and fold again
    UNKNOWN     the broker may have done either: only a restore from the changelog tells

Every transaction carries offsets and the group's metadata read at that moment (rule 1): without them an evicted
worker's transaction was committed; with them 8 of 8 were refused. So `commit` takes them, and nothing else commits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from typing import Any

import structlog
from confluent_kafka import KafkaError, KafkaException, Message, Producer, TopicPartition

from stream.engine.abort_cause import AbortCause
from stream.runtime.bounded import OverdueError, bounded
from stream.runtime.verdicts import Verdict, error_of, exit_of, verdict

log = structlog.get_logger(__name__)

FULL_QUEUE_WAIT = 0.05
"""Seconds to let the client send before the next try when its queue is full."""
OVERDUE = 2.0
"""Seconds after its own bound at which a call counts as lost: the client looks at its timers every second."""


class Outcome(StrEnum):
    """What became of a transaction."""

    COMMITTED = "committed"
    ABORTED = "aborted"
    UNKNOWN = "unknown"


class Transactions:
    """The transactions of one worker.

    `make_producer` builds a producer with the slot's transactional id; `timeout` (seconds) bounds each call, and is
    longer than the broker's transaction timeout, so that an answer of UNKNOWN is rare. A call that does not come back
    in spite of it leaves a producer that can do nothing more: the answer is UNKNOWN, and `renew` drops it.
    """

    def __init__(self, make_producer: Callable[[], Producer], timeout: float, *, overdue: float = OVERDUE) -> None:
        self._make_producer = make_producer
        self._timeout = timeout
        self._overdue = overdue
        self._producer: Producer | None = None
        self._explains = False
        self.ended = float("-inf")
        """When the last one was over, by the monotonic clock."""
        self.cause: AbortCause | None = None
        """Why the last transaction was not committed; None while nothing is known of it."""

    def renew(self) -> None:
        """Take a new producer and fence every older one of this slot; its open transaction is completed or aborted.

        Raises:
            CairnError: FENCED or CANNOT_CONNECT.
            KafkaException: the coordinator did not answer in time.
        """
        if self._producer is not None:
            self._producer.purge(in_queue=True, in_flight=True, blocking=False)
            self._producer = None
        producer = self._make_producer()
        try:
            self._insist(producer.init_transactions, retries_abort=True)
        except OverdueError as overdue:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT, str(overdue))) from overdue  # noqa: SLF001
        self._producer = producer

    def begin(self) -> None:
        """Open a transaction.

        Raises:
            CairnError: FENCED or CANNOT_CONNECT, what the client has learnt since the last one.
            KafkaException: it cannot be opened; a new producer can.
        """
        self._explains, self.cause = self.cause is not None, None
        try:
            self._open.begin_transaction()
        except KafkaException as raised:
            self._note(error_of(raised))
            _stop_if_final(raised)
            raise

    def produce(
        self,
        topic: str,
        partition: int,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes | str | None]] = (),
        on_delivery: Callable[[Any, Any], None] | None = None,
    ) -> None:
        """Add a record to the open transaction; waits while the client's queue is full.

        Raises:
            CairnError: FENCED or CANNOT_CONNECT, what the client has learnt meanwhile.
            KafkaException: this transaction can only be aborted.
        """
        if on_delivery is None and self._explains:
            on_delivery = self._delivered
        while True:
            try:
                if headers:
                    self._open.produce(topic, value, key, partition, on_delivery, headers=list(headers))
                else:
                    self._open.produce(topic, value, key, partition, on_delivery)
            except BufferError:
                self._open.poll(FULL_QUEUE_WAIT)
            except KafkaException as raised:
                self._note(error_of(raised), topic)
                _stop_if_final(raised)
                raise
            else:
                return

    def produce_many(self, topic: str, partition: int, records: Sequence[tuple[bytes | None, bytes | None]]) -> None:
        """Add many records without headers; the loop that carries every changed row and output. Raises as `produce`.

        Without delivery reports, which would cost each row a callback; only behind an aborted transaction they are
        wanted, for nothing else names the topic that refuses.
        """
        if self._explains:
            for key, value in records:
                self.produce(topic, partition, key, value)
            return
        produce = self._open.produce
        poll = self._open.poll
        for key, value in records:
            while True:
                try:
                    produce(topic, value, key, partition)
                except BufferError:
                    poll(FULL_QUEUE_WAIT)
                except KafkaException as raised:
                    self._note(error_of(raised), topic)
                    _stop_if_final(raised)
                    raise
                else:
                    break

    def commit(
        self, offsets: Sequence[TopicPartition], group_metadata: Any, on_sent: Callable[[], None] = lambda: None
    ) -> Outcome:
        """Send the offsets and commit; on ABORTED the abort is already done. `on_sent` is called in between.

        Raises:
            ValueError: no offsets: such a transaction is not fenced.
            CairnError: FENCED or CANNOT_CONNECT.
        """
        if not offsets:
            raise ValueError("a transaction without offsets is not fenced (engine rule 1)")
        try:
            self._insist(lambda left: self._open.send_offsets_to_transaction(list(offsets), group_metadata, left))
        except KafkaException as raised:
            self._note(error_of(raised))
            log.warning("transaction_not_sent", error=str(error_of(raised)))
            return self.abort()
        except OverdueError as overdue:
            log.warning("transaction_not_sent", error=str(overdue))
            return Outcome.UNKNOWN
        on_sent()
        return self._complete()

    def abort(self) -> Outcome:
        """Abort the open transaction: ABORTED, or UNKNOWN when the coordinator does not answer."""
        try:
            self._insist(self._open.abort_transaction)
        except (KafkaException, OverdueError) as raised:
            log.warning("abort_unknown", error=str(raised))
            return Outcome.UNKNOWN
        self.ended = time.monotonic()
        if self._explains:
            self.poll()  # the reports of what was refused
        return Outcome.ABORTED

    def poll(self) -> None:
        """Serve delivery reports."""
        self._open.poll(0)

    def close(self) -> None:
        """Drop the producer; an open transaction is left to its timeout or to the next holder of the slot."""
        if self._producer is not None:
            self._producer.purge(in_queue=True, in_flight=True, blocking=False)
            self._producer = None

    @property
    def _open(self) -> Producer:
        if self._producer is None:
            raise RuntimeError("renew() comes before the first transaction")
        return self._producer

    def _complete(self) -> Outcome:
        try:
            self._insist(self._open.commit_transaction)
        except KafkaException as raised:
            error = error_of(raised)
            self._note(error)
            log.warning("commit_failed", error=str(error))
            return self.abort() if error.txn_requires_abort() else Outcome.UNKNOWN
        except OverdueError as overdue:
            log.warning("commit_failed", error=str(overdue))
            return Outcome.UNKNOWN
        self.cause, self.ended = None, time.monotonic()
        return Outcome.COMMITTED

    def _note(self, error: KafkaError, topic: str | None = None) -> None:
        """Keep the first thing that tells, and the first that names its topic."""
        found = AbortCause(error, topic)
        known = self.cause
        if known is None or (found.tells and (not known.tells or (known.topic is None and topic is not None))):
            self.cause = found

    def _delivered(self, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            self._note(error, message.topic())

    def _insist(self, call: Callable[[float], object], *, retries_abort: bool = False) -> None:
        """Repeat a call that may be repeated until it succeeds or the bound is reached; then let its error out.

        Raises:
            OverdueError: it has not come back in spite of its bound.
        """
        deadline = time.monotonic() + self._timeout
        while True:
            left = max(deadline - time.monotonic(), 0.1)
            try:
                bounded(partial(call, left), left + self._overdue)
            except KafkaException as raised:
                _stop_if_final(raised)
                error = error_of(raised)
                may_repeat = error.retriable() or (retries_abort and verdict(error) is Verdict.RETRY)
                if not may_repeat or time.monotonic() >= deadline:
                    raise
            else:
                return


def _stop_if_final(raised: KafkaException) -> None:
    """Raise the exit of a worker whose place was taken, or that may not do its work."""
    error = error_of(raised)
    if verdict(error) in (Verdict.FENCED, Verdict.REFUSED):
        raise exit_of(error) from raised
