"""What stands in a changelog: rows under table prefix + key, and once per transaction the positions they reflect.

The changelog is compacted, one partition for each input partition. Its records are the store's keys and values, so a
restore copies bytes. Positions are state (engine rule 2): they win over the group's offsets, which the broker may
delete.
"""

from __future__ import annotations

from collections.abc import Container

import msgspec

from schemas.errors import CairnError
from stream.engine.rows import newer_format
from stream.engine.topology import Formats
from stream.runtime.exits import Exit

POSITIONS_KEY = b"\x00positions"
LABEL_KEY = b"\x00label"


class Positions(msgspec.Struct, frozen=True):
    """What a task's rows reflect: the next offset of each input, and the partition count of each topic (rule 10)."""

    offsets: dict[str, int]
    partitions: dict[str, int]

    def encode(self, formats: Formats) -> bytes:
        """As stored: format byte, then msgpack."""
        return bytes((formats.writes,)) + msgspec.msgpack.encode(self)

    def check(self, topics: Container[str], partitions: int, where: str) -> None:
        """See that none of these topics had another partition count when the state was written.

        Raises:
            CairnError: DRIFT (engine rule 10).
        """
        for topic, then in self.partitions.items():
            if topic in topics and then != partitions:
                raise CairnError(
                    f"{topic} had {then} partitions when the state was written, now it has {partitions}",
                    where=where,
                    fix="a contact would be counted in two partitions: restore the old count, or start a new app id",
                    exit=Exit.DRIFT,
                )

    @classmethod
    def decode(cls, data: bytes, formats: Formats) -> Positions:
        """Read what `encode` wrote.

        Raises:
            CairnError: DRIFT, when the format is unknown.
        """
        if data[0] not in formats.reads:
            raise newer_format("positions", data[0], formats)
        return msgspec.msgpack.decode(data[1:], type=cls)


class Label(msgspec.Struct, frozen=True):
    """What a local store says of itself; never in the changelog.

    `reached` is the changelog offset whose row, and all before it, are in the store. A label that does not fit the
    changelog of today (rule 9) makes the store worthless: it is wiped and rebuilt.
    """

    topic_id: str
    partitions: int
    format: int
    reached: int
    written_at_ms: int

    def encode(self) -> bytes:
        """As stored."""
        return msgspec.msgpack.encode(self)

    @classmethod
    def decode(cls, data: bytes) -> Label:
        """Read what `encode` wrote; what is no label raises `msgspec.MsgspecError`."""
        return msgspec.msgpack.decode(data, type=cls)


def stale(
    label: Label | None,
    *,
    topic_id: str,
    partitions: int,
    formats: Formats,
    low: int,
    high: int,
    now_ms: int,
    oldest_ms: int,
) -> str | None:
    """Say why a store cannot serve as the start of a restore; None if it can.

    `low` and `high` are the changelog's first and next offset. A store older than `oldest_ms` may miss tombstones that
    compaction has removed (half of delete.retention.ms is kept as a margin).
    """
    if label is None:
        return "the store has no label"
    if label.topic_id != topic_id:
        return "the changelog topic was made anew"
    if label.partitions != partitions:
        return f"it was written with {label.partitions} partitions, now there are {partitions}"
    if label.format not in formats.reads:
        return f"it holds row format {label.format}"
    if label.reached >= high:
        return f"it reached changelog offset {label.reached}, beyond the end {high}"
    if label.reached + 1 < low:
        return f"it reached changelog offset {label.reached}, but the log now starts at {low}"
    if now_ms - label.written_at_ms > oldest_ms:
        return f"it was written {(now_ms - label.written_at_ms) // 3_600_000} h ago: tombstones since may be gone"
    return None
