"""What a dispatcher asks of its topics before the first record."""

from __future__ import annotations

from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any, cast

import pytest
from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient

from channels.dispatch.topic_shapes import check_partitions
from schemas.errors import CairnError
from stream.runtime.exits import Exit


def admin(**partitions: int) -> AdminClient:
    """A cluster with these topics; 0 partitions: it may not be seen."""

    def described(name: str) -> Future[Any]:
        future: Future[Any] = Future()
        if partitions.get(name):
            future.set_result(SimpleNamespace(partitions=[*range(partitions[name])]))
        else:
            hidden = name in partitions
            code = KafkaError.TOPIC_AUTHORIZATION_FAILED if hidden else KafkaError.UNKNOWN_TOPIC_OR_PART
            future.set_exception(KafkaException(KafkaError(code)))
        return future

    def describe(wanted: TopicCollection, request_timeout: float) -> dict[str, Future[Any]]:
        return {name: described(name) for name in wanted.topic_names}

    fake: Any = SimpleNamespace(describe_topics=describe)
    return cast(AdminClient, fake)


def test_topics_of_one_count_are_right() -> None:
    """The count is returned."""
    assert check_partitions(admin(a=4, b=4, other=7), ["a", "b"]) == 4


def test_a_topic_that_may_not_be_seen_is_not_missing() -> None:
    """Whoever makes it again gains nothing: it is a right that is missing, and a restart helps once it is given."""
    with pytest.raises(CairnError, match="b") as raised:
        check_partitions(admin(a=4, b=0), ["a", "b"])
    assert raised.value.exit == Exit.CANNOT_CONNECT
    assert "kafka-acls" in (raised.value.fix or "")


@pytest.mark.parametrize(("there", "what"), [({"a": 4}, "missing: b"), ({"a": 4, "b": 5}, "a 4, b 5")])
def test_a_missing_topic_or_another_count_stops_the_worker(there: dict[str, int], what: str) -> None:
    """Before the first record: a receipt in another partition would never meet its delivery."""
    with pytest.raises(CairnError, match=what) as raised:
        check_partitions(admin(**there), ["a", "b"])

    assert raised.value.exit == Exit.DRIFT
