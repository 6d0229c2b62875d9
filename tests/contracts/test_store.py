"""One suite for every body of `Store`: what the engine relies on, in memory and in RocksDB."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stream.engine.stores.memory import MemoryStore
from stream.engine.stores.rocks import RocksStore, StoreMemory
from stream.engine.stores.store import Change, Store, StoreError
from stream.testing.shelf import freeze


class MemoryPlace:
    """A store that can be killed, in memory."""

    def __init__(self) -> None:
        self._store = MemoryStore()

    def open(self) -> Store:
        return self._store

    def kill(self) -> None:
        self._store.crash()

    def end(self) -> None:
        pass


class RocksPlace:
    """A store that can be killed, on disk: its files are taken as they are, without the flush of a close."""

    def __init__(self, path: Path) -> None:
        self._lives = 0
        self._path = path
        self._memory = StoreMemory(64 << 20, 1 << 20)
        self._opened: list[RocksStore] = []

    def open(self) -> Store:
        store = RocksStore(self._path / str(self._lives), self._memory)
        self._opened.append(store)
        return store

    def kill(self) -> None:
        freeze(self._path / str(self._lives), self._path / str(self._lives + 1))
        self._lives += 1

    def end(self) -> None:
        for store in self._opened:
            store.close()


Place = MemoryPlace | RocksPlace


@pytest.fixture(params=["memory", "rocks"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    place = MemoryPlace() if request.param == "memory" else RocksPlace(tmp_path)
    yield place
    place.end()


@pytest.fixture
def store(place: Place) -> Store:
    return place.open()


def everything(store: Store) -> list[tuple[bytes, bytes]]:
    return list(store.scan(b"", b"\xff" * 8))


def test_values_come_in_the_order_of_the_keys_asked(store: Store) -> None:
    """One answer for each key, None for what is not there, a key asked twice answered twice."""
    store.write([(b"a", b"1"), (b"b", b"2"), (b"empty", b"")])
    assert store.get_many([b"b", b"?", b"a", b"b", b"empty"]) == [b"2", None, b"1", b"2", b""]
    assert store.get_many([]) == []


def test_the_last_change_of_a_key_counts(store: Store) -> None:
    """Within one write and over several: put, delete and put again end as the last says."""
    store.write([(b"a", b"1"), (b"a", b"2"), (b"b", b"1"), (b"b", None), (b"c", None), (b"c", b"3")])
    assert store.get_many([b"a", b"b", b"c"]) == [b"2", None, b"3"]
    store.write([(b"a", None), (b"nothing", None)])
    assert everything(store) == [(b"c", b"3")]


def test_a_write_that_breaks_applies_nothing(store: Store) -> None:
    """Atomic: an error while the changes are being given leaves the store as it was."""
    store.write([(b"a", b"1")])

    def broken() -> Iterator[Change]:
        yield b"a", b"2"
        yield b"b", b"2"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.write(broken())
    assert everything(store) == [(b"a", b"1")]


def test_a_scan_keeps_to_its_bounds_in_byte_order(store: Store) -> None:
    """From the start, without the stop, ordered by unsigned bytes whatever the order of writing."""
    keys = [b"\x10", b"\x10\x00", b"\x10a", b"\x11", b"\x7f", b"\x80", b"\xef"]
    store.write([(key, key) for key in reversed(keys)])
    assert [key for key, _ in everything(store)] == keys
    assert [key for key, _ in store.scan(b"\x10", b"\x11")] == keys[:3]
    assert [key for key, _ in store.scan(b"\x10a", b"\x80")] == keys[2:5]
    assert list(store.scan(b"\x20", b"\x30")) == []
    assert list(store.scan(b"\x80", b"\x10")) == []


def test_a_scan_sees_the_store_as_it_was_when_it_began(store: Store) -> None:
    """Writing while walking neither breaks the walk nor shows in it."""
    store.write([(bytes((number,)), b"old") for number in range(5)])
    walk = store.scan(b"\x00", b"\xff")
    seen = [next(walk)]
    store.write([(b"\x01", None), (b"\x02", b"new"), (b"\x02\x00", b"new"), (b"\x09", b"new")])
    seen += walk
    assert seen == [(bytes((number,)), b"old") for number in range(5)]
    assert store.get_many([b"\x01", b"\x02"]) == [None, b"new"]


def test_wiping_leaves_an_open_and_empty_store(store: Store) -> None:
    """Flushed or not, everything is gone, and the store goes on."""
    store.write([(b"a", b"1")])
    store.flush()
    store.write([(b"b", b"1")])
    store.wipe()
    assert everything(store) == []
    store.write([(b"c", b"1")])
    assert everything(store) == [(b"c", b"1")]


def test_a_wiped_store_stays_empty_after_a_kill(place: Place) -> None:
    """Old rows under a new label would be believed."""
    store = place.open()
    store.write([(b"a", b"1")])
    store.flush()
    store.wipe()
    place.kill()
    assert everything(place.open()) == []


def test_a_closed_store_opens_with_every_row(place: Place) -> None:
    """Closing flushes; closing twice is fine."""
    store = place.open()
    store.write([(b"a", b"1"), (b"b", b"2")])
    store.close()
    store.close()
    assert everything(place.open()) == [(b"a", b"1"), (b"b", b"2")]


def test_what_was_flushed_survives_a_kill(place: Place) -> None:
    """The promise that the changelog offset in the store rests on."""
    store = place.open()
    store.write([(b"a", b"1"), (b"b", b"1")])
    store.flush()
    store.write([(b"a", b"2"), (b"b", None)])
    place.kill()
    rows = dict(everything(place.open()))
    assert rows in ({b"a": b"1", b"b": b"1"}, {b"a": b"2"})


def test_the_size_grows_with_what_is_in_it(store: Store) -> None:
    """Bytes, for the figures."""
    store.flush()
    empty = store.size_bytes()
    store.write([(bytes((number,)), bytes(1000)) for number in range(100)])
    store.flush()
    assert store.size_bytes() > empty


_KEYS = st.sampled_from([bytes((first, second)) for first in (0, 0x10) for second in range(3)])
_WRITES = st.lists(st.lists(st.tuples(_KEYS, st.none() | st.binary(max_size=3)), max_size=5), max_size=8)


def _after(writes: list[list[Change]]) -> dict[bytes, bytes]:
    rows: dict[bytes, bytes | None] = {}
    for write in writes:
        rows.update(write)
    return {key: value for key, value in rows.items() if value is not None}


@pytest.mark.parametrize("body", ["memory", "rocks"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writes=_WRITES, flush_after=st.integers(0, 8))
def test_a_kill_loses_whole_writes_from_the_end(
    body: str, tmp_path_factory: pytest.TempPathFactory, writes: list[list[Change]], flush_after: int
) -> None:
    """Engine rule 13: what is left is a prefix of the writes in their order, up to the last flush at least; never half
    of one."""
    place = MemoryPlace() if body == "memory" else RocksPlace(tmp_path_factory.mktemp("kill"))
    store = place.open()
    for number, write in enumerate(writes):
        store.write(write)
        if number + 1 == flush_after:
            store.flush()
    place.kill()
    left = dict(everything(place.open()))
    flushed = flush_after if flush_after <= len(writes) else 0
    assert left in [_after(writes[:count]) for count in range(flushed, len(writes) + 1)]
    place.end()


# -- only RocksDB has files -------------------------------------------------------------------------------------------


@pytest.fixture
def memory() -> StoreMemory:
    return StoreMemory(1 << 20, 1 << 20)


def _damage(path: Path) -> None:
    (path / "CURRENT").write_bytes(b"MANIFEST-999999\n")


def _cut(path: Path) -> None:
    for table in path.glob("*.sst"):
        table.write_bytes(table.read_bytes()[:40])


@pytest.mark.parametrize("harm", [_damage, _cut])
def test_damaged_files_are_a_store_error_with_their_place(
    tmp_path: Path, memory: StoreMemory, harm: Callable[[Path], None]
) -> None:
    """Whether it shows on opening or on reading, the engine hears one name and the path."""
    path = tmp_path / "0"
    store = RocksStore(path, memory)
    store.write([(b"a", b"1")])
    store.close()
    harm(path)
    with pytest.raises(StoreError, match=str(path)):
        RocksStore(path, memory).get_many([b"a"])


@pytest.mark.parametrize(("buffers", "flushed"), [(1 << 20, True), (64 << 20, False)])
def test_the_buffers_of_all_stores_together_are_bounded(tmp_path: Path, buffers: int, flushed: bool) -> None:
    """Engine rule 14: none of them is full by itself (32 MB), and still something goes to disk."""
    memory = StoreMemory(buffers, 1 << 20)
    stores = [RocksStore(tmp_path / str(number), memory) for number in range(4)]
    value = b"x" * 1000
    for start in range(0, 2000, 100):
        for store in stores:
            store.write((b"%06d" % number, value) for number in range(start, start + 100))
    deadline = time.monotonic() + 60  # a thread of RocksDB writes them
    while not (found := [*tmp_path.rglob("*.sst")]) and flushed and time.monotonic() < deadline:
        time.sleep(0.01)
    for store in stores:
        store.close()
    assert bool(found) is flushed


def test_a_directory_that_cannot_be_made_is_a_store_error(tmp_path: Path, memory: StoreMemory) -> None:
    """A file stands where the store should be."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="file"):
        RocksStore(tmp_path / "file" / "0", memory)


def test_a_closed_store_answers_with_a_store_error(tmp_path: Path, memory: StoreMemory) -> None:
    """No bare RocksDB text and no crash: every use after closing is refused by name."""
    store = RocksStore(tmp_path / "0", memory)
    store.close()
    uses: list[Callable[[], object]] = [
        lambda: store.get_many([b"a"]),
        lambda: store.write([(b"a", b"1")]),
        lambda: list(store.scan(b"", b"z")),
        store.flush,
    ]
    for use in uses:
        with pytest.raises(StoreError, match="closed"):
            use()


def test_a_store_is_open_once(tmp_path: Path, memory: StoreMemory) -> None:
    """Two tasks on one directory would overwrite each other."""
    store = RocksStore(tmp_path / "0", memory)
    with pytest.raises(StoreError, match="lock"):
        RocksStore(tmp_path / "0", memory)
    store.close()


def test_files_that_come_and_go_do_not_break_the_size(
    tmp_path: Path, memory: StoreMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RocksDB deletes old files from its own threads while the directory is being walked."""
    store = RocksStore(tmp_path / "0", memory)
    names = list(store.path.iterdir())
    monkeypatch.setattr(Path, "iterdir", lambda self: iter([*names, self / "gone.sst"]))
    is_file = Path.is_file
    monkeypatch.setattr(Path, "is_file", lambda self: self.name == "gone.sst" or is_file(self))
    assert store.size_bytes() > 0
    monkeypatch.undo()
    store.close()
