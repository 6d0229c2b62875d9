"""A record of any topic, as a consumer would give it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StandIn:
    """Fits `schemas.record.Record`: key, value, headers, topic, partition, offset, and the timestamp in epoch ms."""

    k: bytes | None
    v: bytes | None
    h: tuple[tuple[str, bytes], ...] = ()
    t: str = "usage-events"
    p: int = 0
    o: int = 0
    ms: int = 1_790_000_000_000

    def key(self) -> bytes | None:
        return self.k

    def value(self) -> bytes | None:
        return self.v

    def headers(self) -> list[tuple[str, bytes]] | None:
        return list(self.h) or None

    def topic(self) -> str:
        return self.t

    def partition(self) -> int:
        return self.p

    def offset(self) -> int:
        return self.o

    def timestamp(self) -> tuple[int, int]:
        return 1, self.ms
