"""What every test may use: a real Kafka that is never somebody's own, and a prefix that isolates one test on it."""

from __future__ import annotations

import logging
import os
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.kafka.choice import CHOICE, IMAGE, chosen_kafka


def pytest_configure() -> None:
    """No property test asserts a time, not even by default: on a busy machine any example may take long."""
    settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run side by side, those of `deploy` share one process: a broker that one of them announces to this
    user's terminals would be found by another. Rooms that ask no broker are free.
    """
    deploy = Path(__file__).parent / "deploy"
    free = {deploy / each for each in ("preview", "reference", "rehearsal")}
    for item in items:
        if deploy in item.path.parents and free.isdisjoint(item.path.parents):
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


@pytest.fixture(autouse=True)
def _restored_logs() -> Iterator[None]:
    """A verb sets up logging for its process; here that is everybody's, and its stream ends with the test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture(autouse=True, scope="session")
def _signals_reach_children() -> None:
    """Under nohup, or in a shell's background, signals are ignored: what a test starts would inherit that."""
    for number, handler in ((signal.SIGHUP, signal.SIG_DFL), (signal.SIGINT, signal.default_int_handler)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


# Where the jars are cached, which Kafka to use and whether Postfix must be there say nothing about a cluster's content.
_KEPT = {CHOICE, IMAGE, "CAIRN_CACHE_DIR", "CAIRN_TEST_POSTFIX"}


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Bootstrap address of one Kafka for the whole run. Tests keep apart by the `prefix` fixture."""
    with chosen_kafka(os.environ, tmp_path_factory.mktemp("kafka")) as chosen:
        yield chosen.bootstrap_servers


@pytest.fixture
def prefix() -> str:
    """A topic prefix that no other test has, on this run or any other."""
    return f"t{uuid.uuid4().hex[:12]}-"
