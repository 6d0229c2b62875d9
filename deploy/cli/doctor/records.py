"""What recent records say of those who write them: keys, partitioner, and the schema of usage events. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from deploy.cli.doctor.check import Check, Mark
from deploy.cli.text import counted
from schemas.examination import examine
from schemas.limits import Limits
from schemas.partitioner import partition_of
from schemas.record import Record
from schemas.reject_codes import CODES
from schemas.rejection import Rejection

_NONE = "no recent records to look at"


def keys(records: Sequence[Record]) -> Check:
    """Whether every record has a key."""
    if not records:
        cure = "send one: cairn events send --contact c-1 --event NAME"
        return Check("keys", Mark.SKIP, _NONE, cure)
    without = [record for record in records if not record.key()]
    if not without:
        return Check("keys", Mark.OK, f"all of the last {counted(len(records), 'record')} have one")
    return Check(
        "keys",
        Mark.FAIL,
        f"{_share(without, records)} have no key{_by_topic(without)}, the last at {_place(without[-1])}",
        CODES["key_missing"].cure,
    )


def partitioner(records: Sequence[Record], partitions: int) -> Check:
    """Whether every keyed record lies in the partition, of `partitions`, that murmur2 chooses."""
    keyed = [(record, key) for record in records if (key := record.key())]
    if not keyed:
        return Check("partitioner", Mark.SKIP, _NONE)
    astray = [record for record, key in keyed if partition_of(key, partitions) != record.partition()]
    if not astray:
        return Check("partitioner", Mark.OK, f"murmur2 placed all of the last {counted(len(keyed), 'record')}")
    number = f"{len(astray):,} of {counted(len(keyed), 'record')}"
    finding = f"{number} not where murmur2 would put them{_by_topic(astray)}, the last at {_place(astray[-1])}"
    return Check("partitioner", Mark.FAIL, finding, CODES["wrong_partition"].cure)


def contract(records: Sequence[Record], now_ms: int, limits: Limits) -> Check:
    """Whether the records are usage events as the tracker's door wants them; keys are judged elsewhere."""
    verdicts = [(record, examine(record, now_ms, limits)) for record in records if record.key()]
    if not verdicts:
        return Check("schema", Mark.SKIP, _NONE)
    faults = [(record, verdict) for record, verdict in verdicts if isinstance(verdict, Rejection)]
    if not faults:
        return Check("schema", Mark.OK, f"all of the last {counted(len(verdicts), 'record')} are sound events")
    codes = Counter(verdict.code for _, verdict in faults)
    reasons = ", ".join(f"{count} {code}" for code, count in codes.most_common())
    record, verdict = faults[-1]
    number = f"{len(faults):,} of {len(verdicts):,} would be rejected ({reasons})"
    finding = f"{number}, the last at {_place(record)}: {verdict.message}"
    return Check("schema", Mark.FAIL, finding, CODES[codes.most_common(1)[0][0]].cure)


def _by_topic(records: Sequence[Record]) -> str:
    """How many of which topic, where they are of several."""
    topics = Counter(record.topic() for record in records)
    return f" ({', '.join(f'{count:,} {name}' for name, count in topics.most_common())})" if len(topics) > 1 else ""


def _share(some: Sequence[Record], of: Sequence[Record]) -> str:
    return f"{len(some):,} of {counted(len(of), 'record')}"


def _place(record: Record) -> str:
    return f"{record.topic()} {record.partition()}:{record.offset()}"
