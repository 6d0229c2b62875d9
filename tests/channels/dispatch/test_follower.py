"""Reading contact-changes, with a cluster that does what a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, TopicPartition

from channels.dispatch.beginnings import PAUSE
from channels.dispatch.clock import Clock
from channels.dispatch.follower import PROVE_EVERY, Follower
from channels.dispatch.suppressions import APART_MS
from channels.dispatch.watch import Turn
from schemas.contact_change import ContactChange, encode_change
from schemas.errors import CairnError
from tests.channels.dispatch.samples import NOW_MS
from tests.stand_in import StandIn

TOPIC = "contact-changes"
KEEP_MS = 360_000


class Message(StandIn):
    def error(self) -> KafkaError | None:
        return None


class EndOfPartition(Message):
    def error(self) -> KafkaError | None:
        return KafkaError(KafkaError._PARTITION_EOF)


class Refused(Message):
    def error(self) -> KafkaError | None:
        return KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED)


class Cluster:
    """Consumer and questions in one. `ends` and `times` are what is answered now, `away` what cannot be."""

    def __init__(self) -> None:
        self.ends: dict[int, int] = {0: 0, 1: 0}
        self.times: dict[int, int] = {0: -1, 1: -1}
        self.away: set[int] = set()
        self.silent = False
        self.asked: list[tuple[list[int], int | None]] = []
        self.assigned: dict[int, int] = {}
        self.next: list[Message] = []
        self.now = 0.0

    def ask(self, partitions: Collection[int], since_ms: int | None = None) -> dict[int, Future[Any]]:
        self.asked.append((list(partitions), since_ms))
        found: dict[int, Future[Any]] = {}
        for each in partitions:
            found[each] = Future()
            if each in self.away:
                found[each].set_exception(KafkaException(KafkaError(KafkaError._TIMED_OUT)))
            elif not self.silent:
                offsets = self.ends if since_ms is None else self.times
                found[each].set_result(SimpleNamespace(offset=offsets[each]))
        return found

    def incremental_assign(self, partitions: list[TopicPartition]) -> None:
        self.assigned |= {each.partition: each.offset for each in partitions}

    def incremental_unassign(self, partitions: list[TopicPartition]) -> None:
        for each in partitions:
            del self.assigned[each.partition]

    def consume(self, most: int, seconds: float) -> list[Message]:
        found, self.next = self.next, []
        return found


def written(offset: int, *, at_ms: int = NOW_MS, ms: int = NOW_MS, partition: int = 0) -> Message:
    change = ContactChange(contact_id="c-1", change="unsubscribe", at=at_ms)
    return Message(b"c-1", encode_change(change), t=TOPIC, p=partition, o=offset, ms=ms)


def follower(cluster: Any) -> Follower:
    async def make() -> Follower:
        clock = Clock(lambda: cluster.now, lambda: NOW_MS + round(cluster.now * 1000))
        return Follower(cluster, cluster.ask, TOPIC, clock=clock, keep_ms=KEEP_MS, failed=lambda _error: None)

    return asyncio.run(make())


def begun(cluster: Cluster, *partitions: int) -> tuple[Follower, Turn]:
    """A follower, and the turn that began these."""
    one = follower(cluster)
    one.follow(partitions)
    turns = [one.turn() for _ in range(2)]
    return one, next(each for each in turns if each.begun)


def test_a_partition_begins_at_the_oldest_lease_and_is_known_once_read_to_its_end() -> None:
    """Changes of before it was first known have the time that they were written; later ones were written just now."""
    cluster = Cluster()
    cluster.ends[0], cluster.times[0] = 7, 5
    one, turn = begun(cluster, 0)
    assert cluster.assigned == {0: 5}
    assert cluster.asked[:2] == [([0], None), ([0], NOW_MS - KEEP_MS)]
    assert (turn.begun, turn.known) == ({0: NOW_MS - KEEP_MS}, {})

    cluster.next = [written(5, ms=NOW_MS - 9_000, at_ms=NOW_MS - 9_000)]
    assert one.turn().known == {}
    cluster.next = [written(6, ms=NOW_MS - APART_MS, at_ms=NOW_MS - 4_000)]
    turn = one.turn()
    assert [each.written_ms for _, each in turn.heard] == [NOW_MS - 4_000]
    assert [each.heard_at for _, each in turn.heard] == [float("-inf")]
    assert turn.known == {0: 0.0}

    cluster.now = 3.0
    cluster.next = [written(7, ms=NOW_MS - APART_MS, at_ms=NOW_MS - APART_MS)]
    ((_, heard),) = one.turn().heard
    assert (heard.written_ms, heard.heard_at) == (NOW_MS + 3_000, 3.0)


def test_a_partition_without_a_change_of_that_time_begins_where_it_ended_before_the_question() -> None:
    """Had it been asked the other way round, what was written in between would be passed over."""
    cluster = Cluster()
    cluster.ends[0] = 40
    _, turn = begun(cluster, 0)
    assert cluster.assigned == {0: 40}
    assert turn.known == {0: 0.0}


def test_what_is_known_is_as_old_as_the_question() -> None:
    """And a question that is still open is not replaced by newer ones: on a busy partition none would be answered."""
    cluster = Cluster()
    one, _ = begun(cluster, 0)
    cluster.now, cluster.ends[0] = 10.0, 5
    assert one.turn().known == {}
    cluster.now, cluster.ends[0] = 11.0, 9
    cluster.next = [written(nth) for nth in range(5)]
    assert one.turn().known == {0: 10.0}


def test_the_end_counts_where_no_record_lies_before_it() -> None:
    """Markers of transactions, and records of aborted ones, have offsets that are never read."""
    cluster = Cluster()
    one, _ = begun(cluster, 0)
    cluster.now, cluster.ends[0] = 10.0, 3
    assert one.turn().known == {}
    cluster.next = [EndOfPartition(None, None, t=TOPIC, o=3)]
    assert one.turn().known == {0: 10.0}


def test_one_partition_that_is_away_stops_no_other() -> None:
    """Neither when it begins nor later; it is asked for again, but not without a pause."""
    cluster = Cluster()
    cluster.away = {1}
    one, turn = begun(cluster, 0, 1)
    assert (set(turn.begun), turn.known) == ({0}, {0: 0.0})
    asked = len(cluster.asked)
    one.turn()
    assert len(cluster.asked) == asked
    cluster.away, cluster.now = set(), max(PAUSE, PROVE_EVERY)
    turns = [one.turn() for _ in range(2)]
    assert 1 in turns[-1].known or 1 in turns[0].known
    assert cluster.assigned.keys() == {0, 1}


def test_a_cluster_that_does_not_answer_proves_nothing() -> None:
    """However long it takes; and nobody waits for it."""
    cluster = Cluster()
    one, _ = begun(cluster, 0)
    cluster.silent, cluster.now = True, 50.0
    assert [one.turn().known for _ in range(3)] == [{}, {}, {}]
    assert len(cluster.asked) == 4


def test_what_the_cluster_complains_of_is_told() -> None:
    """It is what the operator reads when nothing is sent."""
    cluster = Cluster()
    one, _ = begun(cluster, 0)
    cluster.away, cluster.now = {0}, 50.0
    assert "timed out" in one.turn().trouble.lower()


def test_a_topic_made_anew_is_begun_again() -> None:
    """Its offsets mean nothing any more: the old ones would say that everything is known."""
    cluster = Cluster()
    cluster.ends[0] = 40
    one, _ = begun(cluster, 0)
    cluster.now, cluster.ends[0] = 1.0, 2
    assert one.turn().known == {}
    cluster.now, cluster.times[0] = 2.0, 0
    turns = [one.turn() for _ in range(2)]
    assert any(each.begun for each in turns)
    assert cluster.assigned == {0: 0}


def test_partitions_that_are_taken_away_are_left() -> None:
    """What comes of them afterwards is nobody's."""
    cluster = Cluster()
    one, _ = begun(cluster, 0, 1)
    one.follow([1])
    cluster.next = [written(0)]
    turn = one.turn()
    assert (turn.left, turn.heard) == ((0,), ())
    assert cluster.assigned.keys() == {1}


def test_a_change_that_cannot_be_read_is_passed_over() -> None:
    """The planner sets it aside; whoever is behind it is still heard."""
    cluster = Cluster()
    one, _ = begun(cluster, 0)
    cluster.next = [Message(b"c-1", b"oops", t=TOPIC), written(1)]
    assert len(one.turn().heard) == 1


def test_a_topic_that_may_not_be_read_ends_the_worker() -> None:
    """With what to do about it; blind it would hold everything for ever."""
    cluster = Cluster()
    one, _ = begun(cluster, 0)
    cluster.next = [Refused(None, None, t=TOPIC)]
    with pytest.raises(CairnError) as raised:
        one.turn()
    assert "Read" in (raised.value.fix or "")
