"""A command line to run in this process, records to judge, and topics of one's own on the test Kafka."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.cli.__main__ import cairn as run_cairn
from tests.stand_in import StandIn


@dataclass(frozen=True)
class Outcome:
    """What one command line did."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as the one JSON document it must be."""
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        """Standard error as the one JSON error it must be."""
        return json.loads(self.err)["error"]


Cairn = Callable[..., Outcome]


@pytest.fixture
def cairn(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cairn:
    """Run `cairn` with these arguments in an empty directory, at 80 columns; `given` is standard input."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, given: bytes | None = None) -> Outcome:
        if given is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        capfd.readouterr()
        code = run_cairn(arguments)
        sys.stdout.flush()
        captured = capfd.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run


@pytest.fixture
def record() -> Callable[..., StandIn]:
    """Make a record; every part has a default that is a sound usage event of contact c-1."""

    def make(
        key: bytes | None = b"c-1",
        value: bytes | None = b'{"id":"1","contact_id":"c-1","event":"e"}',
        headers: tuple[tuple[str, bytes], ...] = (),
        *,
        topic: str = "usage-events",
        partition: int = 0,
        offset: int = 0,
        ms: int = 1_790_000_000_000,
    ) -> StandIn:
        return StandIn(key, value, headers, topic, partition, offset, ms)

    return make


@pytest.fixture
def own_kafka(kafka: str, prefix: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Settings in the environment for the test Kafka, a prefix of one's own and 4 partitions; returns the prefix."""
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka)
    monkeypatch.setenv("CAIRN_TOPICS_PREFIX", prefix)
    monkeypatch.setenv("CAIRN_TOPICS_PARTITIONS", "4")
    return prefix


@pytest.fixture
def own_topics(own_kafka: str, cairn: Cairn) -> str:
    """The same with every topic made; returns the prefix."""
    outcome = cairn("topics", "apply")
    assert outcome.code == 0, outcome.err
    return own_kafka
