"""What the client's thread does with records that nobody takes, and with a position that is gone."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.consumer.fetcher import Fetcher, OffsetResetStrategy
from aiokafka.errors import OffsetOutOfRangeError
from aiokafka.structs import TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from stream.reactions.consumer_thread import ConsumerThread, RebalanceListener
from stream.reactions.failure import failure_of
from stream.runtime.exits import Exit

AT = TP("milestone-crossed", 0)


def _fetched(monkeypatch: pytest.MonkeyPatch, *, reads: bool) -> tuple[Any, list[tuple[TopicPartition, int]]]:
    """What comes of a fetch of offsets 4 and 5, and where the client was put back to."""
    sought: list[tuple[TopicPartition, int]] = []
    assignment = object()
    client = SimpleNamespace(
        _subscription=SimpleNamespace(subscription=SimpleNamespace(assignment=assignment)),
        seek=lambda at, offset: sought.append((at, offset)),
    )

    async def fetch(*_: Any, **__: Any) -> dict[TP, list[Any]]:
        return {AT: [SimpleNamespace(offset=4), SimpleNamespace(offset=5)]}

    monkeypatch.setattr(driver.AIOKafkaConsumerThread, "_fetch_records", fetch)
    thread: Any = object.__new__(ConsumerThread)
    thread.consumer = SimpleNamespace(reads=lambda each: reads and each is assignment)
    return asyncio.run(ConsumerThread._fetch_records(thread, client)), sought


def test_what_is_taken_in_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    found, sought = _fetched(monkeypatch, reads=True)
    assert [each.offset for each in found[AT]] == [4, 5]
    assert sought == []


def test_what_nobody_takes_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fetch of before a rebalance, answered behind it: the client has moved on, and the records would be passed over,
    for the ledger takes the next offset for the one that comes.
    """
    found, sought = _fetched(monkeypatch, reads=False)
    assert dict(found) == {}
    assert sought == [(TopicPartition(*AT), 4)]


def test_a_position_that_is_gone_is_an_error_once_all_have_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before, a partition that was never committed has none, which is no fault."""
    fetcher = SimpleNamespace(_default_reset_strategy=None)
    thread: Any = SimpleNamespace(begun=None, app=SimpleNamespace(terms=None))
    thread.client = SimpleNamespace(_fetcher=fetcher)
    thread.reset_by = lambda strategy: ConsumerThread.reset_by(thread, strategy)

    async def begun(*_: Any) -> object:
        return object()

    async def nothing(*_: Any) -> None: ...

    monkeypatch.setattr("stream.reactions.consumer_thread.begin", begun)
    monkeypatch.setattr(driver.ConsumerRebalanceListener, "on_partitions_assigned", nothing)
    monkeypatch.setattr(driver.ConsumerRebalanceListener, "on_partitions_revoked", lambda *_: None)
    listener: Any = RebalanceListener(thread)

    asyncio.run(listener.on_partitions_assigned([]))
    assert fetcher._default_reset_strategy == OffsetResetStrategy.NONE
    listener.on_partitions_revoked([])
    assert fetcher._default_reset_strategy == OffsetResetStrategy.EARLIEST
    assert thread.begun is None


def test_the_client_is_still_made_so() -> None:
    """A name that aiokafka changes would be set by us alone, and read by nobody."""
    assert "_default_reset_strategy" in Fetcher._proc_fetch_request.__code__.co_names


def test_a_position_that_went_while_it_ran_says_where_and_restarts() -> None:
    """The next worker counts what is missing, and stops or goes on."""
    found = failure_of(OffsetOutOfRangeError({TopicPartition("milestone-crossed", 3): 17}))
    assert "topic milestone-crossed, partition 3, offset 17" in str(found)
    assert Exit(found.exit).worth_restarting
