"""Ways in which a store on disk goes bad while no worker holds it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path


def gone(store: Path) -> None:
    """The whole directory is missing."""
    shutil.rmtree(store)


def table_cut(store: Path) -> None:
    """Half of a table file is missing."""
    for table in _tables(store):
        with table.open("r+b") as file:
            file.truncate(table.stat().st_size // 2)


def table_gone(store: Path) -> None:
    """Table files are missing that the manifest names."""
    for table in _tables(store):
        table.unlink()


def table_flipped(store: Path) -> None:
    """The rows in a table file are not those that were written; its size and its end are as they were."""
    for table in _tables(store):
        data = bytearray(table.read_bytes())
        for place in range(min(256, len(data) // 4)):
            data[place] ^= 0xFF
        table.write_bytes(data)


def current_garbage(store: Path) -> None:
    """CURRENT does not name a manifest."""
    (store / "CURRENT").write_bytes(b"\x00garbage\xff")


def manifest_garbage(store: Path) -> None:
    """The manifest is no manifest."""
    for manifest in store.glob("MANIFEST-*"):
        manifest.write_bytes(b"\x00garbage\xff" * 20)


DAMAGES: Mapping[str, Callable[[Path], None]] = {
    each.__name__: each for each in (gone, table_cut, table_gone, table_flipped, current_garbage, manifest_garbage)
}


def _tables(store: Path) -> list[Path]:
    found = sorted(store.glob("*.sst"))
    assert found, f"no table files in {store}: nothing to damage"
    return found
