"""The writer of unsubscriptions: what it tells Kafka, and what Kafka's answers mean."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import KafkaError

from channels.portal.publisher import ChangePublisher
from schemas.contact_change import ContactChange
from schemas.errors import CairnError
from stream.runtime.settings import Portal, Settings, Topics

CHANGE = ContactChange(contact_id="c-é", change="unsubscribe", at=1_790_000_000_000, channel="email")


class Broker:
    """A producer that answers as it is told, on the thread that polls it as librdkafka does."""

    def __init__(self, answer: KafkaError | None = None) -> None:
        self.config: dict[str, Any] = {}
        self.written: list[tuple[str, bytes, bytes]] = []
        self.answered_on: list[str] = []
        self._answer = answer
        self._calls: list[Callable[[], None]] = []
        self._called = threading.Condition()

    def __call__(self, config: dict[str, Any]) -> Any:
        self.config = config
        return self

    def produce(self, topic: str, value: bytes, key: bytes, on_delivery: Callable[[Any, Any], None]) -> None:
        self.written.append((topic, value, key))
        with self._called:
            self._calls.append(lambda: on_delivery(self._answer, None))
            self._called.notify()

    def poll(self, seconds: float) -> None:
        with self._called:
            self._called.wait_for(lambda: self._calls, seconds)
            calls, self._calls = self._calls, []
        for each in calls:
            self.answered_on.append(threading.current_thread().name)
            each()

    def flush(self, seconds: float) -> int:
        return 0


def publish(broker: Broker) -> ChangePublisher:
    settings = Settings(topics=Topics(prefix="t-"), portal=Portal(publish_timeout=3.0))
    publisher = ChangePublisher(settings, broker)
    try:
        asyncio.run(publisher(CHANGE))
    finally:
        publisher.close()
    return publisher


def test_a_change_is_written_under_its_contact() -> None:
    """Key in UTF-8, murmur2, idempotent, acknowledged by all; given up when the reader is told to try again."""
    broker = Broker()
    publish(broker)

    ((topic, value, key),) = broker.written
    assert (topic, key) == ("t-contact-changes", "c-é".encode())
    assert b'"change":"unsubscribe"' in value
    chosen = {name: broker.config[name] for name in ("partitioner", "enable.idempotence", "acks", "message.timeout.ms")}
    assert chosen == {
        "partitioner": "murmur2_random",
        "enable.idempotence": True,
        "acks": "all",
        "message.timeout.ms": 3000,
    }
    assert broker.answered_on == ["change-publisher"]


def test_a_refusal_is_raised() -> None:
    """The page must not say that it is done; the operator reads the topic and the cure."""
    with pytest.raises(CairnError) as caught:
        publish(Broker(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED)))

    assert "TOPIC_AUTHORIZATION_FAILED" in caught.value.what
    assert "contact-changes" in (caught.value.where or "")
    assert "kafka-acls" in (caught.value.fix or "")


def test_whoever_gave_up_is_not_told() -> None:
    """The page's time is over, and the acknowledgement comes after all: nothing breaks."""
    broker = Broker()
    settings = Settings()
    publisher = ChangePublisher(settings, broker)

    async def give_up() -> None:
        waiting = asyncio.ensure_future(publisher(CHANGE))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    try:
        asyncio.run(give_up())
        asyncio.run(publisher(CHANGE))
    finally:
        publisher.close()
    assert len(broker.answered_on) == 2


def test_a_producer_that_can_write_no_more_says_so() -> None:
    """A fatal error of librdkafka stays until there is a new producer; a lost connection mends itself."""
    broker = Broker()
    publisher = publish(broker)

    broker.config["error_cb"](KafkaError(KafkaError._TRANSPORT))
    assert publisher.failure is None
    fatal = KafkaError(KafkaError._FATAL, "out of order", True)
    broker.config["error_cb"](fatal)
    assert publisher.failure is fatal
