"""Timer rows: their bytes, the scan's cursor, and what a transaction or a trial takes back (engine rules 15 and 17)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from schemas.errors import CairnError
from stream.engine.stores.memory import MemoryStore
from stream.engine.timers import NEVER, TimerRows
from stream.engine.topology import Formats, Timer
from stream.runtime.exits import Exit

TIMER = Timer("alarm", 0x20, "people")


class Noting(MemoryStore):
    """Notes where scans begin."""

    def __init__(self) -> None:
        super().__init__()
        self.starts: list[bytes] = []

    def scan(self, start: bytes, stop: bytes) -> Iterator[tuple[bytes, bytes]]:
        self.starts.append(start)
        return super().scan(start, stop)


def made(store: MemoryStore | None = None) -> TimerRows:
    timers = TimerRows(TIMER, Formats(), MemoryStore() if store is None else store)
    timers.look()
    return timers


def commit(timers: TimerRows, store: MemoryStore) -> None:
    store.write([*timers.changes()])
    timers.committed()


def fire(timers: TimerRows, now_ms: int) -> list[tuple[int, bytes]]:
    fired = []
    while (due := timers.first(now_ms)) is not None:
        timers.take(due)
        fired.append((due.due_ms, due.key))
    return fired


def test_a_row_is_prefix_due_time_and_key_with_a_format_byte_for_a_value() -> None:
    """Rule 15: empty but for the byte that says which release can read it."""
    timers = made()
    timers.schedule(b"key", 258)
    assert [*timers.changes()] == [(b"\x20\0\0\0\0\0\0\x01\x02key", b"\x01")]


def test_a_row_of_an_unknown_format_is_refused() -> None:
    """Rule 15: exit 3, before it could be misread."""
    store = MemoryStore()
    store.write([(b"\x20" + bytes(8) + b"key", b"\x07")])
    with pytest.raises(CairnError, match="format 7") as refused:
        made(store)
    assert refused.value.exit == Exit.DRIFT


def test_the_scan_begins_behind_the_last_fired_row() -> None:
    """Rule 17: from the range's start it would walk the tombstones of everything that ever fired.

    Mutation: leave the cursor where it is in `take`.
    """
    store = Noting()
    timers = made(store)
    for due in (10, 20, 30):
        timers.schedule(b"k", due)
    commit(timers, store)
    assert fire(timers, 20) == [(10, b"k"), (20, b"k")]
    commit(timers, store)
    store.starts.clear()
    assert fire(timers, 30) == [(30, b"k")]
    assert min(store.starts) == b"\x20" + (20).to_bytes(8, "big") + b"k\0"


def test_the_next_due_time_is_known_without_a_scan() -> None:
    """An idle turn compares two numbers."""
    store = Noting()
    timers = made(store)
    assert timers.next_ms == NEVER
    timers.schedule(b"k", 30)
    timers.schedule(b"j", 20)
    assert timers.next_ms == 20
    commit(timers, store)
    assert fire(timers, 20) == [(20, b"j")]
    assert timers.next_ms == 30
    assert fire(timers, 30) == [(30, b"k")]
    assert timers.next_ms == NEVER


def test_an_abort_brings_fired_timers_back_and_forgets_scheduled_ones() -> None:
    """Nothing of the transaction happened, and the cursor has not moved."""
    store = MemoryStore()
    timers = made(store)
    timers.schedule(b"k", 10)
    commit(timers, store)
    fire(timers, 10)
    timers.schedule(b"new", 5)
    timers.aborted()
    assert timers.next_ms <= 10
    assert fire(timers, 10) == [(10, b"k")]


def test_a_trial_takes_back_what_it_scheduled_and_removed() -> None:
    """A record or a timer that breaks leaves no timer and loses none, stored or of this transaction."""
    store = MemoryStore()
    timers = made(store)
    timers.schedule(b"stored", 10)
    commit(timers, store)
    timers.schedule(b"fresh", 20)
    timers.begin_trial()
    timers.unschedule(b"stored", 10)
    timers.unschedule(b"fresh", 20)
    timers.schedule(b"never", 15)
    assert fire(timers, 12) == []
    timers.undo_trial()
    assert fire(timers, 20) == [(10, b"stored"), (20, b"fresh")]


def test_a_trial_takes_back_what_it_fired() -> None:
    """Timers are tried together: when one of them breaks, all are due again. Mutation: leave the cursor behind them."""
    store = MemoryStore()
    timers = made(store)
    timers.schedule(b"first", 10)
    timers.schedule(b"second", 20)
    commit(timers, store)
    timers.begin_trial()
    assert fire(timers, 30) == [(10, b"first"), (20, b"second")]
    timers.undo_trial()
    assert timers.next_ms <= 10
    assert fire(timers, 30) == [(10, b"first"), (20, b"second")]


def test_a_due_time_before_1970_is_refused() -> None:
    """It would stand behind everything instead of before it."""
    with pytest.raises(ValueError, match="cannot be due at -1"):
        made().schedule(b"k", -1)


class Life(RuleBasedStateMachine):
    """Timers against a plain set of pairs."""

    keys = st.sampled_from([b"a", b"b", b""])
    dues = st.integers(0, 8)

    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryStore()
        self.timers = made(self.store)
        self.now: set[tuple[int, bytes]] = set()
        self.committed: set[tuple[int, bytes]] = set()

    @rule(key=keys, due=dues)
    def schedule(self, key: bytes, due: int) -> None:
        self.timers.schedule(key, due)
        self.now.add((due, key))

    @rule(key=keys, due=dues)
    def unschedule(self, key: bytes, due: int) -> None:
        self.timers.unschedule(key, due)
        self.now.discard((due, key))

    @rule(due=dues, limit=st.integers(1, 4))
    def fire(self, due: int, limit: int) -> None:
        expected = sorted(each for each in self.now if each[0] <= due)[:limit]
        for each in expected:
            found = self.timers.first(due)
            assert found is not None
            self.timers.take(found)
            assert (found.due_ms, found.key) == each
            self.now.discard(each)
        if len(expected) < limit:
            assert self.timers.first(due) is None

    @rule(due=dues, limit=st.integers(1, 4))
    def fire_together(self, due: int, limit: int) -> None:
        """No key twice."""
        expected: dict[bytes, int] = {}
        for due_ms, key in sorted(each for each in self.now if each[0] <= due)[:limit]:
            if key in expected:
                break
            expected[key] = due_ms
        found = [(each.key, each.due_ms) for each in self.timers.take_due(due, limit)]
        assert found == [*expected.items()]
        self.now -= {(due_ms, key) for key, due_ms in found}

    @rule(key=keys, due=dues, kept=st.booleans(), together=st.booleans())
    def trial(self, key: bytes, due: int, kept: bool, together: bool) -> None:
        before = set(self.now)
        self.timers.begin_trial()
        (self.fire_together if together else self.fire)(due, 2)
        self.schedule(key, due)
        self.unschedule(b"a", due)
        self.schedule(b"b", due // 2)
        if kept:
            self.timers.keep_trial()
        else:
            self.timers.undo_trial()
            self.now = before

    @rule()
    def commit(self) -> None:
        commit(self.timers, self.store)
        self.committed = set(self.now)

    @rule()
    def abort(self) -> None:
        self.timers.aborted()
        self.now = set(self.committed)

    @rule()
    def restore(self) -> None:
        self.timers.forget()
        self.timers.look()
        self.now = set(self.committed)

    @invariant()
    def next_is_never_too_late(self) -> None:
        assert self.timers.next_ms <= min((due for due, _ in self.now), default=NEVER)
        assert [(each.due_ms, each.key) for each in self.timers.pending()] == sorted(self.committed)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
