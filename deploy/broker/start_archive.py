"""The classes of a started broker, parsed and linked, kept on disk: a start takes 1.3 s with them and 3 s
without.

The runtime that pip brings has no class archive at all, so this saves more than usual. It is made once
per user, from a broker that is started for it and stopped again (JEP 483 and 514; any collector and heap
can use it).
"""

import shutil
import tempfile
from pathlib import Path

from deploy.broker.distribution import Distribution
from deploy.broker.errors import BrokerError
from deploy.broker.jar_store import exclusive
from deploy.broker.java import Jvm
from deploy.broker.node import Node, storage_of
from deploy.broker.progress import OnProgress, Progress

_WRITE_S = 120.0


def ensure_archive(distribution: Distribution, on_progress: OnProgress) -> None:
    """Make the archive if this Java can and nobody has. A failure costs time at later starts, nothing
    else.
    """
    archive = distribution.archive
    if archive is None or archive.exists():
        return
    with exclusive(archive.with_suffix(".lock")):
        if archive.exists():
            return
        on_progress(Progress("preparing a faster start (once, some 10 s)"))
        made = archive.with_suffix(".new")
        try:
            _record(distribution, made)
        except (BrokerError, OSError):
            # An empty file: not to be used, and not to be tried again at every start.
            made.write_bytes(b"")
        made.replace(archive)


def _record(distribution: Distribution, archive: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="cairn-kafka-"))
    try:
        distribution.format(storage_of(folder))
        command = distribution.server_command(Jvm(), folder, archive=f"-XX:AOTCacheOutput={archive}")
        node = Node(folder, command, temporary=True)
        try:
            node.start()
            node.end(_WRITE_S)
        finally:
            node.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not archive.exists():
        raise BrokerError("Java wrote no archive")
