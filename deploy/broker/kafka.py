"""A real Apache Kafka, one node, for the demo, tests and benchmarks: it needs no Docker and no Java of
yours.
"""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.broker.distribution import Distribution
from deploy.broker.errors import BrokerError
from deploy.broker.java import Java, Jvm
from deploy.broker.locked_jar import JarsLock
from deploy.broker.node import Node, storage_of
from deploy.broker.places import cache_root
from deploy.broker.ports import is_free, taken
from deploy.broker.progress import OnProgress, Progress, silent
from deploy.broker.start_archive import ensure_archive

_STOP_S = 15.0
_NEEDED_BYTES = 200_000_000


class EmbeddedKafka:
    """A broker that lives as long as its owner: when this process ends, even by SIGKILL, so does the broker.

    data_dir:    where topics are kept. They are there again at the next start on the same directory. Without
                 one, a temporary directory is used, and removed at the end.
    port:        on 127.0.0.1; 0 picks a free one.
    properties:  Kafka broker settings that win over ours.
    on_progress: called with each `Progress` while the first start downloads some 45 MB; from several threads,
                 one at a time.
    jvm:         heap and options of the JVM.

    Use as a context manager, or by `start` and `stop`; a stopped one can be started again. One thread at
    a time.
    """

    def __init__(
        self,
        data_dir: Path | str | None = None,
        port: int = 0,
        properties: Mapping[str, str] | None = None,
        on_progress: OnProgress | None = None,
        *,
        jvm: Jvm | None = None,
    ) -> None:
        self._given_dir = Path(data_dir).absolute() if data_dir is not None else None
        self._asked_port = port
        self._own = dict(properties or {})
        self._on_progress = on_progress or silent
        self._jvm = jvm or Jvm()
        self._node: Node | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def bootstrap_servers(self) -> str:
        """`127.0.0.1:<port>`; the same over all restarts."""
        return self._started.bootstrap_servers

    @property
    def data_dir(self) -> Path:
        """Where topics, settings and log are."""
        return self._started.folder

    @property
    def log_path(self) -> Path:
        """What the broker said: warnings and errors."""
        return self._started.log

    @property
    def pid(self) -> int:
        """Process id of the JVM. Raises `BrokerError` when it does not run."""
        if (pid := self._started.pid) is None:
            raise BrokerError("the broker does not run", where=str(self.log_path), fix="restart() it")
        return pid

    @property
    def alive(self) -> bool:
        """True while the JVM runs."""
        return self._node is not None and self._node.pid is not None

    def start(self) -> Self:
        """Start and wait until the broker answers clients. Raises `BrokerError` that says why it cannot."""
        if self._node is not None:
            raise BrokerError("the broker was started already", fix="restart() it, or stop() it first")
        # Before the download: a port that is taken is known at once.
        if self._asked_port and not is_free(self._asked_port):
            raise taken(self._asked_port)
        distribution = Distribution(cache_root(), Java.find(), JarsLock.committed())
        distribution.prepare(self._on_progress)
        ensure_archive(distribution, self._on_progress)
        self._on_progress(Progress("starting Apache Kafka"))
        try:
            self._node = self._new_node(distribution)
            self._node.start()
        except OSError as error:
            self.stop()
            raise BrokerError(
                f"the broker's data directory cannot be used: {error.strerror or error}",
                where=str(error.filename or self._given_dir or tempfile.gettempdir()),
                fix="free or mend it, or name another one",
            ) from error
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop in order, and remove the data if its directory was a temporary one. Does nothing when it
        is stopped.
        """
        if self._node is not None:
            self._node.end(_STOP_S)
            self._node.close()
            self._node = None

    def kill(self) -> None:
        """SIGKILL, as a machine that loses power. The data stays; `restart` brings the broker back."""
        self._started.kill()

    def restart(self) -> None:
        """Stop in order if it runs, and start again with the same data and port. Raises `BrokerError`."""
        node = self._started
        node.end(_STOP_S)
        node.start()

    def failure(self) -> BrokerError:
        """Why a broker that ended by itself did so, as far as its log tells."""
        return self._started.failure()

    @property
    def _started(self) -> Node:
        if self._node is None:
            raise BrokerError("the broker was not started", fix="start() it first")
        return self._node

    def _new_node(self, distribution: Distribution) -> Node:
        folder = self._given_dir or Path(tempfile.mkdtemp(prefix="cairn-kafka-"))
        temporary = self._given_dir is None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _check_space(folder)
            distribution.format(storage_of(folder))
            command = distribution.server_command(self._jvm, folder)
            return Node(folder, command, port=self._asked_port, properties=self._own, temporary=temporary)
        except BaseException:
            if temporary:
                shutil.rmtree(folder, ignore_errors=True)
            raise


def _check_space(folder: Path) -> None:
    if (free := shutil.disk_usage(folder).free) < _NEEDED_BYTES:
        raise BrokerError(
            f"the disk is too full for a broker: {free / 1e6:.0f} MB free, {_NEEDED_BYTES / 1e6:.0f} needed",
            where=str(folder),
            fix="free some space, or name another data directory",
        )
