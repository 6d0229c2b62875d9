"""When to commit, and how to wait for records: for the first when idle (latency), for a batch when behind (throughput).

A batch that comes back full means that more is waiting, so the transaction goes on taking in: a contact touched many
times in it is encoded, produced and written once. Measured on a prototype, 100,000 contacts, two cores shared with the
broker: spans of 0.2 s gave 320,000 events/s, of 1 s 429,000.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Bounds of one transaction.

    `batch` is the most records of one consume call: 4,000 x about 500 B of messages and events is 2 MB, which a core's
    cache still holds while they are folded (20,000 cost 5-10 % more a record). `span` seconds keeps a backlog's
    readers at most that late. `rows` x about 1.5 kB (decoded, encoded, in the client's queue, in the store's batch) is
    150 MB at the worst. `emitted_bytes` bounds a burst of dead letters.
    """

    batch: int = 4_000
    span: float = 1.0
    rows: int = 100_000
    emitted_bytes: int = 16 << 20
    wait_idle: float = 0.05
    """Seconds to wait for the first record; it ends the wait. 20 turns a second look after everything else."""
    wait_busy: float = 0.005
    """The same while something else is under way that no record tells of: a restore, an answer, a slice of work."""
    wait_behind: float = 0.05
    """Seconds to wait for a full batch: the client waits for all of it, or for so long."""
    gap: float = 0.003
    """Seconds from the end of a transaction to the next one, in which records are taken in. The coordinator answers a
    commit before its markers stand, and refuses for 1-2 ms what comes next (CONCURRENT_TRANSACTIONS), which costs the
    client's back-off of 20 ms: p50 was 31 ms with a gap of 2 ms, and none was refused with 3 ms."""
    restore_slice: float = 0.1
    """Seconds of restoring before running tasks get their turn."""
    keep_alive: float = 3600.0
    """Seconds after which all positions are committed though unchanged: the broker deletes old offsets (rule 2)."""

    def first(self, *, busy: bool) -> float:
        """Seconds to wait for the first record while not behind."""
        return min(self.wait_busy, self.wait_idle) if busy else self.wait_idle

    def due(self, *, behind: bool, open_for: float, rows: int, emitted_bytes: int) -> bool:
        """Whether the transaction should be committed now."""
        return not behind or open_for >= self.span or rows >= self.rows or emitted_bytes >= self.emitted_bytes
