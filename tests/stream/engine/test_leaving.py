"""A worker leaves its group within a bound, whatever the client does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, cast

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException

from stream.engine.leaving import leave


class Leaver:
    """A consumer as far as leaving goes."""

    def __init__(self, close: Callable[[], Any]) -> None:
        self.close = close


def consumer(close: Callable[[], Any]) -> Consumer:
    return cast(Consumer, Leaver(close))


def test_a_client_that_closes_has_left() -> None:
    """And it was told so once."""
    told: list[str] = []
    assert leave(consumer(lambda: told.append("close")))
    assert told == ["close"]


def test_a_client_that_never_closes_is_left_behind() -> None:
    """Mutation: close the consumer in this thread, and the worker stands until it is killed."""
    over = threading.Event()
    try:
        assert not leave(consumer(over.wait), bound=0.01)
    finally:
        over.set()


def test_what_the_client_says_against_it_is_heard() -> None:
    """The worker logs it and goes on leaving."""

    def refuse() -> None:
        raise KafkaException(KafkaError(KafkaError._STATE))

    with pytest.raises(KafkaException):
        leave(consumer(refuse))
