"""What a dispatcher tells its parent."""

from __future__ import annotations

import os

import pytest
from confluent_kafka import KafkaError

from channels.dispatch.figures import Figures
from stream.runtime import health
from stream.runtime.child import Child, ChildPipes
from stream.runtime.figures import Figures as Parent
from stream.runtime.frames import FrameReader
from stream.runtime.settings import Email
from stream.runtime.snapshot import Lag, Phase, Snapshot


class Told:
    """The figures of a worker as its parent reads them."""

    def __init__(self) -> None:
        self.now = 0.0
        read, write = os.pipe()
        alive, self._hold = os.pipe()
        self._reader = FrameReader(read)
        self.figures = Figures(Child(ChildPipes(0, write, alive), on_orphaned=lambda: None), "email", lambda: self.now)

    def read(self, *, kafka_at: float | None = None, in_flight: int = 0) -> Snapshot:
        self.now += 1.0
        self.figures.turned(self.now if kafka_at is None else kafka_at, in_flight, 0)
        seen = list(self._reader.messages())[-1]
        assert isinstance(seen, Snapshot)
        return seen


@pytest.fixture
def told() -> Told:
    return Told()


def verdicts(seen: Snapshot, now: float) -> tuple[bool, bool]:
    parent = Parent()
    parent.start(0, 1, 0.0)
    parent.receive(seen)
    bounds = health.Bounds.of(Email())
    return health.livez(parent.views(), now, bounds).ok, health.readyz(parent.views()).ok


def test_ready_once_the_group_was_joined(told: Told) -> None:
    """Without any partition too: others have them."""
    told.figures.enter(Phase.JOINING)
    assert verdicts(told.read(), told.now) == (True, False)
    told.figures.rebalanced("assigned", ())
    seen = told.read()
    assert verdicts(seen, told.now) == (True, True)
    assert seen.phase is Phase.RUNNING


def test_not_alive_when_either_half_stands_still(told: Told) -> None:
    """The loop that sends publishes, so its silence shows; the thread's is told by it."""
    told.figures.enter(Phase.JOINING)
    told.figures.rebalanced("assigned", (0,))
    told.now = 1_000.0
    assert verdicts(told.read(), told.now + 1)[0]
    assert not verdicts(told.read(), told.now + 100)[0]
    assert not verdicts(told.read(kafka_at=told.now - 100), told.now)[0]


def test_a_partition_that_left_takes_its_lag_along(told: Told) -> None:
    """Two workers would show it otherwise."""
    told.figures.rebalanced("assigned", (0, 1))
    told.figures.reported({0: Lag("d", 5, 1.5), 1: Lag("d", 7, 2.5)}, [])
    assert told.read().gauges["cairn_lag_records"] == {("d", "0"): 5, ("d", "1"): 7}
    told.figures.rebalanced("revoked", (1,))
    told.figures.reported({0: Lag("d", 5, 1.5)}, [])
    seen = told.read()
    assert seen.gauges["cairn_lag_records"] == {("d", "1"): 7}
    assert [(each.partition, each.lag) for each in seen.tasks] == [(1, (Lag("d", 7, 2.5),))]


def test_brokers_that_are_away_show_until_records_come(told: Told) -> None:
    """Waiting for them is not being stuck."""
    told.figures.reported({}, [KafkaError(KafkaError._ALL_BROKERS_DOWN)])
    assert not told.read().broker_reachable
    told.figures.received("d", 1)
    assert told.read().broker_reachable


def test_a_provider_cannot_name_series_at_length(told: Told) -> None:
    """Its code becomes a label, cut short."""
    told.figures.requested("x" * 1000, 0.1)
    ((_, code),) = told.read().counters["cairn_provider_requests_total"]
    assert len(code) == 40
