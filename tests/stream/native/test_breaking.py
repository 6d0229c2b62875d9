"""What an attacker, or a fault of the extension, may bring about: an error that Python makes good, and no more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from types import ModuleType
from typing import Any, cast

import msgspec
import pytest
from confluent_kafka import Message
from hypothesis import given
from hypothesis import strategies as st

from schemas.limits import DEFAULTS
from schemas.record import Record
from schemas.topics import MILESTONE_CROSSED, USAGE_EVENTS, USAGE_EVENTS_DLQ
from stream.core.adoption import next_version
from stream.core.progress import Progress, encode_progress, fresh
from stream.core.rules import compile_rules
from stream.core.streak_row import Reading, Streak
from stream.engine.stores.memory import MemoryStore
from stream.native.accelerator import Accelerator
from stream.native.rows import NativeRows
from stream.testing.driver import START_MS
from stream.tracker.topology import PROGRESS, PROGRESS_TABLE, ProgressCodec, tracker_topology
from tests.stream.native.twins import Twins, unbroken
from tests.stream.tracker.played import read

RULES = """
version: 1
product: {name: Acme Boards, url: "https://app.acme.example"}
history: complete
metrics:
  documents: {sum: value, from: documents_processed}
milestones:
  - {id: documents, when: {documents: [10, 50]}}
"""


def rows(module: ModuleType, partitions: int = 1) -> NativeRows:
    """A table of its own."""
    return NativeRows(
        module, PROGRESS_TABLE, tracker_topology().formats, MemoryStore(), cache_rows=100, partitions=partitions
    )


def use(contact: str, number: int = 0, **more: Any) -> bytes:
    body = {"id": f"e-{number}", "contact_id": contact, "event": "documents_processed", "at": START_MS} | more
    return json.dumps(body, ensure_ascii=False).encode()


def test_a_threshold_with_decimals_and_a_nudge_is_counted_here(module: ModuleType) -> None:
    """A share of it has zeros at its end, which are no places more."""
    near = RULES.replace("when: {documents: [10, 50]}", "when: {documents: [9.999, 49.99]}, nudge: {near: 90%}")
    version = next_version(None, read(near), START_MS)
    assert Accelerator(module, DEFAULTS).compiled(compile_rules(version.document, version.adoption)) is not None


class _Broken(Message):
    """A record that cannot say where it lies."""

    def offset(self) -> int:
        raise LookupError("no offset")


def message(kind: type[Message], contact: str, value: int) -> Record:
    body = use(contact, value, value=value)
    return cast(Record, kind(topic=USAGE_EVENTS, partition=0, offset=0, key=contact.encode(), value=body))


def nothing_seen(keys: Sequence[bytes]) -> list[bool]:
    return [False] * len(keys)


def nobody_erased(_keys: Sequence[bytes]) -> set[bytes]:
    return set()


def compiled(module: ModuleType) -> Any:
    version = next_version(None, read(RULES), START_MS)
    return Accelerator(module, DEFAULTS).compiled(compile_rules(version.document, version.adoption))


def test_after_an_error_nothing_half_counted_stays_in_memory(module: ModuleType) -> None:
    """The row was counted and is not marked as changed: an abort would leave it as it is."""
    table = rows(module)
    rules = compiled(module)

    def fold(kind: type[Message], value: int) -> None:
        table.fold(rules, [message(kind, "c-1", value)], START_MS, DEFAULTS, nothing_seen, nobody_erased)

    fold(Message, 3)
    (change,) = table.changes()
    table._store.write([change])
    table.committed()
    with pytest.raises(LookupError):
        fold(_Broken, 7)
    table.aborted()
    assert table.cached == 0
    row = table.get(b"c-1")
    assert row is not None
    assert row.counters == [3]


def test_a_trial_is_never_folded_here(module: ModuleType) -> None:
    """What is on trial must be possible to take back."""
    table = rows(module)
    table.begin_trial()
    with pytest.raises(RuntimeError, match="on trial"):
        table.fold(compiled(module), [], START_MS, DEFAULTS, nothing_seen, nobody_erased)


def test_names_of_zones_that_anybody_makes_up_do_not_stay(module: ModuleType) -> None:
    """60 KB each, of 4,096 names that would be kept, were 245 MB. Now all are left to Python."""
    for length in (65, 60_000):
        assert module.read_event(use("c-1", time_zone="z" * length)) is None
    assert module.read_event(use("c-1", time_zone="z" * 64)) is not None


@pytest.mark.parametrize("partitions", [1, 3])
def test_a_crowd_at_once_is_counted_the_same(module: ModuleType, partitions: int) -> None:
    """3,000 contacts with keys of all lengths in one batch, a cache of three rows, and each of them once more."""
    contacts = [f"{'k' * (number % 249)}{number}" for number in range(3_000)]
    with unbroken() as counted, Twins(read(RULES), module, partitions=partitions, cache_rows=3) as twins:
        for turn in range(2):
            for contact in contacts:
                for driver in (twins.python, twins.native):
                    driver.pipe(USAGE_EVENTS, contact, use(contact, turn, value=25))
            twins.both(lambda driver: driver.run())
            twins.check_said()
            assert twins.native.process.tasks[0].cached_rows <= 3 + 3
        twins.check_kept()
        assert len(twins.native.outputs(MILESTONE_CROSSED)) == 2 * len(contacts)
    assert sum(counted) == 2 * len(contacts)


def test_records_of_nonsense_stop_nobody(module: ModuleType) -> None:
    """64 KB of brackets, quotes and digits between sound events: each is refused, and the sound ones count."""
    odd = [b"[", b"{", b'"', b"\\", b"9", b"-", b"\x00", b"\xff", b'{"id":', b'"a":1,', b" "]
    with unbroken(), Twins(read(RULES), module, dead_letter_bytes=1 << 20) as twins:
        for number, piece in enumerate(odd):
            contact = f"c-{number}"
            for value in (piece * (65_536 // len(piece)), use(contact, number, value=10), piece, piece * 3):
                for driver in (twins.python, twins.native):
                    driver.pipe(USAGE_EVENTS, contact, value)
        twins.both(lambda driver: driver.run())
        twins.check_said()
        twins.check_kept()
        assert len(twins.native.outputs(MILESTONE_CROSSED)) == len(odd)
        assert len(twins.native.outputs(USAGE_EVENTS_DLQ)) == 3 * len(odd)


INTS = st.integers(-(2**63), 2**63 - 1) | st.sampled_from(
    [0, 1, 127, 128, 255, 256, 65_535, 65_536, 2**32, -32, -33, -128]
)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9).map(abs)
AMOUNTS = INTS | DECIMALS | st.sampled_from([2**70, -(2**70), Decimal("1E+3"), Decimal("0.0000001"), Decimal("1.0")])
SLOTS = st.integers(0, 200)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
RUNS = st.lists(st.lists(INTS, min_size=3, max_size=3), min_size=1, max_size=20)
READINGS = st.builds(Reading, zone=TEXTS, start=INTS, first=INTS, last=INTS)
STREAKS = st.builds(
    Streak,
    newest_ms=INTS,
    zone=TEXTS,
    runs=RUNS,
    until_ms=INTS,
    start=INTS,
    floor=INTS,
    gaps=st.lists(INTS, max_size=20),
    kind=INTS,
    others=st.none() | st.lists(READINGS, min_size=1, max_size=3),
    entered=INTS,
)


def pairs(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.dictionaries(st.integers(-200, 200), values, min_size=1, max_size=20)


ROWS = st.builds(
    Progress,
    counters=st.lists(AMOUNTS, max_size=40),
    reached=st.binary(max_size=300),
    ring=st.binary(max_size=300),
    peaks=pairs(AMOUNTS),
    occurrences=pairs(INTS),
    first_ms=INTS,
    last_day=INTS,
    zone=st.none() | TEXTS,
    signed_up_ms=st.none() | INTS,
    streaks=pairs(STREAKS),
    baselines=st.none() | st.dictionaries(SLOTS, st.tuples(AMOUNTS, INTS), min_size=1, max_size=3),
    nudged=pairs(st.lists(INTS, min_size=2, max_size=2)),
    active=pairs(INTS),
    timer_ms=INTS,
    life=INTS,
)


@given(row=ROWS, keep=st.integers(1, 15))
def test_any_row_comes_back_byte_for_byte(module: ModuleType, row: Progress, keep: int) -> None:
    """As Python would write it once it has read it; one of an earlier release has fewer fields."""
    data = encode_progress(row)
    table = rows(module)
    for given_ in (data, msgspec.msgpack.encode(msgspec.msgpack.decode(data)[:keep])):
        table._native.put(b"k", given_)
        back = table._native.peek(b"k")
        again = encode_progress(ProgressCodec.decode(given_))
        assert back in (again, given_)  # what is Python's alone stays as it is
        assert encode_progress(ProgressCodec.decode(back or b"")) == again


@given(row=ROWS, at=st.integers(0, 4000), odd=st.binary(max_size=6))
def test_a_damaged_row_breaks_nothing(module: ModuleType, row: Progress, at: int, odd: bytes) -> None:
    """It comes back as it lay there, or as one that Python reads alike."""
    data = bytearray(encode_progress(row))
    data[at % len(data) : at % len(data) + len(odd)] = odd
    table = rows(module)
    table._native.put(b"k", bytes(data))
    back = table._native.take(b"k")
    assert back is not None
    try:
        wanted = encode_progress(ProgressCodec.decode(bytes(data)))
    except (ValueError, msgspec.MsgspecError, ArithmeticError):
        return
    assert back in (bytes(data), wanted)


def test_a_fresh_row_is_the_same_in_both(module: ModuleType) -> None:
    """Format 1."""
    table = rows(module)
    table._native.put(b"k", encode_progress(fresh()))
    assert table._native.peek(b"k") == encode_progress(fresh())
    assert table.table.name == PROGRESS
