"""The place of one worker: a name, a directory, and a lock that one process can hold (engine rule 11)."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from schemas.errors import CairnError
from stream.runtime.exits import Exit


class Slot:
    """`<app>/<host>/<index>`. The transactional id follows from it, so a restarted worker fences its predecessor.

    Raises:
        CairnError: SLOT_HELD, when another process holds it; STORE, when the directory cannot be made.
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
            raise CairnError(
                "the state directory cannot be used",
                where=f"{self.path}: {error.strerror}",
                fix="make it writable for this user, or set tracker.state_dir (CAIRN_TRACKER_STATE_DIR) to another",
                exit=Exit.STORE,
            ) from error
        self._lock()

    @property
    def transactional_id(self) -> str:
        """Stable per slot, unique per app and host."""
        return f"{self.app}-{self.host}-{self.index}"

    @property
    def instance_id(self) -> str:
        """The static group member of this slot."""
        return self.transactional_id

    def release(self) -> None:
        """Let another process have the slot."""
        os.close(self._fd)

    def _lock(self) -> None:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(self._fd, 20).decode(errors="replace").strip() or "unknown"
            os.close(self._fd)
            raise CairnError(
                f"another process (pid {holder}) is worker {self.index} of {self.app!r}",
                where=str(self.path),
                fix="stop it, or give this one its own tracker.state_dir",
                exit=Exit.SLOT_HELD,
            ) from error
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, str(os.getpid()).encode(), 0)
