"""Which Kafka tests and chaos run on: an embedded one, one in a container, or one that is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.broker import EmbeddedKafka
from schemas.errors import CairnError
from tests.kafka.container import KafkaInContainer

CHOICE = "CAIRN_TEST_KAFKA"
"""`docker`, or the host:port of a Kafka that tests may fill with topics; without it the embedded broker."""
IMAGE = "CAIRN_TEST_KAFKA_IMAGE"
"""The image of `docker`: Kafka's official one, or another that is configured as it is."""
OFFICIAL = "apache/kafka:4.1.2"
"""The version whose jars the embedded broker has."""


@dataclass(frozen=True)
class ChosenKafka:
    """Where it is, and how a report names it."""

    bootstrap_servers: str
    name: str


@contextmanager
def chosen_kafka(environ: Mapping[str, str], directory: Path | None = None) -> Iterator[ChosenKafka]:
    """Start what the environment chooses, for as long as the context lasts. `KAFKA_BOOTSTRAP_SERVERS` is never read.

    `directory` is where the embedded broker keeps its topics; None: a temporary one.

    Raises:
        CairnError: it cannot be started, or `CAIRN_TEST_KAFKA` is none of the three.
    """
    choice = environ.get(CHOICE, "")
    if choice == "docker":
        image = environ.get(IMAGE) or OFFICIAL
        with KafkaInContainer(image) as container:
            yield ChosenKafka(container.bootstrap_servers, f"Kafka, one node in a container of {image}")
    elif ":" in choice:
        yield ChosenKafka(choice, f"Kafka as given by {CHOICE}")
    elif choice:
        raise CairnError(
            f"{choice!r} is neither `docker` nor host:port",
            where=f"the variable {CHOICE}",
            fix="leave it empty for the embedded broker",
        )
    else:
        with EmbeddedKafka(data_dir=directory) as broker:
            yield ChosenKafka(broker.bootstrap_servers, "Apache Kafka 4.1, one node on the same machine")
