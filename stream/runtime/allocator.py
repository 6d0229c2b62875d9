"""How the C library shares out a worker's memory."""

from __future__ import annotations

from collections.abc import Mapping

ALLOCATOR: Mapping[str, str] = {"MALLOC_ARENA_MAX": "2"}
"""Environment of every worker process. By default glibc keeps eight arenas for each core, and what one thread frees in
its own is not there for another: Kafka's and RocksDB's threads kept 80 MB (4 partitions) to 140 MB (12) that way with
5 M contacts in state. Other C libraries do not know the name.
"""
