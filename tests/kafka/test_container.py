"""A Kafka in a container: set as the embedded one is, gone with its owner, and with its reason when it cannot be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient

from deploy.broker.errors import BrokerError
from deploy.broker.ports import free_port
from tests.kafka.choice import CHOICE, IMAGE, OFFICIAL
from tests.kafka.container import KafkaInContainer, environment
from tests.system.waiting import until

ENGINE = pytest.mark.skipif(os.environ.get(CHOICE) != "docker", reason=f"needs {CHOICE}=docker")


def test_it_is_set_as_the_embedded_broker_is() -> None:
    """Tests ask for sessions of seconds, which Kafka's own defaults refuse."""
    found = environment(29092, 29093, "127.0.0.1")

    assert found["KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS"] == "500"
    assert found["KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR"] == "1"
    assert found["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_it_listens_inside_its_container_and_advertises_what_clients_dial() -> None:
    found = environment(29092, 29093, "engine.example")

    assert found["KAFKA_LISTENERS"] == "PLAINTEXT://0.0.0.0:29092,CONTROLLER://127.0.0.1:29093"
    assert found["KAFKA_ADVERTISED_LISTENERS"] == "PLAINTEXT://engine.example:29092"


def test_without_a_container_engine_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{free_port()}")

    with pytest.raises(BrokerError, match="no container of Kafka") as told, KafkaInContainer(OFFICIAL):
        pass

    assert told.value.where is not None
    assert OFFICIAL in told.value.where
    assert told.value.fix is not None
    assert "docker info" in told.value.fix


@pytest.fixture
def engine() -> Iterator[Any]:
    import docker

    client = docker.from_env()
    yield client
    client.close()


@ENGINE
@pytest.mark.system
def test_it_serves_clients_and_is_gone_at_the_end(engine: Any) -> None:
    with KafkaInContainer(os.environ.get(IMAGE) or OFFICIAL) as kafka:
        assert AdminClient({"bootstrap.servers": kafka.bootstrap_servers}).list_topics(timeout=10).brokers
        found = kafka.container_id

    until(lambda: not _there(engine, found), within=30, what="the end of the container")


@ENGINE
@pytest.mark.system
def test_it_does_not_outlive_an_owner_that_is_killed(engine: Any) -> None:
    """Mutation: without its leash the container is there for good."""
    program = (
        "import os, sys\n"
        "from tests.kafka.container import KafkaInContainer\n"
        f"with KafkaInContainer(os.environ.get({IMAGE!r}) or {OFFICIAL!r}) as kafka:\n"
        "    print(kafka.container_id, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        found = owner.stdout.readline().decode().strip()
        assert _there(engine, found)
        owner.send_signal(signal.SIGKILL)

    until(lambda: not _there(engine, found), within=30, what="the end of the container")


def _there(engine: Any, container_id: str) -> bool:
    return any(each.id == container_id for each in engine.containers.list(all=True, ignore_removed=True))
