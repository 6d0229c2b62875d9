"""The thread that speaks to Kafka for an app: heartbeats, fetches and commits, in a loop of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Mapping
from typing import Any

import aiokafka
import structlog
from aiokafka.consumer.fetcher import OffsetResetStrategy
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from stream.reactions.beginning import Begun, begin
from stream.reactions.isolation import READ_COMMITTED, check_isolation
from stream.reactions.reading import Reading, Taking

log = structlog.get_logger(__name__)


class Fetched(dict[TP, list[Any]]):
    """Records of one fetch, and the client's own object for the assignment that they were fetched under."""

    assignment: object = None


class RebalanceListener(driver.ConsumerRebalanceListener):
    """Finds where new partitions begin before Faust hears of them.

    aiokafka logs what is raised in here and goes on as if the partitions were served: so nothing may leave it, and a
    failure ends the worker.
    """

    _thread: ConsumerThread

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """The group gave us these."""
        thread = self._thread
        try:
            thread.begun = await begin(thread.client, assigned, thread.app.terms)
            # From here on a position that is gone is an error: the client would pass over the gap without a word.
            thread.reset_by(OffsetResetStrategy.NONE)
            await super().on_partitions_assigned(assigned)
        except Exception as error:
            thread.failed(error)

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> Awaitable[None]:
        """The group takes these back."""
        self._thread.begun = None
        # A partition without a committed offset has no position until `begin` has given it one.
        self._thread.reset_by(OffsetResetStrategy.EARLIEST)
        return super().on_partitions_revoked(revoked)


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Always read_committed: a plain Faust agent is handed the records of aborted transactions."""

    app: Reading  # type: ignore[assignment]
    consumer: Taking  # type: ignore[assignment]
    begun: Begun | None = None
    """Where the assignment of now begins; None between two."""

    @property
    def client(self) -> aiokafka.AIOKafkaConsumer:
        """The client of aiokafka."""
        return self._ensure_consumer()

    def _create_worker_consumer(self, transport: Any) -> aiokafka.AIOKafkaConsumer:
        client = super()._create_worker_consumer(transport)
        # Faust has no setting for it: only with processing_guarantee exactly_once, which loses (trap 3), is it set.
        client._isolation_level = READ_COMMITTED  # noqa: SLF001
        return client

    def reset_by(self, strategy: int) -> None:
        """What the client does about a position that is not there; `OffsetResetStrategy` of aiokafka."""
        self.client._fetcher._default_reset_strategy = strategy  # noqa: SLF001

    async def on_start(self) -> None:
        """Start the client, and look whether it is what we asked for.

        Raises:
            CairnError: it would read what may yet be aborted.
        """
        await super().on_start()
        check_isolation(self.client)

    async def _fetch_records(self, consumer: Any, *args: Any, **kwargs: Any) -> Any:
        fetched = Fetched(await super()._fetch_records(consumer, *args, **kwargs))
        # No await between the client's own check of the assignment and the end of this function.
        fetched.assignment = consumer._subscription.subscription.assignment  # noqa: SLF001
        if self.consumer.reads(fetched.assignment):
            return fetched
        # Begun before a rebalance and answered behind it, while nobody takes anything: dropped, and read again later.
        # Faust goes back to the committed offset, but not to 0 (aiokafka's seek_to_committed).
        for at, records in fetched.items():
            consumer.seek(TopicPartition(*at), records[0].offset)
        return Fetched()

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """Commit; False when the group does not have it, and then nothing is remembered as committed."""
        held = self.client.assignment()
        metadata = self.begun.metadata if self.begun is not None else ""
        wanted = {TopicPartition(*at): OffsetAndMetadata(offset, metadata) for at, offset in offsets.items()}
        if not wanted or not wanted.keys() <= held:
            return False
        try:
            await self.client.commit(wanted)
        except (CommitFailedError, IllegalStateError) as moved:
            log.info("commit_refused", reason=type(moved).__name__, then="whoever has the partitions repeats")
            return False
        except KafkaError as error:
            log.warning("commit_failed", reason=type(error).__name__, then="it is tried again")
            return False
        return True

    async def positions(self) -> Mapping[tuple[str, int], int]:
        """How far the client has read, without asking anybody."""
        return await self.call_thread(self._positions)  # type: ignore[no-any-return]

    async def _positions(self) -> Mapping[tuple[str, int], int]:
        subscription = self.client._subscription.subscription  # noqa: SLF001
        assignment = subscription.assignment if subscription is not None else None
        if assignment is None:
            return {}
        states = {each: assignment.state_value(each) for each in assignment.tps}
        return {
            (each.topic, each.partition): state.position
            for each, state in states.items()
            if state is not None and state.has_valid_position
        }

    def failed(self, error: Exception) -> None:
        """End the worker."""
        self.app.fail(error)
