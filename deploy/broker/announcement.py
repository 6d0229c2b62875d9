"""How a second terminal finds the broker that `cairn broker` or `cairn demo` runs: one file per owner in
the user's cache.
"""

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.broker.places import cache_root


@dataclass(frozen=True)
class Announcement:
    """A broker that is there to be used by others on this machine, with the topic prefix its owner works
    under.
    """

    bootstrap_servers: str
    topic_prefix: str = ""
    owner: int = 0
    host: str = ""


@contextmanager
def announced(bootstrap_servers: str, topic_prefix: str = "", root: Path | None = None) -> Iterator[None]:
    """Tell of the broker while the block runs. An owner that is killed leaves a stale file, which readers
    see through.
    """
    folder = _folder(root)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{os.getpid()}.json"
    announcement = Announcement(bootstrap_servers, topic_prefix, os.getpid(), socket.gethostname())
    written = file.with_suffix(".new")
    written.write_text(json.dumps(asdict(announcement)), "utf-8")
    written.replace(file)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def find_announcement(root: Path | None = None) -> Announcement | None:
    """The newest announcement whose owner lives and whose broker answers; None without one. Stale files
    are removed.
    """
    for file in sorted(_folder(root).glob("*.json"), key=_written_at, reverse=True):
        announcement = _read(file)
        if announcement is None:
            continue
        if announcement.host != socket.gethostname():
            continue  # a home directory shared between machines
        if not _lives(announcement.owner):
            file.unlink(missing_ok=True)
        elif _answers(announcement.bootstrap_servers):
            return announcement
    return None


def running_broker(root: Path | None = None) -> str | None:
    """Bootstrap address of the broker that is announced on this machine by this user; None without one."""
    announcement = find_announcement(root)
    return None if announcement is None else announcement.bootstrap_servers


def _folder(root: Path | None) -> Path:
    return (root if root is not None else cache_root()) / "run" / f"broker-{os.getuid()}"


def _written_at(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _read(file: Path) -> Announcement | None:
    try:
        announcement = Announcement(**json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None  # gone meanwhile, or of another release
    return announcement if isinstance(announcement.owner, int) and announcement.owner > 0 else None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return False  # the id was given to a process of another user
    return True


def _answers(bootstrap_servers: str) -> bool:
    host, _, port = bootstrap_servers.rpartition(":")
    with contextlib.suppress(OSError, ValueError), socket.create_connection((host, int(port)), timeout=1):
        return True
    return False
