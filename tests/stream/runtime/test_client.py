"""A client, or why librdkafka does not make one."""

from __future__ import annotations

import pytest
from confluent_kafka import Consumer, Producer

from stream.runtime.client import ClientSettingsError, made
from stream.runtime.exits import Exit
from stream.runtime.kafka import consumer_config, producer_config
from stream.runtime.masking import Properties
from stream.runtime.settings import Kafka, Settings


def test_properties_that_do_not_fit_together_are_a_usage_error() -> None:
    """No restart mends them; the client's own words say which."""
    settings = Settings(kafka=Kafka(properties=Properties({"max.in.flight": "6"})))

    made(Consumer, consumer_config(settings, settings.tracker, group_id="g")).close()
    with pytest.raises(ClientSettingsError, match=r"max\.in\.flight") as caught:
        made(Producer, producer_config(settings, transactional_id="t"))

    assert caught.value.exit is Exit.USAGE
