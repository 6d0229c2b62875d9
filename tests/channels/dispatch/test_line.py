"""The thread that speaks to Kafka: what ended is written and finished, unless its partition is somebody else's."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import KafkaError, TopicPartition

from channels.dispatch.claim import Claim
from channels.dispatch.intake import Arrival
from channels.dispatch.line import Line
from channels.dispatch.writing import Writing
from stream.runtime.snapshot import Lag
from tests.channels.dispatch.fake_consumer import FakeConsumer, Message
from tests.channels.dispatch.samples import TOPIC

WITHIN = 30.0
RECEIPT = Writing("receipts", b"c-1", b"sent")


class Consumer(FakeConsumer):
    """The group's callbacks come in `consume`, as the client's do."""

    def __init__(self, callbacks: dict[str, Any]) -> None:
        super().__init__(callbacks)
        self.calls: list[Callable[[], object]] = []
        """What the group does in the next turns."""

    def consume(self, most: int, seconds: float) -> list[Message]:
        if self.calls:
            self.calls.pop(0)()
        return super().consume(most, seconds)

    def close(self) -> None:
        self.closed = True


class Producer:
    """Acknowledges in `poll`."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self._waiting: list[Callable[[None, None], None]] = []

    def produce(self, _topic: str, value: bytes, _key: bytes, on_delivery: Callable[[None, None], None]) -> None:
        self.written.append(value)
        self._waiting.append(on_delivery)

    def poll(self, _seconds: float) -> None:
        waiting, self._waiting = self._waiting, []
        for heard in waiting:
            heard(None, None)


class Heard:
    """A listener whose tests wait for what it hears."""

    def __init__(self) -> None:
        self.arrivals: asyncio.Queue[Arrival] = asyncio.Queue()
        self.changes: asyncio.Queue[tuple[str, tuple[int, ...]]] = asyncio.Queue()

    def arrived(self, batch: list[Arrival]) -> None:
        for each in batch:
            self.arrivals.put_nowait(each)

    def rebalanced(self, kind: str, held: tuple[int, ...]) -> None:
        self.changes.put_nowait((kind, held))

    def reported(self, lags: dict[int, Lag], events: list[KafkaError]) -> None:
        """Nobody asks."""


class Rig:
    """A line that has partition 0, and one record of it at hand."""

    def __init__(self) -> None:
        made: list[Consumer] = []

        def make(callbacks: dict[str, Any]) -> Any:
            made.append(Consumer(callbacks))
            return made[0]

        self.producer = Producer()
        producer: Any = self.producer
        self.line = Line(make, producer, TOPIC, patience=WITHIN, wall_ms=lambda: 0)
        (self.consumer,) = made
        self.heard = Heard()
        self.partition = [TopicPartition(TOPIC, 0)]

    async def take(self) -> Claim:
        self.consumer.calls.append(lambda: self.consumer.on_assign(self.consumer, self.partition))
        self.consumer.next.append(Message(b"c-1", b"v", t=TOPIC, o=0))
        self.line.start(self.heard)
        _, claim = await asyncio.wait_for(self.heard.arrivals.get(), WITHIN)
        assert await asyncio.wait_for(self.heard.changes.get(), WITHIN) == ("assigned", (0,))
        return claim

    async def leave(self) -> None:
        self.line.leave(1.0)
        await asyncio.wait_for(self.line.over, WITHIN)


def test_what_ended_is_written_and_then_its_offset_is_committed() -> None:
    async def play() -> Rig:
        rig = Rig()
        claim = await rig.take()
        rig.line.ended(claim, 0, [RECEIPT])
        await rig.leave()
        return rig

    rig = asyncio.run(play())
    assert rig.producer.written == [b"sent"]
    assert [each.offset for each in rig.consumer.commits][-1] == 1
    assert rig.consumer.closed


@pytest.mark.parametrize("again", [False, True], ids=["somebody else's", "another assignment of the same"])
def test_of_a_partition_that_was_taken_away_nothing_is_written(again: bool) -> None:
    """Its next owner sends the delivery again and writes its receipt: two of them would contradict each other."""

    async def play() -> Rig:
        rig = Rig()
        claim = await rig.take()
        rig.consumer.calls.append(lambda: rig.consumer.on_lost(rig.consumer, rig.partition))
        assert await asyncio.wait_for(rig.heard.changes.get(), WITHIN) == ("lost", ())
        if again:
            rig.consumer.calls.append(lambda: rig.consumer.on_assign(rig.consumer, rig.partition))
            assert await asyncio.wait_for(rig.heard.changes.get(), WITHIN) == ("assigned", (0,))
        rig.line.ended(claim, 0, [RECEIPT])
        await rig.leave()
        return rig

    rig = asyncio.run(play())
    assert rig.producer.written == []
    assert [each.offset for each in rig.consumer.commits if each.offset > 0] == []


def test_a_partition_that_is_handed_over_waits_for_its_requests_under_way() -> None:
    """What they brought is written and committed before the partition is somebody else's."""

    async def play() -> Rig:
        rig = Rig()
        claim = await rig.take()
        assert claim.begin()
        revoking = threading.Event()

        def revoke() -> None:
            revoking.set()
            rig.consumer.on_revoke(rig.consumer, rig.partition)

        rig.consumer.calls.append(revoke)
        assert await asyncio.to_thread(revoking.wait, WITHIN)
        rig.line.ended(claim, 0, [RECEIPT])
        claim.end()
        assert await asyncio.wait_for(rig.heard.changes.get(), WITHIN) == ("revoked", ())
        await rig.leave()
        return rig

    rig = asyncio.run(play())
    assert rig.producer.written == [b"sent"]
    assert [each.offset for each in rig.consumer.commits][-1] == 1
