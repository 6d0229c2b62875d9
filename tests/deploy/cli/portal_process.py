"""`cairn run portal` as a process of its own, and what a browser or mail program gets from it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.channels.portal.browser import KEY
from tests.system.waiting import until

ROOT = Path(__file__).parents[3]
ONE_CLICK = "List-Unsubscribe=One-Click"
ENVIRONMENT = {"CAIRN_PORTAL_PUBLIC_URL": "https://acme.example/p", "CAIRN_PORTAL_KEYS": KEY}


@dataclass(frozen=True)
class Reply:
    """One answer."""

    status: int
    text: str


class PortalProcess:
    """One supervisor with its portal; both ports are free ones that it says in its log."""

    def __init__(self, log: Path, process: subprocess.Popen[bytes]) -> None:
        self.log = log
        self.process = process
        self.port = self._port_of("portal_listening")
        self.health_port = self._port_of("listening")

    def ask(self, path: str, method: str = "GET", body: str | None = None) -> Reply:
        """Send one request to the pages."""
        return _ask(self.port, path, method, body)

    def health(self, path: str) -> Reply:
        """Ask the supervisor."""
        return _ask(self.health_port, path)

    def wait_ready(self) -> None:
        """Wait until pages are shown."""
        until(lambda: self.health("/readyz").status == 200, within=60, what=f"ready\n{self.said}")

    @property
    def said(self) -> str:
        """Its log so far."""
        return self.log.read_text()

    def terminate(self) -> None:
        """SIGTERM to the supervisor."""
        self.process.send_signal(signal.SIGTERM)

    def _port_of(self, event: str) -> int:
        def look() -> int:
            assert self.process.poll() is None, self.said
            for line in self.said.splitlines():
                if f'"event": "{event}"' in line:
                    return int(json.loads(line)["port"])
            return 0

        return until(look, within=60, what=f"{event} in its log")


@contextmanager
def portal_process(log: Path) -> Iterator[PortalProcess]:
    """`cairn run portal` until the block ends; killed if it is still there then."""
    command = [sys.executable, "-m", "deploy.cli", "run", "portal", "--port", "0", "--http-port", "0", "--json"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=out, stderr=out)
    try:
        yield PortalProcess(log, process)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(30)


def _ask(port: int, path: str, method: str = "GET", body: str | None = None) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return Reply(answer.status, answer.read().decode())
    finally:
        connection.close()
