"""How many rows a cache keeps: all that it may while they are asked for again, and a sample where they are not."""

from __future__ import annotations

WORTH = 0.2
"""Share of the rows sought that a cache must hold. Keeping a row and dropping it later costs 1.5 us, to read and decode
one from a large store takes 7 us: below a fifth the cache costs more than it saves."""
SAMPLE = 64
"""A cache that is not worth it keeps every 64th row: enough to see whether it would be, and free."""
FEW = 16_384
"""Rows sought before the first judgement: of fewer the sample's share would be chance."""
PATIENCE = 4
"""A sample is looked at for four times as long as a whole cache: what misled it once is not tried all the time."""


class CacheBound:
    """`limit` is what memory allows. A cache that never had to drop a row is not judged."""

    def __init__(self, limit: int = 0) -> None:
        self.limit = limit
        self.rows = limit
        """How many to keep."""
        self._sought = 0
        self._found = 0
        self._dropped = False

    def sought(self, found: int, missing: int) -> None:
        """So many rows were in the cache, and so many were not."""
        self._found += found
        self._sought += found + missing

    def dropped(self) -> None:
        """The cache was full."""
        self._dropped = True

    def judge(self) -> None:
        """Once enough was sought: keep all, or a sample. Of a sample one concludes how much all would have found."""
        sampling = self.rows < self.limit
        if self._sought < max(self.limit, FEW) * (PATIENCE if sampling else 1):
            return
        if self._dropped:
            share = self._found / self._sought * self.limit / self.rows
            self.rows = self.limit if share >= WORTH else max(self.limit // SAMPLE, 1)
        self._sought = self._found = 0
        self._dropped = False
