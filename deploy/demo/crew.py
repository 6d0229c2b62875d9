"""The tracker of the demo: `cairn run tracker` as a process of its own, which ends with the demo, however that ends."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import deploy
from deploy.broker.kept_process import KeptProcess
from deploy.demo.crew_log import CrewLog, Crewman
from deploy.demo.followed import Followed
from deploy.demo.surroundings import foreign
from schemas.errors import CairnError
from stream.runtime.exits import Exit

WORKERS = 2
PARTITIONS = 6
HOST = "demo"
_ANSWER_S = 0.5
_EXPLAIN_S = 60.0
_CODE = Path(deploy.__file__).parent.parent

_SETTINGS = """\
# The settings of one run of `cairn demo`; gone when it ends.
[kafka]
bootstrap_servers = {bootstrap}
[topics]
partitions = {partitions}
[tracker]
state_dir = {state}
workers = {workers}
# static: a worker that was killed comes back to its own partitions, in about a second
membership = "static"
host = "{host}"
# a machine that is busy with other things is not taken for a dead worker
session_timeout = "20 s"
[http]
port = 0
[log]
format = "json"
"""


class Crew:
    """Its folder holds settings, state and log, and is removed at the end."""

    def __init__(self, bootstrap: str, environ: Mapping[str, str]) -> None:
        """Nothing is started yet: `add_settings` may still be called."""
        self.folder = Path(tempfile.mkdtemp(prefix="cairn-demo-"))
        self.config = self.folder / "cairn.toml"
        self.log = CrewLog()
        self.states: dict[int, str] = {}
        """What each worker is busy with, in its own words."""
        log_file = self.folder / "tracker.log"
        self._followed = Followed(log_file)
        self.config.write_text(
            _SETTINGS.format(
                bootstrap=json.dumps(bootstrap),
                partitions=PARTITIONS,
                state=json.dumps(str(self.folder / "state")),
                workers=WORKERS,
                host=HOST,
            ),
            "utf-8",
        )
        unset = [part for name in foreign(environ) for part in ("-u", name)]
        # The process runs in its own folder, and so must be told where this very Cairn is.
        self._cairn = ["env", *unset, f"PYTHONPATH={os.pathsep.join([str(_CODE), environ.get('PYTHONPATH', '')])}"]
        self._cairn += [sys.executable, "-m", "deploy.cli", "--config", str(self.config)]
        self._process = KeptProcess(self.command("run", "tracker"), self.folder, log_file, remove=self.folder)

    def add_settings(self, text: str) -> None:
        """Add sections to cairn.toml."""
        with self.config.open("a", encoding="utf-8") as file:
            file.write(text)

    def command(self, *words: str) -> list[str]:
        """The command line of a `cairn` that has these settings and no others."""
        return [*self._cairn, *words]

    def explain(self, contact: str) -> str:
        """What `cairn contact explain` says, run as anybody would."""
        command = self.command("contact", "explain", contact)
        try:
            ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=_EXPLAIN_S)  # noqa: S603 - ours
        except subprocess.TimeoutExpired:
            return f"no answer within {_EXPLAIN_S:.0f} s"
        return ran.stdout + ran.stderr

    @property
    def workers(self) -> list[Crewman]:
        """All workers, by number."""
        return [man for _, man in sorted(self.log.crew.items())]

    def start(self) -> None:
        """Start the supervisor, which starts the workers."""
        self._process.start()

    def look(self) -> None:
        """Read on in the log. Raises `CairnError` when the tracker has ended."""
        self.log.feed(self._followed.news())
        if self._process.pid is None:
            raise CairnError(
                "the tracker of the demo ended by itself",
                where="its last words:\n" + "\n".join(self.log.tail),
                fix="please report it, with these lines",
                exit=Exit.INTERNAL,
            )

    def ask(self) -> None:
        """Ask the tracker's health page what its workers are doing; what it does not answer stays as it was."""
        if self.log.port is None:
            return
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            connection = http.client.HTTPConnection("127.0.0.1", self.log.port, timeout=_ANSWER_S)
            with contextlib.closing(connection):
                connection.request("GET", "/readyz")
                checks = json.loads(connection.getresponse().read())["checks"]
            for check in checks:
                kind, _, index = check["name"].partition("-")
                if kind == "worker":
                    self.states[int(index)] = check["reason"]

    def drain(self, grace: float) -> None:
        """SIGTERM, and SIGKILL after `grace` seconds; returns when all of it is gone."""
        self._process.end(grace)
        self.log.feed(self._followed.news())

    def close(self) -> None:
        """Make sure that nothing is left."""
        self._process.close()
