"""Reactions on a Kafka with a prefix of its own: topics, crossings as a tracker writes them, `cairn run reactions`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from deploy.demo.crew_log import CrewLog
from deploy.demo.followed import Followed
from schemas.milestone_crossed import MilestoneCrossed, crossing_id, decode_crossing, encode_crossing
from schemas.topics import MILESTONE_CROSSED, REACTIONS_DLQ, topics
from tests.system.new_topics import make_topics
from tests.system.topic_log import ADMIN, ANSWER, CLIENT, TopicLog
from tests.system.waiting import until

EXAMPLE = decode_crossing(
    (Path(__file__).parents[2] / "schemas/examples/valid/milestone-crossed/contract.json").read_bytes()
)
SHORT: Mapping[str, str] = {
    "CAIRN_REACTIONS_SESSION_TIMEOUT": "6 s",
    "CAIRN_REACTIONS_HEARTBEAT": "0.5 s",
    "CAIRN_REACTIONS_HAND_OVER": "3 s",
    "CAIRN_REACTIONS_DRAIN": "10 s",
    "CAIRN_REACTIONS_LONGEST_PAUSE": "1 s",
}
"""Time bounds of tests. 6 s of session are the least that a broker lets in by default."""
WRITES = """
import os
from stream.reactions import App
app = App({name!r}, begin={begin!r})
@app.agent(app.milestone_crossed)
async def tell(crossings):
    async for crossing in crossings:
        with open({journal!r}, "a") as out:
            out.write(f"{{os.getpid()}} {{crossing.id}}\\n")
"""
"""A reaction that writes what it did."""


def crossing(contact: str, occurrence: int) -> MilestoneCrossed:
    """A crossing of the contact, one for each occurrence."""
    return msgspec.structs.replace(
        EXAMPLE,
        id=crossing_id(contact, EXAMPLE.milestone, occurrence),
        contact_id=contact,
        occurrence=occurrence,
    )


class Run:
    """One `cairn run reactions`, to be ended with `stop` or `kill`."""

    def __init__(self, command: list[str], log: Path, environ: Mapping[str, str], directory: Path) -> None:
        self._log_file, self._log, self._followed = log, CrewLog(), Followed(log)
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=dict(environ), cwd=directory
            )

    @property
    def said(self) -> str:
        """Its whole log."""
        return self._log_file.read_text("utf-8", "replace")

    @property
    def living(self) -> list[int]:
        """The process ids of its workers."""
        self._log.feed(self._followed.news())
        return [man.pid for _, man in sorted(self._log.crew.items()) if man.pid is not None]

    def metric(self, name: str) -> list[float]:
        """The series of a metric, as its health port has them now."""
        port = next((each["port"] for each in self.events("listening")), None)
        if port is None:
            return []
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return [float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name + "{")]

    def events(self, name: str) -> list[dict[str, Any]]:
        """The log lines of one event."""
        lines = [json.loads(line) for line in self.said.splitlines() if line.startswith("{")]
        return [line for line in lines if line.get("event") == name]

    def stop(self, within: float = 40) -> int:
        """SIGTERM; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within)

    def kill(self) -> None:
        """SIGKILL to the supervisor; its workers see their pipe end."""
        self.process.kill()
        self.process.wait()


class ReactionsRig:
    """Makes the topics at once; `close` ends all that it started."""

    def __init__(self, bootstrap: str, prefix: str, directory: Path, *, partitions: int = 4) -> None:
        self.bootstrap, self.prefix, self.directory, self.partitions = bootstrap, prefix, directory, partitions
        self.crossed, self.letters = prefix + MILESTONE_CROSSED, prefix + REACTIONS_DLQ
        self.journal = directory / "journal"
        self.runs: list[Run] = []
        self._admin = AdminClient({**ADMIN, "bootstrap.servers": bootstrap})
        self._producer = Producer(
            {
                **CLIENT,
                "bootstrap.servers": bootstrap,
                "partitioner": "murmur2_random",
                # As the tracker's: aiokafka cannot unpack it by itself.
                "compression.type": "lz4",
                "transactional.id": f"{prefix}test-{uuid.uuid4().hex[:6]}",
            }
        )
        self._producer.init_transactions(30)
        table = topics(prefix, partitions)
        new = [NewTopic(each.name, each.partitions, 1, config=dict(each.configs)) for each in table]
        make_topics(self._admin, new, within=30)

    def module(self, name: str, text: str = WRITES, *, begin: str = "earliest") -> str:
        """Write a module into the working directory of the runs."""
        file = self.directory / f"{name}.py"
        file.write_text(text.format(name=name, begin=begin, journal=str(self.journal)) if text is WRITES else text)
        return name

    def run(self, *modules: str, workers: int = 1, http: bool = False, **settings: str) -> Run:
        """Start `cairn run reactions`; settings are environment variables."""
        command = [sys.executable, "-P", "-m", "deploy.cli", "--json", "run", "reactions"]
        command += [word for each in modules for word in ("--with", each)]
        command += ["--workers", str(workers), "--http-port", "0" if http else "off"]
        environ = {
            **os.environ,
            **SHORT,
            "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap,
            "CAIRN_TOPICS_PREFIX": self.prefix,
            "CAIRN_TOPICS_PARTITIONS": str(self.partitions),
            **settings,
        }
        run = Run(command, self.directory / f"run-{uuid.uuid4().hex[:6]}.log", environ, self.directory)
        self.runs.append(run)
        return run

    def cross(self, contacts: Iterable[str], occurrence: int = 1, *, commit: bool = True) -> list[str]:
        """Write crossings in one transaction, as the tracker does; returns their ids."""
        found = [crossing(each, occurrence) for each in contacts]
        self._producer.begin_transaction()
        for each in found:
            self._producer.produce(self.crossed, encode_crossing(each), each.contact_id)
        assert not self._producer.flush(30)
        self._producer.commit_transaction(30) if commit else self._producer.abort_transaction(30)
        return [each.id for each in found]

    def put(self, *values: bytes, key: bytes = b"c-1") -> None:
        """Write any records to the crossings, in one transaction."""
        self._producer.begin_transaction()
        for each in values:
            self._producer.produce(self.crossed, each, key)
        self._producer.commit_transaction(30)

    def make_anew(self, topic: str) -> None:
        """Delete a topic, and make it again under its name."""
        self._admin.delete_topics([topic], request_timeout=ANSWER)[topic].result(ANSWER)
        (table,) = (each for each in topics(self.prefix, self.partitions) if each.name == topic)
        make_topics(self._admin, [NewTopic(topic, table.partitions, 1, config=dict(table.configs))], within=30)

    def done(self) -> Counter[str]:
        """How often each crossing was handled, by the journal."""
        lines = self.journal.read_text().splitlines() if self.journal.exists() else []
        return Counter(line.split()[1] for line in lines)

    def wait_done(self, ids: Iterable[str], within: float = 60) -> None:
        """Wait until each of them was handled."""
        wanted = set(ids)
        until(lambda: wanted <= self.done().keys(), within=within, what=f"all are handled\n{self.said()}")

    def dead_letters(self) -> list[Any]:
        """What was set aside."""
        with TopicLog(self.bootstrap, self.letters, self.partitions) as log:
            return log.read_all()

    def said(self) -> str:
        """The ends of all logs."""
        return "\n".join(f"--- exit {each.process.poll()}\n{each.said[-3000:]}" for each in self.runs)

    def close(self) -> None:
        """End what this rig started and leave nothing on the broker."""
        for each in self.runs:
            if each.process.poll() is None:
                each.kill()
        names = [each.name for each in topics(self.prefix, self.partitions)]
        for future in self._admin.delete_topics(names, request_timeout=ANSWER).values():
            future.result(ANSWER)
