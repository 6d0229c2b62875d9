"""A Kafka client made of our configuration, or the reason why librdkafka does not take it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from confluent_kafka import KafkaException

from schemas.errors import CairnError
from stream.runtime.exits import Exit
from stream.runtime.kafka import Config

Client = TypeVar("Client")


class ClientSettingsError(CairnError):
    """librdkafka refuses the properties as a whole, as a missing CA file or a user without a password."""

    exit = Exit.USAGE


def made(make: Callable[[Config], Client], config: Config) -> Client:
    """`make(config)`; `make` is a client class of confluent_kafka. No broker is asked, so only settings can be wrong.

    Raises:
        ClientSettingsError: with the client's own words.
    """
    try:
        return make(config)
    except KafkaException as error:
        raise ClientSettingsError(
            f"the Kafka client does not take these settings: {error.args[0].str()}",
            "[kafka] in cairn.toml, CAIRN_KAFKA_… in the environment",
            "cairn config show lists each with its origin",
        ) from error
