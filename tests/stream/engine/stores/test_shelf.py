"""The stores of a slot: damaged ones are made anew, long unowned ones go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from schemas.errors import CairnError
from stream.engine.stores.rocks import StoreMemory
from stream.engine.stores.shelf import UNOWNED_MS, Shelf
from stream.runtime.exits import Exit


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path, StoreMemory(1 << 20, 1 << 20))


def test_a_store_opens_with_what_it_held(shelf: Shelf) -> None:
    """Each partition has its own directory."""
    for partition in (0, 1):
        store = shelf.open(partition)
        store.write([(b"a", bytes((partition,)))])
        store.close()
    store = shelf.open(1)
    assert store.get_many([b"a"]) == [b"\x01"]
    store.close()


def test_a_damaged_store_is_opened_empty_and_said_so(shelf: Shelf, tmp_path: Path, logged: list[Any]) -> None:
    """Rule 9: the changelog fills it again; the log says why, and the other partitions stay."""
    for partition in (0, 1):
        store = shelf.open(partition)
        store.write([(b"a", b"1")])
        store.close()
    (tmp_path / "0" / "CURRENT").write_bytes(b"MANIFEST-999999\n")
    damaged, sound = shelf.open(0), shelf.open(1)
    assert damaged.get_many([b"a"]) == [None]
    assert sound.get_many([b"a"]) == [b"1"]
    damaged.write([(b"a", b"2")])
    (entry,) = [each for each in logged if each["event"] == "store_rebuilt"]
    assert entry["partition"] == 0
    assert "999999" in entry["reason"]
    damaged.close()
    sound.close()


def test_a_store_that_cannot_even_be_made_stops_the_worker(shelf: Shelf, tmp_path: Path) -> None:
    """Exit STORE, with the place: a restart would meet the same disk."""
    (tmp_path / "0").write_text("in the way")
    with pytest.raises(CairnError, match="neither be opened nor made anew") as stopped:
        shelf.open(0)
    assert stopped.value.exit == Exit.STORE
    assert str(tmp_path / "0") in (stopped.value.where or "")


def test_a_copy_goes_after_an_hour_without_owner(shelf: Shelf, tmp_path: Path) -> None:
    """Owned ones never; the hour begins when the shelf first sees it unowned, and again after each ownership."""
    for partition in (0, 1, 2):
        shelf.open(partition).close()
    (tmp_path / "lock").write_text("1")

    def left() -> set[str]:
        return {each.name for each in tmp_path.iterdir()}

    shelf.sweep([0], now_ms=0)
    shelf.sweep([0], now_ms=UNOWNED_MS - 1)
    assert left() == {"0", "1", "2", "lock"}
    shelf.sweep([0, 1], now_ms=UNOWNED_MS)
    assert left() == {"0", "1", "lock"}
    shelf.sweep([0], now_ms=UNOWNED_MS + 1)
    shelf.sweep([0], now_ms=2 * UNOWNED_MS)
    assert left() == {"0", "1", "lock"}
    shelf.sweep([0], now_ms=2 * UNOWNED_MS + 1)
    assert left() == {"0", "lock"}
