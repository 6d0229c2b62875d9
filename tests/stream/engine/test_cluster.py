"""What the cluster says of the topics, and what stops a worker before its first record (rule 10)."""

from __future__ import annotations

from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any, cast

import pytest
from confluent_kafka import IsolationLevel, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

from schemas.errors import CairnError
from stream.engine.cluster import AskedEnds, Cluster, Span
from stream.engine.identity import Layout
from stream.engine.topology import Input
from stream.runtime.exits import Exit
from tests.contracts.tally import CHANGELOG, IN, LETTERS, OUT, tally_topology


def _done(value: object) -> Future[Any]:
    future: Future[Any] = Future()
    if isinstance(value, Exception):
        future.set_exception(value)
    else:
        future.set_result(value)
    return future


class FakeAdmin:
    """Describes topics by their partition counts; an error stands for what the broker says of a topic."""

    def __init__(self, counts: dict[str, int | KafkaError], ends: tuple[int, int] = (2, 9)) -> None:
        self.counts = counts
        self.ends = ends
        self.isolation: list[IsolationLevel] = []

    def describe_topics(self, topics: Any, request_timeout: float) -> dict[str, Future[Any]]:
        return {topic: _done(self._described(topic)) for topic in self.counts}

    def list_offsets(
        self, wanted: dict[TopicPartition, Any], isolation_level: IsolationLevel, request_timeout: float
    ) -> dict[TopicPartition, Future[Any]]:
        self.isolation.append(isolation_level)
        end = self.ends[len(self.isolation) - 1]
        return {at: _done(SimpleNamespace(offset=end + at.partition)) for at in wanted}

    def _described(self, topic: str) -> object:
        count = self.counts[topic]
        if isinstance(count, KafkaError):
            return KafkaException(count)
        return SimpleNamespace(topic_id=f"id of {topic}", partitions=[None] * count)


def layout_of(**change: int | KafkaError) -> Layout:
    counts: dict[str, int | KafkaError] = {IN: 12, OUT: 12, LETTERS: 12, CHANGELOG: 12}
    counts |= {name.replace("_", "-"): count for name, count in change.items()}
    return Cluster(cast(AdminClient, FakeAdmin(counts))).layout(tally_topology())


def test_the_layout_has_ids_and_the_one_count() -> None:
    """The changelog's id tells a topic that was made anew from the one that the store knows."""
    layout = layout_of()
    assert layout.partitions == 12
    assert layout.topic_ids[CHANGELOG] == f"id of {CHANGELOG}"


def test_counts_that_differ_stop_the_worker_with_all_of_them() -> None:
    """Exit 3: a contact has one partition number everywhere."""
    with pytest.raises(CairnError, match="in 12, in-dlq 6, out 12, tally-changelog 12") as drift:
        layout_of(in_dlq=6)
    assert drift.value.exit == Exit.DRIFT


def test_missing_topics_stop_the_worker_with_their_names() -> None:
    """Exit 3 and the command that makes them; all at once."""
    unknown = KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART)
    with pytest.raises(CairnError, match="missing: in-dlq, out") as drift:
        layout_of(out=unknown, in_dlq=unknown)
    assert drift.value.exit == Exit.DRIFT
    assert "cairn topics apply" in (drift.value.fix or "")


def test_a_broker_that_does_not_answer_is_not_a_missing_topic() -> None:
    """The caller hears the client's own error."""
    with pytest.raises(KafkaException):
        layout_of(out=KafkaError(KafkaError._TRANSPORT))


def test_ends_count_open_transactions_too() -> None:
    """Rule 8: the last stable offset hides what a stalled owner can still commit."""
    admin = FakeAdmin({})
    spans = Cluster(cast(AdminClient, admin)).spans([(IN, 0), (IN, 3)], 1.0)
    assert spans == {(IN, 0): Span(2, 9), (IN, 3): Span(5, 12)}
    assert set(admin.isolation) == {IsolationLevel.READ_UNCOMMITTED}


def test_a_broadcast_has_one_partition_while_all_others_have_theirs() -> None:
    """It has no part in the one count of rule 10; with several partitions its order would be nobody's."""
    topology = tally_topology((Input("rules", broadcast=True),))
    counts: dict[str, int | KafkaError] = {IN: 12, OUT: 12, LETTERS: 12, CHANGELOG: 12, "rules": 1}
    assert Cluster(cast(AdminClient, FakeAdmin(counts))).layout(topology).partitions == 12
    with pytest.raises(CairnError, match="rules has 12 partitions") as refused:
        Cluster(cast(AdminClient, FakeAdmin(counts | {"rules": 12}))).layout(topology)
    assert refused.value.exit == Exit.DRIFT


def test_a_question_for_ends_is_answered_when_all_of_it_is() -> None:
    """Nobody waits for it, and open transactions count (rule 16): their records were there before the question."""
    admin = FakeAdmin({})
    asked = Cluster(cast(AdminClient, admin)).ask_ends([(IN, 0), (IN, 1)], 1.0)
    assert asked.answer() == {(IN, 0): 2, (IN, 1): 3}
    assert admin.isolation == [IsolationLevel.READ_UNCOMMITTED]
    waiting: Future[Any] = Future()
    both = AskedEnds({TopicPartition(IN, 0): _done(SimpleNamespace(offset=1)), TopicPartition(IN, 1): waiting})
    assert both.answer() is None
    waiting.set_exception(KafkaException(KafkaError(KafkaError._TIMED_OUT)))
    with pytest.raises(KafkaException):
        both.answer()
