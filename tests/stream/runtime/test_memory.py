"""Resident memory as the system tells it."""

from __future__ import annotations

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
    import mmap

    size = 64 << 20
    with mmap.mmap(-1, size) as pages:
        for at in range(0, size, mmap.PAGESIZE):
            pages[at] = 1
        full = resident_bytes()

    assert full - resident_bytes() > size / 2


def test_without_proc_it_is_the_peak(tmp_path: Path) -> None:
    """macOS has no /proc; the peak is never below what is held now."""
    assert resident_bytes(tmp_path / "statm") >= resident_bytes() / 2
    assert resident_bytes(tmp_path / "statm") < 1 << 40
