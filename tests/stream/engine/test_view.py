"""What a fold says through its view is one page, and one record can be struck from it."""

from __future__ import annotations

import pytest

from schemas.dead_letter import reason_of
from stream.engine.rows import Rows
from stream.engine.stores.memory import MemoryStore
from stream.engine.timers import TimerRows
from stream.engine.topology import Formats
from stream.engine.view import View
from stream.runtime.metrics import DEAD_LETTERS, DETECTION_SECONDS, EVENTS, REJECTS
from stream.testing.log import Partition
from tests.contracts.reminder import ALARM, PEOPLE, RINGS, reminder_topology
from tests.contracts.tally import IN, LETTERS, OUT, TABLE, TOTALS, Total, tally_topology


@pytest.fixture
def view() -> View:
    return View(0, tally_topology(), {TOTALS: Rows(TABLE, Formats(), MemoryStore())}, dead_letter_bytes=1000)


def test_a_rejected_record_is_unchanged_with_the_reason_behind(view: View) -> None:
    """It goes to the letters of its own input, and both counters hear of it."""
    record = Partition(IN, 0).append(b"k", b"v", [("own", b"1")], 5)
    view.reject(record, "not_json", "no JSON", "/a")
    (letter,) = view.emissions
    assert (letter.topic, letter.key, letter.value, letter.headers[0]) == (LETTERS, b"k", b"v", ("own", b"1"))
    reason = reason_of(letter.headers)
    assert reason is not None
    assert (reason.code, reason.message, reason.pointer, reason.attempt) == ("not_json", "no JSON", "/a", 1)
    assert view.counts == {(REJECTS.name, (IN, "not_json")): 1, (DEAD_LETTERS.name, (LETTERS,)): 1}


def test_a_record_too_large_for_the_letters_becomes_a_pointer(view: View) -> None:
    """Rule 4: no record can be too large to be got rid of."""
    record = Partition(IN, 0).append(b"k", bytes(2000), (), 5)
    view.reject(record, "too_large", "too large")
    (letter,) = view.emissions
    reason = reason_of(letter.headers)
    assert reason is not None
    assert reason.code == "oversize"
    assert b'"offset":0' in (letter.value or b"")


def test_counts_add_up_by_metric_and_labels(view: View) -> None:
    """Numbers of one transaction, published by whoever commits it."""
    view.count(EVENTS, 2, (IN,))
    view.count(EVENTS, 3, (IN,))
    view.count(EVENTS, 1, ("other",))
    assert view.counts == {(EVENTS.name, (IN,)): 5, (EVENTS.name, ("other",)): 1}


def test_emitted_bytes_bound_a_transaction(view: View) -> None:
    """Values count; a tombstone has none."""
    view.emit(OUT, b"k", b"12345")
    view.emit(OUT, b"k", None)
    assert view.emitted_bytes == 5


def _scribble(view: View) -> None:
    view.emit(OUT, b"k", b"123")
    view.count(EVENTS, 1, (IN,))
    view.count(DEAD_LETTERS, 1, (LETTERS,))
    view.observe(DETECTION_SECONDS, [1.0])
    view.rows(TOTALS).claim([b"a"], Total)[b"a"].value += 1


def test_a_rollback_takes_back_one_record_and_nothing_else(view: View) -> None:
    """Emissions, bytes, counts, observations and rows are those of the savepoint."""
    view.emit(OUT, b"k", b"kept")
    view.count(EVENTS, 1, (IN,))
    view.observe(DETECTION_SECONDS, [0.5])
    view.rows(TOTALS).claim([b"a"], Total)[b"a"].value = 10
    savepoint = view.savepoint()
    _scribble(view)
    view.rollback(savepoint)
    assert [each.value for each in view.emissions] == [b"kept"]
    assert view.emitted_bytes == 4
    assert view.counts == {(EVENTS.name, (IN,)): 1}
    assert view.observations == [(DETECTION_SECONDS, [0.5], ())]
    assert view.rows(TOTALS).overlay == {b"a": Total(10)}


def test_a_kept_record_is_part_of_the_next_savepoint(view: View) -> None:
    """Rolling back the second record leaves the first."""
    view.savepoint()
    _scribble(view)
    view.keep()
    savepoint = view.savepoint()
    _scribble(view)
    view.rollback(savepoint)
    assert len(view.emissions) == 1
    assert view.rows(TOTALS).overlay == {b"a": Total(1)}


def test_clearing_empties_the_page(view: View) -> None:
    """The next transaction starts with nothing said."""
    _scribble(view)
    view.clear()
    assert (view.emissions, view.emitted_bytes, view.counts, view.observations) == ([], 0, {}, [])


def test_a_view_writes_when_rows_timers_or_outputs_do() -> None:
    """What is written must be committed, also a lone timer or a lone deletion."""
    topology = reminder_topology()
    for write in (
        lambda view: view.schedule(ALARM, b"k", 5),
        lambda view: view.unschedule(ALARM, b"k", 5),
        lambda view: view.rows(PEOPLE).delete(b"k"),
        lambda view: view.emit(RINGS, b"k", b""),
    ):
        store = MemoryStore()
        tables = {each.name: Rows(each, Formats(), store) for each in topology.tables}
        timers = {each.name: TimerRows(each, Formats(), store) for each in topology.timers}
        fresh = View(0, topology, tables, 1000, timers)
        savepoint = fresh.savepoint()
        written = [fresh.written]
        write(fresh)  # type: ignore[no-untyped-call]
        written.append(fresh.written)
        fresh.rollback(savepoint)
        assert [*written, fresh.written] == [False, True, False]
