"""A command line to run in this process, records to judge, and topics of one's own on the test Kafka."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, Message, TopicPartition

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


Without = Callable[..., None]
ROOMS = ("schemas", "stream", "channels", "templates", "deploy")


@pytest.fixture
def without() -> Iterator[Without]:
    """Make a library one that is not there, and our packages that use it ones that were not imported yet.

    Afterwards everything is as before: `sys.modules`, and the attributes by which parents know their modules. Else a
    later test patches a second copy of a module by its name, and tries the first.
    """
    before, attributes = dict(sys.modules), dict[tuple[str, str], Any]()

    def forget(library: str, *packages: str) -> None:
        for name, module in before.items():
            if any(name == each or name.startswith(f"{each}.") for each in (library, *packages)):
                parent, _, child = name.rpartition(".")
                if parent in before and vars(before[parent]).get(child) is module:
                    attributes[parent, child] = module
                sys.modules.pop(name, None)
        sys.modules[library] = None  # type: ignore[assignment]  # as the import system has it for "there is none"

    yield forget
    for name in set(sys.modules) - set(before):
        if name.partition(".")[0] in ROOMS:  # a library's may hold what cannot be loaded twice
            del sys.modules[name]
    sys.modules.update(before)
    for (parent, child), module in attributes.items():
        setattr(before[parent], child, module)


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


@pytest.fixture
def written(own_topics: str, kafka: str) -> Callable[[str], list[Message]]:
    """Read all of a topic's records."""

    def read(topic: str) -> list[Message]:
        settings = {"bootstrap.servers": kafka, "group.id": "none", "enable.auto.commit": False}
        consumer = Consumer(settings)
        try:
            at = [TopicPartition(own_topics + topic, partition, 0) for partition in range(4)]
            ends = [consumer.get_watermark_offsets(each, timeout=10)[1] for each in at]
            consumer.assign(at)
            return consumer.consume(sum(ends), timeout=10) if sum(ends) else []
        finally:
            consumer.close()

    return read
