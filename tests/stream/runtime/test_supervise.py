"""The whole of it: workers under a supervisor, seen through its port."""

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

PARENT = """
import json, sys
from stream.runtime.logs import configure
from stream.runtime.settings import Http, Log, Settings, Tracker
from stream.runtime.supervise import supervise
settings = Settings(http=Http(port=0), tracker=Tracker(workers=2, drain=20))
configure(Log(format="json"))
sys.exit(supervise(settings, settings.tracker, lambda index: [sys.executable, "-c", sys.argv[1]]))
"""
WORKER = """
import os, signal, sys, time
from stream.runtime.child import Child
from stream.runtime.snapshot import Phase, Snapshot
child = Child.of_environment()
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
start = time.monotonic()
while True:
    now = time.monotonic()
    if child.due(now):
        child.publish(Snapshot(child.worker, os.getpid(), Phase.RUNNING, start, now, now, True, True), now)
    time.sleep(0.05)
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where the parent writes its log."""
    return tmp_path / "log"


@pytest.fixture
def parent(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A supervisor with two workers; they end with it."""
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-c", PARENT, WORKER],
            cwd=ROOT,
            stderr=stderr,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    yield process
    process.kill()
    process.wait()


def test_health_and_metrics_of_all_workers_come_from_one_port(
    wait_for: Callable[..., None], parent: subprocess.Popen[bytes], log: Path
) -> None:
    """As Kubernetes and Prometheus see it; SIGTERM ends it with 0."""

    def port() -> int | None:
        lines = [json.loads(line) for line in log.read_text().splitlines() if line.endswith("}")]
        return next((line["port"] for line in lines if line["event"] == "listening"), None)

    def get(path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", port(), timeout=10)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    wait_for(port, "the port was logged")
    wait_for(lambda: get("/readyz")[0] == 200, "both workers are ready")
    assert get("/livez")[0] == 200
    assert get("/startupz")[0] == 200
    assert b'cairn_worker_up{worker="1"} 1.0' in get("/metrics")[1]

    parent.terminate()
    assert parent.wait(30) == 0
