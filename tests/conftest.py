"""What every test may use: a real Kafka that is never somebody's own, and a prefix that isolates one test on it."""

from __future__ import annotations

import os
import signal
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

CHOICE = "CAIRN_TEST_KAFKA"
"""`docker`, or the host:port of a Kafka that tests may fill with topics; without it the embedded broker."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run side by side, those of `deploy` share one process: a broker that one of them announces to this
    user's terminals would be found by another.
    """
    deploy = Path(__file__).parent / "deploy"
    for item in items:
        if deploy in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("deploy"))


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test meets the brokers or settings of the person who runs it: they may be a company's. Nor a terminal's width,
    which tests that run side by side are given.
    """
    monkeypatch.delenv("COLUMNS", raising=False)
    for name in list(os.environ):
        if name == "KAFKA_BOOTSTRAP_SERVERS" or (name.startswith("CAIRN_") and name not in _KEPT):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True, scope="session")
def _signals_reach_children() -> None:
    """Under nohup, or in a shell's background, signals are ignored: what a test starts would inherit that."""
    for number, handler in ((signal.SIGHUP, signal.SIG_DFL), (signal.SIGINT, signal.default_int_handler)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


# Where the jars are cached and which Kafka to use say nothing about a cluster's content.
_KEPT = {CHOICE, "CAIRN_CACHE_DIR"}


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Bootstrap address of one Kafka for the whole run. Tests keep apart by the `prefix` fixture."""
    choice = os.environ.get(CHOICE, "")
    if choice == "docker":
        yield from _docker()
    elif choice:
        yield choice
    else:
        yield from _embedded(tmp_path_factory.mktemp("kafka"))


@pytest.fixture
def prefix() -> str:
    """A topic prefix that no other test has, on this run or any other."""
    return f"t{uuid.uuid4().hex[:12]}-"


def _embedded(directory: Path) -> Iterator[str]:
    from deploy.broker import EmbeddedKafka

    with EmbeddedKafka(data_dir=directory) as broker:
        yield broker.bootstrap_servers


def _docker() -> Iterator[str]:
    port = _free_port()
    with _container(port) as container:
        yield f"{container.get_container_host_ip()}:{port}"


def _container(port: int) -> DockerContainer:
    """The official image as one node. One port inside and outside: a broker advertises what clients dial."""
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy

    environment = {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_LISTENERS": f"PLAINTEXT://0.0.0.0:{port},CONTROLLER://0.0.0.0:19093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://localhost:{port}",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "PLAINTEXT",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:19093",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    }
    container = DockerContainer("apache/kafka:4.1.0").with_bind_ports(port, port)
    for name, value in environment.items():
        container = container.with_env(name, value)
    return container.waiting_for(LogMessageWaitStrategy("Kafka Server started"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
