"""Jars are fetched once, and nothing that is not the locked file ever gets a jar's name."""

import hashlib
import threading
from pathlib import Path

import pytest

from deploy.broker.errors import BrokerError
from deploy.broker.jar_store import JarStore
from deploy.broker.locked_jar import JarsLock, LockedJar
from deploy.broker.progress import Progress

CONTENT = {"a:one:1": b"first jar", "b:two:2": b"second jar, longer"}


def locked(coordinates: str, content: bytes) -> LockedJar:
    return LockedJar(coordinates, hashlib.sha256(content).hexdigest(), len(content))


LOCK = JarsLock(tuple(locked(*each) for each in CONTENT.items()))


class Shelf:
    """A repository on disk that counts what is asked of it. `near` is what it gives at first, `far` what
    it gives `anew`.
    """

    def __init__(self, folder: Path, near: dict[str, bytes], far: dict[str, bytes] | None = None) -> None:
        self.folder = folder
        self.near = near
        self.far = far if far is not None else near
        self.asked: list[tuple[str, bool]] = []
        self._mutex = threading.Lock()

    def fetch(self, coordinates: str, *, anew: bool = False) -> Path:
        with self._mutex:
            self.asked.append((coordinates, anew))
        content = (self.far if anew else self.near).get(coordinates)
        if content is None:
            raise BrokerError(f"cannot download {coordinates}")
        path = self.folder / coordinates.replace(":", "_")
        path.write_bytes(content)
        return path


class NoNetwork:
    """Any request is a failure of the test."""

    def fetch(self, coordinates: str, *, anew: bool = False) -> Path:
        raise AssertionError(f"asked for {coordinates}, {anew=}")


def test_a_filled_store_needs_no_network(tmp_path: Path) -> None:
    """Offline from the cache: the second start asks nobody."""
    store = JarStore(tmp_path, LOCK)
    store.fill(repository=Shelf(tmp_path, CONTENT))
    JarStore(tmp_path, LOCK).fill(repository=NoNetwork())
    assert [path.read_bytes() for path in store.class_path] == list(CONTENT.values())


def test_half_a_download_is_fetched_again(tmp_path: Path) -> None:
    """What a cut connection left in the repository's folder is passed over for a new download."""
    half = {**CONTENT, "b:two:2": b"second j"}
    shelf = Shelf(tmp_path, half, CONTENT)
    JarStore(tmp_path, LOCK).fill(repository=shelf)
    assert JarStore(tmp_path, LOCK).complete()
    assert ("b:two:2", True) in shelf.asked
    assert ("a:one:1", True) not in shelf.asked


def test_another_file_is_refused_by_name(tmp_path: Path) -> None:
    """A jar with another checksum is named, never stored under a jar's name, and the rest is kept."""
    shelf = Shelf(tmp_path, {**CONTENT, "b:two:2": b"second jar, forged"})
    store = JarStore(tmp_path, LOCK)
    with pytest.raises(BrokerError, match=r"two-2\.jar is not the file that jars\.lock names"):
        store.fill(repository=shelf)
    assert not (store.folder / "two-2.jar").exists()
    assert not store.complete()


def test_a_broken_off_start_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Jars that arrived before the network went are not fetched twice."""
    store = JarStore(tmp_path, LOCK)
    with pytest.raises(BrokerError, match="cannot download b:two:2"):
        store.fill(repository=Shelf(tmp_path, {"a:one:1": CONTENT["a:one:1"]}))
    second = Shelf(tmp_path, CONTENT)
    store.fill(repository=second)
    assert second.asked == [("b:two:2", False)]


def test_a_damaged_jar_is_found_and_replaced(tmp_path: Path) -> None:
    """The checksums hold at every start, not only at the first; archives of the old file go with it."""
    store = JarStore(tmp_path, LOCK)
    store.fill(repository=Shelf(tmp_path, CONTENT))
    archive = store.folder / "started.aot"
    archive.touch()
    store.class_path[0].write_bytes(b"first jaR")
    store.fill(repository=Shelf(tmp_path, CONTENT))
    assert store.class_path[0].read_bytes() == CONTENT["a:one:1"]
    assert not archive.exists()


def test_two_at_once_fetch_once(tmp_path: Path) -> None:
    """The second of two processes waits for the first and finds everything there (the file lock holds
    between threads too).
    """
    shelf = Shelf(tmp_path, CONTENT)
    both = threading.Barrier(2)

    def fill() -> None:
        both.wait()
        JarStore(tmp_path, LOCK).fill(repository=shelf)

    threads = [threading.Thread(target=fill) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(shelf.asked) == [("a:one:1", False), ("b:two:2", False)]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """The error names the place and the setting that moves it."""
    (tmp_path / "broker").write_text("a file where a folder must be")
    with pytest.raises(BrokerError) as caught:
        JarStore(tmp_path, LOCK).fill(repository=NoNetwork())
    assert "CAIRN_CACHE_DIR" in (caught.value.fix or "")


def test_progress_never_runs_past_its_end() -> None:
    """A jar that is fetched twice does not make it 130 %."""
    from deploy.broker.jar_store import _Counter

    seen: list[Progress] = []
    counter = _Counter(100, seen.append)
    for _ in range(3):
        counter.add(60)
    assert [each.done for each in seen] == [60, 100]
