"""The broker's jars on this machine: fetched once, checked at every start."""

import fcntl
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

from deploy.broker.errors import BrokerError
from deploy.broker.locked_jar import JarsLock, LockedJar
from deploy.broker.maven import Maven
from deploy.broker.progress import OnProgress, Progress, silent


class Repository(Protocol):
    """What the store fetches from; see `Maven.fetch`."""

    def fetch(self, coordinates: str, *, anew: bool = False) -> Path:
        """The file at those coordinates, as far as it arrived; `anew` passes over what is there already."""
        ...


class JarStore:
    """The jars of one lock, in a folder of the user's cache that is named by the lock's digest.

    A jar gets its name in the folder only after its checksum was right, by a rename: a half-finished
    download is never mistaken for a jar, and the next start goes on where the last one stopped.
    """

    def __init__(self, root: Path, lock: JarsLock) -> None:
        self.folder = root / "broker" / lock.digest
        self._lock = lock

    @property
    def class_path(self) -> list[Path]:
        """All jars, in the lock's order."""
        return [self.folder / jar.file_name for jar in self._lock.jars]

    def complete(self) -> bool:
        """True if every jar is there and has the right checksum (some 0.1 s for Kafka's 45 MB)."""
        return not self._missing()

    def fill(self, on_progress: OnProgress = silent, repository: Repository | None = None) -> None:
        """Fetch what is missing or damaged. Touches no network when nothing is.

        Two processes may do this at once: the second waits for the first and finds everything there. Raises
        `BrokerError` when a jar cannot be fetched, is not what the lock says, or cannot be stored.
        """
        try:
            if self.complete():
                return
            self.folder.mkdir(parents=True, exist_ok=True)
            with exclusive(self.folder / ".lock"):
                if missing := self._missing():
                    self._fetch(missing, on_progress, repository)
        except OSError as error:
            raise BrokerError(
                f"the broker's jars cannot be stored: {error.strerror or error}",
                where=str(error.filename or self.folder),
                fix="free or mend that place, or name another one with CAIRN_CACHE_DIR",
            ) from error

    def _missing(self) -> list[LockedJar]:
        return [jar for jar in self._lock.jars if not jar.matches(self.folder / jar.file_name)]

    def _fetch(self, missing: list[LockedJar], on_progress: OnProgress, repository: Repository | None) -> None:
        arriving = self.folder / "arriving"
        counter = _Counter(sum(jar.size for jar in missing), on_progress)
        with ExitStack() as opened:
            source = repository or opened.enter_context(Maven(arriving, counter.add))
            pool = opened.enter_context(ThreadPoolExecutor(max_workers=4, thread_name_prefix="jars"))
            tasks = [pool.submit(self._place, jar, source) for jar in missing]
            try:
                for task in tasks:
                    task.result()
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
        shutil.rmtree(arriving, ignore_errors=True)
        # Java refuses an archive of jars with other time stamps.
        for archive in self.folder.glob("*.aot"):
            archive.unlink()

    def _place(self, jar: LockedJar, source: Repository) -> None:
        path = source.fetch(jar.coordinates)
        if not jar.matches(path):
            # Half a file of a download that was cut, or a damaged copy in the user's Maven repository:
            # once more, from the source.
            path = source.fetch(jar.coordinates, anew=True)
        # The copy is what gets checked: the file it came from may belong to somebody else and change.
        copy = self.folder / f"{jar.file_name}.copy"
        shutil.copyfile(path, copy)
        if not jar.matches(copy):
            size = copy.stat().st_size
            copy.unlink()
            raise BrokerError(
                f"{jar.file_name} is not the file that jars.lock names: "
                f"its SHA-256 differs ({size} bytes, expected {jar.size})",
                where=str(path),
                fix="nothing was run from it; a mirror or proxy may have changed it: try another network",
            )
        copy.replace(self.folder / jar.file_name)


class _Counter:
    """Adds up bytes from several threads."""

    def __init__(self, total: int, on_progress: OnProgress) -> None:
        self._total = total
        self._done = 0
        self._on_progress = on_progress
        self._mutex = threading.Lock()

    def add(self, count: int) -> None:
        with self._mutex:
            # A jar that is fetched twice would count past the end.
            before, self._done = self._done, min(self._total, self._done + count)
            if before * 100 // self._total != self._done * 100 // self._total:
                self._on_progress(Progress("downloading Apache Kafka (once)", self._done, self._total))


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold `path` against other processes; the system lets go of it even when the holder is killed."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
