"""How far an app may commit, and that Faust's own answer to it is another one."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from types import SimpleNamespace
from typing import Any

from faust.transport.consumer import Consumer as FaustConsumer
from faust.types import TP
from hypothesis import given
from hypothesis import strategies as st
from intervaltree import IntervalTree

from stream.reactions.ledger import Ledger, Partition

AT = Partition("milestone-crossed", 3)
EPOCH = 7


def ledger(start: int = 100) -> Ledger:
    found = Ledger()
    found.open(EPOCH, {AT: start})
    return found


def taken(*offsets: int) -> Ledger:
    found = ledger()
    for each in offsets:
        assert found.take(AT, each)
    return found


def test_the_lowest_unfinished_is_committed() -> None:
    """Records 101 and 102 are done, 100 is not: nothing may be committed. Then all at once."""
    book = taken(100, 101, 102)
    book.finish(EPOCH, AT, 101)
    book.finish(EPOCH, AT, 102)
    assert book.due() == {}

    book.finish(EPOCH, AT, 100)
    assert book.due() == {AT: 103}


def test_holes_of_transactions_hold_nothing_up() -> None:
    """Markers and aborted records are never given out: they are no reason to wait."""
    book = taken(100, 105, 240)
    for each in (100, 105, 240):
        book.finish(EPOCH, AT, each)
    assert book.due() == {AT: 241}


def test_a_commit_that_failed_is_due_again() -> None:
    """Faust's issue 316: only a commit that the group has is remembered."""
    book = taken(100)
    book.finish(EPOCH, AT, 100)
    assert book.due() == {AT: 101}
    assert book.due() == {AT: 101}

    book.committed(EPOCH, {AT: 101})
    assert book.due() == {}


def test_a_record_is_taken_in_once() -> None:
    """What a rebalance hands out a second time is not handled a second time under one assignment."""
    book = taken(100, 101)
    assert not book.take(AT, 100)
    assert not book.take(AT, 101)
    assert book.take(AT, 102)


def test_what_the_group_did_not_give_is_not_taken() -> None:
    """A record left over in a buffer belongs to another worker."""
    book = ledger()
    assert not book.take(Partition("milestone-crossed", 4), 100)
    assert not book.take(AT, 99)
    book.close()
    assert not book.take(AT, 100)


def test_a_late_end_of_an_older_assignment_says_nothing() -> None:
    """The partition went and came back: the record is another turn now, and a commit of old is not believed."""
    book = taken(100)
    book.open(EPOCH + 1, {AT: 100})
    assert book.take(AT, 100)
    book.finish(EPOCH, AT, 100)
    book.committed(EPOCH, {AT: 101})
    assert book.due() == {}
    assert book.unfinished() == {AT: 1}

    book.finish(EPOCH + 1, AT, 100)
    assert book.due() == {AT: 101}


@given(st.permutations(range(100, 112)), st.integers(0, 12))
def test_nothing_in_progress_is_ever_passed(order: list[int], done: int) -> None:
    """Whatever the order in which records end, none is committed before its end."""
    book = taken(*range(100, 112))
    for each in order[:done]:
        book.finish(EPOCH, AT, each)
    committed = book.due().get(AT, 100)

    assert set(range(100, committed)) <= set(order[:done])
    assert committed == min(set(range(100, 112)) - set(order[:done]), default=112)


def _faust(committed: int | None) -> Any:
    """As much of Faust's own consumer as decides what to commit."""
    return SimpleNamespace(
        _acked=defaultdict(list),
        _acked_index=defaultdict(set),
        _gap=defaultdict(IntervalTree),
        _committed_offset=defaultdict(lambda: committed),
    )


def test_faust_itself_commits_past_a_record_in_progress() -> None:
    """Its issue 606, still in 0.15.3: 100 is committed, 100 is in progress, 101 is done, and it says 102.

    When this fails, Faust was mended, and the table in stream/reactions/README.md wants a look.
    """
    theirs = _faust(committed=100)
    theirs._acked[TP("t", 0)] = [101]
    assert FaustConsumer._new_offset(theirs, TP("t", 0)) == 102

    ours = taken(100, 101)
    ours.finish(EPOCH, AT, 101)
    assert ours.due() == {}


def test_faust_itself_believes_a_commit_that_failed() -> None:
    """Its issue 316, still in 0.15.3."""
    at = TP("t", 0)

    async def refused(_offsets: Any) -> bool:
        return False

    async def flush() -> None:
        return None

    monitor = SimpleNamespace(on_tp_commit=lambda _offsets: None)
    app = SimpleNamespace(producer=SimpleNamespace(flush=flush), tables=None, monitor=monitor)
    theirs = SimpleNamespace(
        assignment=lambda: {at},
        in_transaction=False,
        app=app,
        log=SimpleNamespace(dev=lambda *_: None, info=lambda *_: None),
        _commit=refused,
        _committed_offset={},
    )

    assert asyncio.run(FaustConsumer._commit_offsets(theirs, {at: 5})) is False  # type: ignore[arg-type]
    assert theirs._committed_offset == {at: 5}
