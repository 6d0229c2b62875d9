"""Judges a tracker after a scenario, by the rules of Kafka's own exactly-once tests.

1. Settle: no member is left in the group, and on every output the position of a read_committed reader reaches the end
   that a read_uncommitted one sees. Before that nothing is judged.
2. Input to fold is what lies below the group's committed offsets; here it must be all of it.
3. Input and output of a partition are walked in step (`verdict.py`).
4. Store == changelog == oracle: every row, and every copy of a store as of the changelog offset that it says it
reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from stream.engine.changelog import LABEL_KEY, POSITIONS_KEY
from stream.engine.stores.rocks import RocksStore, StoreMemory
from tests.chaos.oracle import Contact, Crossing, Oracle, of_record
from tests.chaos.verdict import Verdict, compare
from tests.system.rig import Rig
from tests.system.topic_log import TopicLog
from tests.system.waiting import until

SETTLE = 60.0
"""Seconds: a session (10 s), the timeout of a dead worker's transaction (10 s) and the broker's scan for it (10 s),
twice.
"""
PROGRESS = b"\x10"


@dataclass(frozen=True)
class Judgement:
    """What the verifier found."""

    verdict: Verdict
    aborted: int
    """Transactions, counted once for each partition, whose positions only a read_uncommitted reader sees."""
    state_faults: tuple[str, ...] = ()
    """Rows that differ between oracle, changelog and stores, and positions that went back in a changelog."""

    @property
    def sound(self) -> bool:
        """Whether outputs and state are as they have to be."""
        return self.verdict.sound and not self.state_faults

    def __str__(self) -> str:
        return "; ".join([str(self.verdict), *self.state_faults[:5]])


def judge(
    rig: Rig, *, window: int, processed_before: Mapping[int, Mapping[int, Any]] | None = None, besides: str = ""
) -> Judgement:
    """Settle, then compare everything. All workers must have been stopped; they ran with this dedupe window.

    `processed_before` holds records, by partition and offset, that the input has lost since they were processed;
    `besides` names a milestone that the oracle does not know, and that the scenario judges itself.

    Raises:
        AssertionError: it does not settle, or part of the input was never committed.
    """
    until(lambda: not rig.members(), within=SETTLE, what="no member is left in the group")
    inputs = _inputs(rig, processed_before or {})
    changelog = _records(rig, rig.changelog)
    crossed = _records(rig, rig.crossed)
    left = {partition: count for partition, count in rig.unprocessed().items() if count}
    assert not left, f"input that was never committed, by partition: {left}"
    oracles = {partition: Oracle(window) for partition in inputs}
    expected = {partition: oracles[partition].crossings(records) for partition, records in inputs.items()}
    found = {partition: _crossings(records, besides) for partition, records in crossed.items()}
    faults = [
        *(fault for partition in inputs for fault in _rows_differ(partition, changelog[partition], oracles[partition])),
        *(fault for partition in inputs for fault in _positions_go_back(partition, changelog[partition])),
        *(fault for path in _stores(rig) for fault in _store_differs(path, changelog[int(path.name)])),
    ]
    return Judgement(compare(expected, found), _aborted(rig, changelog), tuple(faults))


def judge_outputs(rig: Rig, *, window: int, partitions: int) -> Verdict:
    """Settle, then compare the crossings with what the group has committed of the input; what is left of it, and the
    state, are not looked at: for a worker that was stopped in the midst of its work.

    `partitions` is the count that the outputs have by now; an identity counts wherever it stands.

    Raises:
        AssertionError: it does not settle.
    """
    until(lambda: not rig.members(), within=SETTLE, what="no member is left in the group")
    committed = rig.committed()
    processed = {
        partition: [each for each in records if each.offset() < committed.get(partition, 0)]
        for partition, records in _records(rig, rig.inputs).items()
    }
    with TopicLog(rig.bootstrap, rig.crossed, partitions) as log:
        log.read_all(within=SETTLE)
        found = {partition: _crossings(records, "") for partition, records in log.by_partition().items()}
    expected = {partition: Oracle(window).crossings(records) for partition, records in processed.items()}
    return compare(expected, found)


def _inputs(rig: Rig, before: Mapping[int, Mapping[int, Any]]) -> dict[int, list[Any]]:
    """What was processed, in offset order."""
    there = _records(rig, rig.inputs)
    for partition, records in there.items():
        known = {**before.get(partition, {}), **{record.offset(): record for record in records}}
        there[partition] = [known[offset] for offset in sorted(known)]
    return there


def _records(rig: Rig, topic: str) -> dict[int, list[Any]]:
    """Everything that a read_committed reader sees; an open transaction keeps it from the end, and so is waited for."""
    with rig.log(topic) as log:
        log.read_all(within=SETTLE)
        return log.by_partition()


def _crossings(records: Iterable[Any], besides: str) -> list[Crossing]:
    return [found for record in records if (found := of_record(record.value())).milestone != besides]


def _aborted(rig: Rig, committed: dict[int, list[Any]]) -> int:
    with rig.log(rig.changelog, committed=False) as log:
        everything = log.read_all()
    visible: int = sum(record.key() == POSITIONS_KEY for records in committed.values() for record in records)
    sent: int = sum(record.key() == POSITIONS_KEY for record in everything)
    return sent - visible


def _rows_differ(partition: int, changelog: Iterable[Any], oracle: Oracle) -> list[str]:
    rows = {record.key()[1:].decode(): record.value() for record in changelog if record.key().startswith(PROGRESS)}
    faults = []
    for name in sorted({*rows, *oracle.contacts}):
        due = _numbers(oracle.contacts.get(name))
        data = rows.get(name)
        kept = _counters(data) if data is not None else None
        if kept != due:
            faults.append(f"changelog {partition}: row of {name} is {kept}, due {due}")
    return faults


def _numbers(contact: Contact | None) -> tuple[Decimal, Decimal] | None:
    return None if contact is None else (Decimal(contact.documents), Decimal(contact.logins))


def _counters(data: bytes) -> tuple[Decimal, Decimal]:
    """Documents and logins of a stored row: a format byte, then MessagePack, the counters first, trailing zeros left
    out.
    """
    counters = [*msgspec.msgpack.decode(data[1:])[0], 0, 0]
    return Decimal(counters[0]), Decimal(counters[1])


def _positions_go_back(partition: int, changelog: Iterable[Any]) -> list[str]:
    """A changelog in which the positions ever decrease has taken in some input twice."""
    at: dict[str, int] = {}
    faults = []
    for record in changelog:
        if record.key() == POSITIONS_KEY:
            offsets, _ = _positions(record.value())
            faults += [
                f"changelog {partition}: position {offset} of {topic} after {at[topic]}"
                for topic, offset in offsets.items()
                if offset < at.get(topic, -1)
            ]
            at = offsets
    return faults


def _positions(data: bytes) -> tuple[dict[str, int], dict[str, int]]:
    body = msgspec.msgpack.decode(data[1:])
    return body["offsets"], body["partitions"]


def _stores(rig: Rig) -> list[Path]:
    """Every copy of a store that any worker left behind."""
    return [
        path
        for path in sorted(rig.directory.glob(f"state-*/{rig.group}/*/*"))
        if path.is_dir() and path.name.isdigit() and any(path.iterdir())
    ]


def _store_differs(path: Path, changelog: Iterable[Any]) -> list[str]:
    """A copy, however old, equals the changelog up to the offset that its label names."""
    store = RocksStore(path, StoreMemory())
    try:
        kept = dict(store.scan(b"\x00", b"\xff"))
    finally:
        store.close()
    label = kept.pop(LABEL_KEY, None)
    if label is None:
        return [] if not kept else [f"{path}: {len(kept)} rows and no label"]
    reached = msgspec.msgpack.decode(label)["reached"]
    due: dict[bytes, bytes] = {}
    for record in changelog:
        if record.offset() > reached:
            break
        due.pop(record.key(), None) if record.value() is None else due.update({record.key(): record.value()})
    wrong = [key for key in {*kept, *due} if kept.get(key) != due.get(key)]
    return [f"{path}: {len(wrong)} rows differ from the changelog up to {reached}, as {wrong[0]!r}"] if wrong else []
