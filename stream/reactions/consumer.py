"""Faust's consumer with Cairn's book-keeping: what is committed is what is finished, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import structlog
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.transports import ConsumerCallback

from stream.reactions.consumer_thread import ConsumerThread, Fetched, RebalanceListener
from stream.reactions.ledger import Ledger
from stream.reactions.reading import Reading

log = structlog.get_logger(__name__)


class Consumer(driver.Consumer):
    """Runs in the app's loop; the client itself lives in the thread, where heartbeats go on whatever a reaction does.

    Of Faust's base class the acks, their gaps and the commit are replaced (`ledger` says why). Faust calls `on_…`,
    `getmany`, `ack` and `force_commit`.
    """

    app: Reading  # type: ignore[assignment]
    _thread: ConsumerThread
    RebalanceListener = RebalanceListener

    def __init__(self, transport: Any, callback: ConsumerCallback, *args: Any, **kwargs: Any) -> None:
        self._pass_on = callback
        super().__init__(transport, self._take, *args, **kwargs)
        self._assignment: object = None

    @property
    def ledger(self) -> Ledger:
        """The app's."""
        return self.app.ledger

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    def reads(self, assignment: object) -> bool:
        """Whether what was fetched under this assignment of the client's is taken in. Any thread may ask."""
        return assignment is not None and assignment is self._assignment and self.flow_active

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:
        """Fetch once, and give what belongs to the assignment of now.

        Records that were fetched under another one are dropped whole: that assignment's heir reads them again from the
        committed offset. Faust stamps them with the generation of now, and skips or repeats some of them.
        """
        records, _ = await self._wait_next_records(timeout)
        if not isinstance(records, Fetched) or self.should_stop:
            return
        epoch = self.ledger.epoch
        for at, record in self.scheduler.iterate(records):
            if epoch != self.ledger.epoch or not self.reads(records.assignment):
                return
            yield at, self._to_message(at, record)

    async def _take(self, message: Any) -> None:
        if self.ledger.take(message.tp, message.offset):
            await self._pass_on(message)

    def ack(self, message: Any) -> bool:
        """The last reaction on a record is done with it."""
        if message.acked:
            return False
        message.acked = True
        self.ledger.finish(message.generation_id, message.tp, message.offset)
        return True

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Gaps are no matter of the ledger, which knows what is unfinished and not what is missing."""

    async def force_commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:
        """Commit what is finished, after everything that it led to was written."""
        epoch, due = self.ledger.epoch, self.ledger.due()
        if not due:
            return False
        await self.app.producer.flush()
        await asyncio.sleep(0)  # a send that failed says so in a callback, which runs before we go on
        if self.app.failure is not None:
            return False
        done = await self._thread.commit({TP(*at): offset for at, offset in due.items()})
        if done:
            self.ledger.committed(epoch, due)
        self.app.figures.committed(done)
        return done

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Called before the group takes partitions away: what is in hand gets a moment, then the books are closed."""
        await super().on_partitions_revoked(revoked)
        self._assignment = None
        self.ledger.close()
        self.app.moved()

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Open the books where the thread has found the partitions to begin."""
        begun = self._thread.begun
        if begun is not None and begun.generation == generation_id:
            self._assignment = begun.assignment
            self.ledger.open(generation_id, begun.starts)
            self.app.figures.assigned(frozenset(begun.starts))
            log.info("reactions_assigned", app=self.app.name, partitions=len(begun.starts))
        await super().on_partitions_assigned(assigned, generation_id)

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Faust would log a slow reaction as a likely bug of Kafka's, every few seconds; `watch` judges that."""

    async def positions(self) -> Mapping[tuple[str, int], int]:
        """How far the client has read each partition of this assignment."""
        return await self._thread.positions()
