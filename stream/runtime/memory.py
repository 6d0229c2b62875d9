"""How much memory this process holds, without a library for it."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

_STATM = Path("/proc/self/statm")


def resident_bytes(statm: Path = _STATM) -> int:
    """Resident memory in bytes: of now on Linux; elsewhere the most there ever was, which is all the system tells."""
    try:
        pages = int(statm.read_bytes().split()[1])
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak << 10  # macOS counts bytes, the others KiB
    return pages * resource.getpagesize()
