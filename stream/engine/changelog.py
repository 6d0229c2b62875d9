"""What stands in a changelog: rows under table prefix + key, and once per transaction the positions they reflect.

The changelog is compacted, one partition for each input partition. Its records are the store's keys and values, so a
restore copies bytes. Positions are state (engine rule 2): they win over the group's offsets, which the broker may
delete.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from schemas.errors import CairnError
from schemas.record import Record
from stream.engine.identity import Layout, made_anew, other_names, other_topics, recounted, renamed
from stream.engine.rows import newer_format
from stream.engine.topology import Formats, Topology
from stream.runtime.exits import Exit

POSITIONS_KEY = b"\x00positions"
LABEL_KEY = b"\x00label"
ORIGIN_KEY = b"\x00origin"
"""Written once, in the first transaction of a task without a state, and kept by compaction for ever. A changelog that
holds positions and not this row begins in the midst of a state: it was made anew under a worker that had all the other
rows, or its head was deleted (engine rules 22 and 23)."""


class Positions(msgspec.Struct, frozen=True):
    """What a task's rows reflect: the next offset of each input, and the topics that this holds for.

    `partitions` is the count of each topic (rule 10), `topic_ids` the id of each, `partition` the task's own number
    (rule 22). What a release before them wrote lacks the ids and the number: it fits every topic.
    """

    offsets: dict[str, int]
    partitions: dict[str, int]
    topic_ids: dict[str, str] = {}
    partition: int | None = None

    def encode(self, formats: Formats) -> bytes:
        """As stored: format byte, then msgpack."""
        return bytes((formats.writes,)) + msgspec.msgpack.encode(self)

    def faults(self, topology: Topology, now: Layout, partition: int) -> Iterator[CairnError]:
        """Give everything for which these are not the positions of `partition` in the topics as they are now."""
        where = f"state of partition {partition}"
        if self.partition not in (None, partition):
            yield CairnError(
                f"partition {partition} of {topology.changelog} holds the rows of partition {self.partition}",
                where=where,
                fix="it was copied with another partitioner: copy changelogs partition by partition",
                exit=Exit.DRIFT,
            )
        for topic, then in self.partitions.items():
            if topic in topology.topics and then != now.partitions:
                yield recounted(topic, then, now.partitions, where)
        if (named := other_names(topology, self.offsets)) is not None:
            yield renamed(topology, named, where)
        yield from (made_anew(topology, topic, where) for topic in other_topics(topology, self.topic_ids, now))

    def check(self, topology: Topology, now: Layout, partition: int) -> None:
        """See that these are the positions of `partition` in the topics as they are now.

        Raises:
            CairnError: DRIFT (engine rules 10 and 22), the first of `faults`.
        """
        for fault in self.faults(topology, now, partition):
            raise fault

    @classmethod
    def decode(cls, data: bytes, formats: Formats) -> Positions:
        """Read what `encode` wrote.

        Raises:
            CairnError: DRIFT, when the format is unknown.
        """
        if data[0] not in formats.reads:
            raise newer_format("positions", data[0], formats)
        return msgspec.msgpack.decode(data[1:], type=cls)


def is_whole(positions: Positions, origin: bytes | None) -> bool:
    """Whether a state with these positions holds its beginning: the row under `ORIGIN_KEY`, if it is there.

    A release that knew no identities wrote no origin either; then the next transaction does. Nothing at all is whole.
    """
    return origin is not None or not positions.topic_ids


class Label(msgspec.Struct, frozen=True):
    """What a local store says of itself; never in the changelog.

    `topic_id` and `partitions` are the changelog's, `partition` is the number of which it holds the rows. `reached` is
    the changelog offset whose row, and all before it, are in the store. A label that does not fit the changelog of
    today (rules 9 and 22) makes the store worthless.
    """

    topic_id: str
    partitions: int
    format: int
    reached: int
    written_at_ms: int
    partition: int | None = None

    def encode(self) -> bytes:
        """As stored."""
        return msgspec.msgpack.encode(self)

    @classmethod
    def decode(cls, data: bytes) -> Label:
        """Read what `encode` wrote; what is no label raises `msgspec.MsgspecError`."""
        return msgspec.msgpack.decode(data, type=cls)


def unreadable(record: Record, formats: Formats) -> CairnError | None:
    """The refusal of a changelog record that this release cannot read; None if it can. Records of every key begin with
    the byte of their format, so that what somebody wrote by hand is not taken for a row either.
    """
    value = record.value()
    if value is None or (value and value[0] in formats.reads):
        return None
    where = f"{record.topic()}, partition {record.partition()}, offset {record.offset()}, key {record.key()!r}"
    by_hand = (
        "if somebody wrote this record by hand, write one with its key and no value (a tombstone), and start again "
        "when compaction has removed both"
    )
    if not value:
        return CairnError("an empty record, which no release writes", where=where, fix=by_hand, exit=Exit.DRIFT)
    newer = newer_format(where, value[0], formats)
    return CairnError(newer.what, where=where, fix=f"{newer.fix}; {by_hand}", exit=Exit.DRIFT)


class Stale(NamedTuple):
    """Why a store cannot serve as the start of a restore.

    `foreign`: it belongs to another changelog, so that the changelog there is must first prove that it holds the state
    (engine rule 22); a wipe would hide that rows are lost.
    """

    reason: str
    foreign: bool = False


def stale(
    label: Label,
    *,
    topic_id: str,
    partition: int,
    partitions: int,
    formats: Formats,
    low: int,
    high: int,
    now_ms: int,
    oldest_ms: int,
) -> Stale | None:
    """Say why a store cannot serve as the start of a restore; None if it can.

    `low` and `high` are the changelog's first and next offset. A store older than `oldest_ms` may miss tombstones that
    compaction has removed (half of delete.retention.ms is kept as a margin).
    """
    if label.topic_id != topic_id:
        return Stale("the changelog topic was made anew", foreign=True)
    if label.partitions != partitions:
        return Stale(f"it was written with {label.partitions} partitions, now there are {partitions}", foreign=True)
    if label.partition is None:
        return Stale("a release wrote it that did not say of which partition it is")
    if label.partition != partition:
        return Stale(f"it holds the rows of partition {label.partition}")
    if label.format not in formats.reads:
        return Stale(f"it holds row format {label.format}")
    if label.reached >= high:
        return Stale(f"it reached changelog offset {label.reached}, beyond the end {high}")
    if label.reached + 1 < low:
        return Stale(f"it reached changelog offset {label.reached}, but the log now starts at {low}")
    if now_ms - label.written_at_ms > oldest_ms:
        hours = (now_ms - label.written_at_ms) // 3_600_000
        return Stale(f"it was written {hours} h ago: tombstones since may be gone")
    return None
