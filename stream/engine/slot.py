"""The place of one worker: a name, a directory, and a lock that one process can hold (engine rule 11)."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

import structlog

from schemas.errors import CairnError
from stream.runtime.exits import Exit

log = structlog.get_logger(__name__)

MEMBER_FILE = "member"


def _text(file: Path) -> str:
    """What a file holds; nothing if there is none, or nothing to be read. It saves a wait, no more."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _place(lock: int) -> str:
    """Tells a lock file from the one in a copy of its directory: the file's number on its disk goes with no copy."""
    found = os.fstat(lock)
    return f"{found.st_dev}:{found.st_ino}"


class Slot:
    """`<app>/<host>/<index>`. The transactional id follows from it, so a restarted worker fences its predecessor.

    Raises:
        CairnError: SLOT_HELD, when another process holds it; USAGE, when the directory cannot be used: not made, not
            written to, not locked; STORE, when that may pass, as a full disk does.
    """

    def __init__(self, state_dir: Path, app: str, host: str, index: int) -> None:
        self.app = app
        self.host = host
        self.index = index
        self.path = state_dir / app / str(index)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise _unusable(self.path, error) from error
        self._lock()
        self._place = _place(self._fd)
        place, _, member = _text(self.path / MEMBER_FILE).strip().partition(" ")
        self._member = member if member and place == self._place else None
        try:
            _check_writable(self.path)
        except OSError as error:
            os.close(self._fd)
            raise _unusable(self.path, error) from error

    @property
    def transactional_id(self) -> str:
        """Stable per slot, unique per app and host."""
        return f"{self.app}-{self.host}-{self.index}"

    @property
    def instance_id(self) -> str:
        """The static group member of this slot."""
        return self.transactional_id

    @property
    def member(self) -> str | None:
        """The id in the group of the last worker in this directory; it is dead, for this process holds the lock.

        None where the directory is a copy: the worker in the one that was copied may live.
        """
        return self._member

    def remember(self, member: str) -> None:
        """Let the next worker in this directory know its predecessor."""
        if member == self._member:
            return
        self._member = member
        try:
            (self.path / MEMBER_FILE).write_text(f"{self._place} {member}", encoding="utf-8")
        except OSError as error:
            log.warning("member_not_kept", path=str(self.path), error=error.strerror)

    def release(self) -> None:
        """Let another process have the slot."""
        os.close(self._fd)

    def _lock(self) -> None:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):  # such as a network file system without locks
                os.close(self._fd)
                raise _unusable(self.path, error, "cannot be locked") from error
            holder = os.read(self._fd, 20).decode(errors="replace").strip() or "unknown"
            os.close(self._fd)
            raise CairnError(
                f"another process (pid {holder}) is worker {self.index} of {self.app!r}",
                where=str(self.path),
                fix="stop it, or give this one a name and a directory of its own (tracker.host and tracker.state_dir); "
                "under the same name with another directory the two would fence each other for ever",
                exit=Exit.SLOT_HELD,
            ) from error
        try:
            os.ftruncate(self._fd, 0)
            os.pwrite(self._fd, str(os.getpid()).encode(), 0)
        except OSError as error:
            os.close(self._fd)
            raise _unusable(self.path, error) from error


def _check_writable(path: Path) -> None:
    """Write a file in the directory, and look at the stores in it: those of another user are no use.

    Raises:
        OSError: what keeps this user from it.
    """
    probe = path / "probe"
    probe.write_bytes(b"cairn")
    probe.unlink()
    for each in path.iterdir():
        if each.is_dir() and not os.access(each, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(each))


_MAY_PASS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""A full disk, a failing device, too many open files: nothing is wrong with the choice of the directory."""


def _unusable(path: Path, error: OSError, how: str = "cannot be used") -> CairnError:
    where = f"{error.filename or path}: {error.strerror or error}"
    if error.errno in _MAY_PASS:
        return CairnError(
            "the state directory cannot be written now",
            where=where,
            fix="free disk space, or look at the device; the changelog still holds every row",
            exit=Exit.STORE,
        )
    return CairnError(
        f"the state directory {how}",
        where=where,
        fix="make it a directory of this user on a local disk, or set state_dir of this role to another "
        "(CAIRN_TRACKER_STATE_DIR, CAIRN_PLANNER_STATE_DIR)",
        exit=Exit.USAGE,
    )
