"""A crash takes back what was not flushed, while RocksDB works in the background."""

from __future__ import annotations

from pathlib import Path

import pytest

from stream.testing.shelf import MemoryShelf, RocksShelf, Shelf, freeze


@pytest.fixture(params=["memory", "rocks"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    return MemoryShelf() if request.param == "memory" else RocksShelf(tmp_path / "stores")


def test_only_flushed_rows_outlive_a_crash(shelf: Shelf) -> None:
    """Exactly: nothing is flushed behind the back of a test, so its assertions are the same on every machine."""
    store = shelf.open(0)
    store.write([(b"a", b"1")])
    store.flush()
    store.write([(b"a", b"2"), (b"b", bytes(100_000))])
    shelf.crash()
    store = shelf.open(0)
    assert store.get_many([b"a", b"b"]) == [b"1", None]
    store.close()


def test_a_removed_store_opens_empty(shelf: Shelf) -> None:
    """The partition went to another machine."""
    store = shelf.open(0)
    store.write([(b"a", b"1")])
    store.close()
    shelf.remove(0)
    store = shelf.open(0)
    assert store.get_many([b"a"]) == [None]
    store.close()


def test_a_copy_is_of_one_moment(tmp_path: Path) -> None:
    """Flush after flush makes RocksDB compact and delete files while they are copied; every copy opens, and whole."""
    shelf = RocksShelf(tmp_path / "stores")
    store = shelf.open(0)
    for number in range(12):
        store.write([(b"a", str(number).encode()), (b"b", str(number).encode())])
        store.flush()
        freeze(tmp_path / "stores" / "0", tmp_path / "copies" / str(number))
    store.close()
    copies = RocksShelf(tmp_path / "copies")
    for number in range(12):
        copy = copies.open(number)
        assert copy.get_many([b"a", b"b"]) == [str(number).encode()] * 2
        copy.close()
