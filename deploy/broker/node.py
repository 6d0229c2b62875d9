"""One broker process on one directory: settings written, started, asked whether it serves."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.broker import diagnosis, server_properties
from deploy.broker.errors import BrokerError
from deploy.broker.kept_process import KeptProcess
from deploy.broker.ports import HOST, free_port, is_free, taken
from deploy.broker.readiness import await_ready

_START_S = 90.0
_TRIES = 4


class Node:
    """Runs `command` (a Kafka that reads `server.properties` in `folder`), as often as asked, always on
    one port.

    port:      0 picks a free one at the first start.
    temporary: the folder is removed when the node is closed or its owner ends.
    """

    def __init__(
        self,
        folder: Path,
        command: Sequence[str],
        *,
        port: int = 0,
        properties: Mapping[str, str] | None = None,
        temporary: bool = False,
    ) -> None:
        self.folder = folder
        self.log = folder / "broker.log"
        self.port = port
        self._own = dict(properties or {})
        self._log_start = 0
        self._process = KeptProcess(command, folder, self.log, remove=folder if temporary else None)

    @property
    def bootstrap_servers(self) -> str:
        """Where clients find it."""
        return f"{HOST}:{self.port}"

    @property
    def pid(self) -> int | None:
        """Process id of the JVM; None when it does not run."""
        return self._process.pid

    def start(self) -> None:
        """Start, and wait until it answers clients. Raises `BrokerError` that says why it does not."""
        picks = not self.port
        for tries_left in reversed(range(_TRIES)):
            if picks:
                self.port = free_port()
            elif not is_free(self.port):
                raise taken(self.port)
            self._write_settings()
            self._log_start = self.log.stat().st_size if self.log.exists() else 0
            self._process.start()
            if await_ready(self.bootstrap_servers, lambda: self.pid is not None, _START_S):
                return
            # Between our look at a port and Kafka's, another program may have taken it (the controller's
            # is always picked).
            raced = self.pid is None and diagnosis.port_was_taken(self.log, self._log_start)
            if not raced or not tries_left:
                break
        raise self.failure()

    def failure(self) -> BrokerError:
        """Why it does not serve, as far as its log tells."""
        happened = "its process ended" if self.pid is None else f"it did not answer within {_START_S:.0f} s"
        return diagnosis.diagnose(self.log, self._log_start, happened)

    def end(self, grace: float) -> None:
        """Stop in order; SIGKILL after `grace` seconds."""
        self._process.end(grace)

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()

    def close(self) -> None:
        """End everything, for good."""
        self._process.close()

    def _write_settings(self) -> None:
        scratch = scratch_of(self.folder)
        # Native libraries that a killed JVM could not remove.
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        while (controller := free_port()) == self.port:
            pass
        settings = server_properties.settings(self.port, controller, storage_of(self.folder), self._own)
        settings_of(self.folder).write_text(server_properties.render(settings), "utf-8")


def storage_of(folder: Path) -> Path:
    """Where in a node's folder Kafka keeps its topics."""
    return folder / "kafka"


def settings_of(folder: Path) -> Path:
    """The settings that the node reads at its start."""
    return folder / "server.properties"


def scratch_of(folder: Path) -> Path:
    """What the JVM unpacks."""
    return folder / "tmp"
