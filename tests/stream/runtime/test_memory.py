"""Resident memory as the system tells it."""

from __future__ import annotations

import mmap
from pathlib import Path

import psutil
import pytest

from stream.runtime.memory import resident_bytes


def test_it_is_what_the_system_says() -> None:
    """In bytes, not in pages or kilobytes: half or twice as much would be another unit."""
    theirs = psutil.Process().memory_info().rss

    assert theirs / 2 < resident_bytes() < theirs * 2


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells the memory of now")
def test_it_falls_with_what_is_given_back() -> None:
    """Of now and not the peak: a worker that gave its partitions away shows it."""
    size = 64 << 20
    with mmap.mmap(-1, size) as pages:
        for at in range(0, size, mmap.PAGESIZE):
            pages[at] = 1
        full = resident_bytes()

    assert full - resident_bytes() > size / 2


def test_what_is_only_reserved_does_not_count(tmp_path: Path) -> None:
    """Linux tells the pages reserved first, then those in memory; RocksDB reserves much more than it holds."""
    statm = tmp_path / "statm"
    statm.write_text("9000 70 5 1 0 300 0\n")

    assert resident_bytes(statm) == 70 * mmap.PAGESIZE


def test_without_proc_it_is_the_peak(tmp_path: Path) -> None:
    """macOS has no /proc; the peak is never below what is held now."""
    assert resident_bytes(tmp_path / "statm") >= resident_bytes() / 2
    assert resident_bytes(tmp_path / "statm") < 1 << 40
