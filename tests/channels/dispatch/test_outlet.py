"""Records are written, or the worker ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from confluent_kafka import KafkaError, KafkaException, Producer

from channels.dispatch.outlet import TRIES, Outlet
from channels.dispatch.writing import Writing
from schemas.errors import CairnError
from stream.runtime.exits import Exit

RECORD = Writing("receipts", b"c-1", b"{}")


class FakeProducer:
    """Answers each record in the next poll with the next of `answers`: an error code, or None."""

    def __init__(self, *answers: int | None, full: int = 0, refuses: int | None = None) -> None:
        self.produced: list[tuple[str, bytes | None, bytes | None, dict[str, Any]]] = []
        self._answers = list(answers)
        self._calls: list[Callable[[], None]] = []
        self._full = full
        self._refuses = refuses

    def produce(self, topic: str, value: bytes, key: bytes, on_delivery: Any, **more: Any) -> None:
        if self._full:
            self._full -= 1
            raise BufferError
        if self._refuses is not None:
            raise KafkaException(KafkaError(self._refuses))
        self.produced.append((topic, key, value, more))
        code = self._answers.pop(0) if self._answers else None
        self._calls.append(lambda: on_delivery(None if code is None else KafkaError(code), None))

    def poll(self, _seconds: float) -> None:
        calls, self._calls = self._calls, []
        for each in calls:
            each()


def outlet(producer: FakeProducer) -> Outlet:
    return Outlet(cast(Producer, producer))


def test_done_means_that_all_records_are_acknowledged() -> None:
    """A receipt without its contact change is not enough."""
    done: list[int] = []
    found = outlet(producer := FakeProducer())
    found.write([RECORD, Writing("letters", b"k", b"v", (("h", b"1"),), 3)], lambda: done.append(1))
    assert (done, found.unacknowledged) == ([], 2)
    found.poll()
    assert (done, found.unacknowledged) == ([1], 0)
    assert producer.produced[1] == ("letters", b"k", b"v", {"headers": [("h", b"1")], "partition": 3})


def test_a_record_that_timed_out_is_written_again() -> None:
    """Brokers that were away for long come back."""
    done: list[int] = []
    found = outlet(FakeProducer(KafkaError._MSG_TIMED_OUT, None))
    found.write([RECORD], lambda: done.append(1))
    found.poll()
    assert done == []
    assert found.flush(5.0) == 0
    assert done == [1]


def test_a_full_queue_is_waited_for() -> None:
    """And nothing is lost in it."""
    done: list[int] = []
    found = outlet(FakeProducer(full=3))
    found.write([RECORD], lambda: done.append(1))
    found.poll()
    assert done == [1]


@pytest.mark.parametrize(
    ("answers", "exit_"),
    [
        ([KafkaError._MSG_TIMED_OUT] * TRIES, Exit.CANNOT_CONNECT),
        ([KafkaError.MSG_SIZE_TOO_LARGE], Exit.DRIFT),
        ([KafkaError.TOPIC_AUTHORIZATION_FAILED], Exit.CANNOT_CONNECT),
        ([KafkaError._FATAL], Exit.FENCED),
    ],
)
def test_what_cannot_be_written_ends_the_worker_and_is_never_called_done(answers: list[int], exit_: Exit) -> None:
    """Its delivery stays unfinished, so it is done again by the next worker."""
    done: list[int] = []
    found = outlet(FakeProducer(*answers))
    found.write([RECORD], lambda: done.append(1))

    with pytest.raises(CairnError) as raised:
        found.flush(5.0)

    assert (raised.value.exit, done) == (exit_, [])


def test_a_producer_that_takes_nothing_any_more_ends_the_worker() -> None:
    """As after a fatal error."""
    found = outlet(FakeProducer(refuses=KafkaError._FATAL))
    found.write([RECORD], lambda: None)

    with pytest.raises(CairnError):
        found.poll()
