"""One partition's transaction: positions, rewinds, poison, bounds. The real task, driven by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from schemas.dead_letter import reason_of
from schemas.errors import CairnError
from schemas.record import Record
from stream.engine.changelog import LABEL_KEY, ORIGIN_KEY, POSITIONS_KEY, Label, Positions
from stream.engine.states import TaskState
from stream.engine.stores.memory import MemoryStore
from stream.engine.stores.store import StoreError
from stream.engine.task import CULPRITS_IN_A_ROW, ROW_BYTES, PoisonedError, Task
from stream.engine.topology import Formats, Input
from stream.engine.view import View
from stream.runtime.exits import Exit
from stream.runtime.metrics import EVENTS
from stream.testing.log import Partition
from tests.contracts.reminder import ASKS, CHANGES, NAMES, Reminder, reminder_topology
from tests.contracts.tally import BIRTH, BIRTH_KEY, IN, LETTERS, OUT, TOTALS, Tally, TallyFold, Total, tally_topology

NOW = 1_000_000
LABEL = Label("changelog", 4, 1, 10, NOW)
START = Positions({IN: 0}, {})


def records(*words: str, start: int = 0) -> list[Record]:
    """Records of one key each word; `key:word` names another key."""
    partition = Partition(IN, 0)
    partition.high = start
    found = []
    for number, word in enumerate(words):
        key, _, value = word.rpartition(":")
        found.append(partition.append((key or "k").encode(), value.encode(), (), 100 + number))
    return found


def task_on(store: MemoryStore | None = None, tally: Tally | None = None, cache_rows: int = 0) -> Task:
    return Task(tally or Tally(), 0, store or MemoryStore(), partitions=4, cache_rows=cache_rows)


def running(
    store: MemoryStore | None = None, tally: Tally | None = None, start: Positions = START, cache_rows: int = 0
) -> Task:
    task = task_on(store, tally, cache_rows)
    task.start(start, NOW)
    return task


def commit(task: Task) -> None:
    task.stored(task.changes(), LABEL)


def process(task: Task, batch: Sequence[Record]) -> None:
    """As the worker does: a poisoned batch is aborted and given again from the position."""
    try:
        task.process(IN, batch, NOW)
    except PoisonedError:
        task.aborted(NOW)
        task.process(IN, batch, NOW)


def settle(task: Task, batch: Sequence[Record]) -> None:
    """Process and commit, refolding when the rows turn out too large at the commit."""
    process(task, batch)
    try:
        commit(task)
    except PoisonedError:
        task.aborted(NOW)
        process(task, batch)
        commit(task)


def emitted(task: Task, topic: str = OUT) -> list[bytes | None]:
    return [each.value for each in task.view.emissions if each.topic == topic]


def codes(task: Task) -> list[tuple[bytes | None, str]]:
    letters = [each for each in task.view.emissions if each.topic == LETTERS]
    reasons = [reason_of(each.headers) for each in letters]
    return [(letter.value, reason.code) for letter, reason in zip(letters, reasons, strict=True) if reason]


def total(task: Task, key: bytes = b"k") -> Total | None:
    found: Total | None = task.view.rows(TOTALS).get(key)
    return found


# -- positions --------------------------------------------------------------------------------------------------------


def test_the_positions_are_in_the_same_transaction_as_the_rows_and_last() -> None:
    """Rule 2: rows and the offsets they reflect cannot part; the last record's offset is what the store has reached."""
    task = running()
    task.process(IN, records("1", "2"), NOW)
    *_, (key, value) = task.changes()
    assert key == POSITIONS_KEY
    assert value is not None
    positions = Positions.decode(value, Formats())
    assert positions.offsets == {IN: 2}
    assert set(positions.partitions.values()) == {4}
    assert positions.partitions.keys() == set(Tally().topology.topics)


def test_a_position_moves_behind_the_last_record_whatever_the_gaps() -> None:
    """Markers and aborted records take offsets too."""
    task = running()
    task.process(IN, [records("1")[0], records("2", start=7)[0]], NOW)
    assert task.lead_offset == 8


def test_rows_positions_and_label_are_one_write() -> None:
    """The store never holds rows without the changelog offset that they reach."""
    writes: list[list[bytes]] = []

    class Noting(MemoryStore):
        def write(self, changes: object) -> None:
            writes.append([key for key, _ in changes])  # type: ignore[attr-defined]  # Task hands over a list
            super().write(changes)  # type: ignore[arg-type]  # the same list

    task = running(Noting())
    for word in "12":
        task.process(IN, records(word, start=task.lead_offset), NOW)
        commit(task)
    first, second = writes
    assert sorted(first) == sorted([b"\x10k", b"\x11born", ORIGIN_KEY, POSITIONS_KEY, LABEL_KEY])
    assert sorted(second) == sorted([b"\x10k", POSITIONS_KEY, LABEL_KEY])


def test_records_below_the_position_are_dropped() -> None:
    """Rule 5: a rewind or a rebalance delivers again; counted twice would be a lie."""
    task = running()
    assert task.process(IN, records("1", "2", "3"), NOW) == 3
    commit(task)
    assert task.process(IN, records("1", "2", "3", "4"), NOW) == 1
    assert task.process(IN, records("1", "2"), NOW) == 0
    assert total(task) == Total(10)
    assert emitted(task) == [b"10"]


def test_records_that_come_again_within_a_batch_are_dropped() -> None:
    """The client was seen to go back to the beginning behind the first records after a seek, in one batch."""
    first, second, third, fourth = records("1", "2", "3", "4")
    task = running(start=Positions({IN: 1}, {}))

    assert task.process(IN, [second, third, first, second, third, fourth], NOW) == 3
    assert task.process(IN, [third, fourth], NOW) == 0
    assert total(task) == Total(9)


def test_a_dropped_batch_leaves_nothing_to_commit() -> None:
    """A transaction for nothing would be written for ever by a redelivery."""
    task = running()
    task.process(IN, records("1"), NOW)
    commit(task)
    task.process(IN, records("1"), NOW)
    assert not task.dirty


def test_each_input_has_its_own_position() -> None:
    """Attached inputs move by themselves, and all stand in the state."""
    tally = Tally(tally_topology(attached=(Input("more"),)))
    task = running(tally=tally, start=Positions({IN: 5, "more": 3}, {}))
    more = Partition("more", 0)
    more.high = 3
    task.process("more", [more.append(b"k", b"1", (), 9)], NOW)
    assert task.positions().offsets == {IN: 5, "more": 4}
    assert task.lead_offset == 5


def test_the_newest_timestamp_is_the_last_records() -> None:
    """What the lag in seconds is told from."""
    task = running()
    task.process(IN, records("1", "1", "1"), NOW)
    assert task.newest == {IN: 102}


def test_an_abort_forgets_which_timestamps_were_processed() -> None:
    """They are what the clock of a task that is behind is made of (rule 16), and those records are unread again."""
    task = running()
    task.process(IN, records("1"), NOW)
    commit(task)
    task.process(IN, records("1", "1", start=1), NOW)
    task.aborted(NOW)
    assert task.newest == {IN: 100}


def test_what_a_task_wrote_before_it_said_not_yet_is_taken_back() -> None:
    """Rule 19: it waits with its rows as they were, also when it had run before."""
    processor = Reminder(reminder_topology(rules=True), version=1)
    task = Task(processor, 0, MemoryStore(), partitions=4)
    task.start(Positions({ASKS: 0, NAMES: 0, CHANGES: 0}, {}), NOW)
    commit(task)
    processor.version = 0
    task.begin(NOW)
    assert (task.state, task.touched_rows, task.dirty) == (TaskState.WAITING, 0, False)
    processor.version = 2
    task.begin(NOW)
    assert (task.state, task.touched_rows, task.dirty) == (TaskState.RUNNING, 2, True)


# -- abort and restore -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cache_rows", [0, 100])
def test_an_aborted_transaction_processed_again_gives_the_same(cache_rows: int) -> None:
    """Rows, outputs, positions and counts of the second try are those of the first (rule 3)."""
    task = running(cache_rows=cache_rows)
    task.process(IN, records("1"), NOW)
    commit(task)
    batch = records("5", "other:7", "no", "delete", "2", start=1)
    task.process(IN, batch, NOW)
    first = (task.changes(), list(task.view.emissions), dict(task.view.counts))
    task.aborted(NOW)
    assert total(task) == Total(1)
    assert task.lead_offset == 1
    assert (task.view.emissions, task.dirty) == ([], False)
    task.process(IN, batch, NOW)
    assert (task.changes(), list(task.view.emissions), dict(task.view.counts)) == first


def test_an_abort_opens_a_fresh_fold() -> None:
    """What a fold derived from rows that were never committed must go with them."""
    opened: list[TallyFold] = []

    class Counting(Tally):
        def open(self, partition: int, partitions: int) -> TallyFold:
            opened.append(super().open(partition, partitions))
            return opened[-1]

    task = running(tally=Counting())
    task.aborted(NOW)
    assert len({id(fold) for fold in opened}) == 2


def test_what_begin_writes_is_written_again_after_an_abort() -> None:
    """The adoption of rules is a row of the transaction: aborted with it, and made again."""
    task = running()
    task.aborted(NOW + 5)
    assert task.dirty
    commit(task)
    assert task.view.rows(BIRTH).get(BIRTH_KEY) == NOW + 5
    task.aborted(NOW + 9)
    assert not task.dirty


def test_a_task_that_restores_again_trusts_nothing_in_memory() -> None:
    """After an unknown commit the store is filled from the changelog: neither overlay nor cache may hide it."""
    store = MemoryStore()
    task = running(store, cache_rows=100)
    task.process(IN, records("1"), NOW)
    commit(task)
    task.process(IN, records("1", start=1), NOW)
    task.restore_again()
    assert task.state is TaskState.RESTORING
    assert task.cached_rows == task.touched_rows == 0
    store.write([(b"\x10k", b"\x01" + Tally().topology.tables[0].codec.encode(Total(70)))])
    task.start(Positions({IN: 9}, {}), NOW)
    assert (total(task), task.lead_offset) == (Total(70), 9)


def test_a_commit_that_is_not_stored_says_so() -> None:
    """Rule 3: a full disk after the commit is a StoreError, and the rows are not taken for stored."""

    class Full(MemoryStore):
        def write(self, changes: object) -> None:
            raise StoreError("no space left")

    task = running(Full(), cache_rows=100)
    task.process(IN, records("1"), NOW)
    changes = task.changes()
    with pytest.raises(StoreError):
        task.stored(changes, LABEL)
    assert task.cached_rows == 0
    task.aborted(NOW)
    assert task.lead_offset == 0


def test_a_closed_task_has_flushed_and_stays_closed() -> None:
    """The next start of this partition on this machine reads nothing again."""
    store = MemoryStore()
    task = running(store)
    task.process(IN, records("1"), NOW)
    commit(task)
    task.close()
    store.crash()
    assert store.get_many([b"\x10k"]) != [None]
    with pytest.raises(ValueError, match="cannot go from closed"):
        task.close()


# -- poison -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("culprit", ["boom", "undecodable", "not a number"])
@pytest.mark.parametrize("place", [0, 1, 3])
def test_the_record_that_breaks_the_fold_goes_alone(culprit: str, place: int) -> None:
    """Rule 4: the batch is folded again record by record; only the culprit is a dead letter, its changes are undone."""
    words = ["1", "2", "4"]
    words.insert(place, culprit)
    task = running()
    with pytest.raises(PoisonedError):
        task.process(IN, records(*words), NOW)
    task.aborted(NOW)
    assert task.process(IN, records(*words), NOW) == 4
    assert codes(task) == [(culprit.encode(), "internal_error")]
    assert emitted(task) == [b"1", b"3", b"7"]
    assert total(task) == Total(7)
    assert task.view.counts[EVENTS.name, (IN,)] == 3
    assert task.lead_offset == 4


def test_the_letter_does_not_carry_the_traceback() -> None:
    """Dead letters are read by more people than logs are; the log has the details."""
    task = running()
    process(task, records("boom"))
    (letter,) = task.view.emissions
    assert b"RuntimeError" not in b"".join(value for _, value in letter.headers)


def test_batches_folded_before_the_culprit_are_careful_too() -> None:
    """A transaction of several batches is aborted as a whole: all of its records come again, however they are cut."""
    task = running()
    task.process(IN, records("1", "2"), NOW)
    with pytest.raises(PoisonedError):
        task.process(IN, records("4", "boom", "8", start=2), NOW)
    task.aborted(NOW)
    batch = records("1", "2", "4", "boom", "8")
    task.process(IN, batch[:3], NOW)
    task.process(IN, batch[3:], NOW)
    assert total(task) == Total(15)
    assert codes(task) == [(b"boom", "internal_error")]


def test_behind_the_poisoned_batch_it_folds_at_full_speed_again() -> None:
    """Record by record is for the batch in doubt only; the next one is a batch."""
    sizes: list[int] = []

    class Noting(TallyFold):
        def decode(self, topic: str, records: Sequence[Record], now_ms: int) -> list[str]:
            sizes.append(len(records))
            return super().decode(topic, records, now_ms)

    class Noted(Tally):
        def open(self, partition: int, partitions: int) -> TallyFold:
            return Noting()

    task = running(tally=Noted())
    process(task, records("1", "boom", "1"))
    process(task, records("1", "1", start=3))
    assert sizes == [3, 1, 1, 1, 2]


def contacts(count: int, word: str = "boom") -> list[str]:
    return [f"c-{number}:{word}" for number in range(count)]


def test_the_records_of_ten_contacts_in_a_row_pass_and_those_of_the_eleventh_stop_the_worker() -> None:
    """Contact upon contact, and no good record between them, is a bad release: exit POISONED, nothing lost."""
    task = running()
    process(task, records(*contacts(CULPRITS_IN_A_ROW)))
    assert len(codes(task)) == 10
    commit(task)
    with pytest.raises(CairnError, match="11 records in a row") as stopped:
        process(task, records("c-10:boom", start=10))
    assert stopped.value.exit == Exit.POISONED
    assert "offset 10" in (stopped.value.where or "")


@pytest.mark.parametrize("key", ["k", ""])
def test_one_contact_however_often_it_breaks_the_fold_stops_nobody(key: str) -> None:
    """Its records are put aside one by one, as are those without a key; the others are folded."""
    task = running()
    bad = records(*[f"{key}:boom"] * 20)
    process(task, [*bad, *records("other:1", start=20)])
    assert codes(task) == [(b"boom", "internal_error")] * 20
    assert total(task, b"other") == Total(1)


def test_a_good_record_in_between_starts_the_count_anew() -> None:
    """Twenty contacts with bad records among good ones are bad records."""
    task = running()
    process(task, records(*contacts(10), "1", *contacts(20)[10:], "1"))
    assert len(codes(task)) == 20
    assert total(task) == Total(2)


def test_a_record_that_is_refused_in_between_is_no_good_one() -> None:
    """A release that breaks on all that is sound would go on as long as somebody writes nonsense."""
    task = running()
    with pytest.raises(CairnError, match="11 records in a row"):
        process(task, records(*(word for bad in contacts(20) for word in (bad, "no"))))


def test_good_records_of_another_input_acquit_nobody() -> None:
    """A release may break on events, and take profiles as ever."""
    task = running(tally=Tally(tally_topology(attached=(Input("more"),))), start=Positions({IN: 0, "more": 0}, {}))
    more = Partition("more", 0)
    process(task, records(*contacts(10)))
    commit(task)
    task.process("more", [more.append(b"k", b"1", (), 9)], NOW)
    with pytest.raises(CairnError, match="11 records in a row"):
        process(task, records("c-10:boom", start=10))


def test_what_cannot_be_decoded_never_stops_a_worker() -> None:
    """A thousand records of as many contacts: each is a dead letter, and what lies among them is folded."""
    task = running()
    words = contacts(1000, "undecodable")
    process(task, records(*words[:500], "1", *words[500:]))
    assert codes(task) == [(b"undecodable", "internal_error")] * 1000
    assert total(task) == Total(1)


def test_what_cannot_be_decoded_is_no_good_record_either() -> None:
    """It says nothing of the fold: those that broke it before and after are in a row."""
    task = running()
    with pytest.raises(CairnError, match="11 records in a row"):
        process(task, records(*(word for bad in contacts(11) for word in (bad, "undecodable"))))


def test_a_culprit_that_is_read_again_counts_once() -> None:
    """An abort for another reason (a neighbour's poison, a rebalance) makes the same records come again: one bad record
    in each of twelve partitions must not look like eleven in a row.
    """
    task = running()
    process(task, records(*contacts(6)))
    for start in range(20):
        task.aborted(NOW)
        task.process(IN, records(*contacts(6)), NOW)
        assert len(codes(task)) == 6, start


def test_a_store_that_cannot_be_read_is_not_the_records_fault() -> None:
    """A damaged store must reach the worker as what it is: the records are fine and no letter may be written."""

    class Damaged(MemoryStore):
        broken = False

        def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
            if self.broken:
                raise StoreError("checksum mismatch")
            return super().get_many(keys)

    store = Damaged()
    task = running(store)
    store.broken = True
    with pytest.raises(StoreError):
        task.process(IN, records("1"), NOW)
    store.broken = False
    task.aborted(NOW)
    process(task, records("1", "boom", "2"))
    task.aborted(NOW)
    store.broken = True
    with pytest.raises(StoreError):
        task.process(IN, records("1", "boom", "2"), NOW)
    assert codes(task) == []


# -- bounds and drift -------------------------------------------------------------------------------------------------


def test_the_record_that_makes_a_row_too_large_goes_alone() -> None:
    """Rule 4: a row over 64 KB never reaches the changelog; the record that did it is a letter, the row as before."""
    task = running()
    settle(task, records("1", f"fill {ROW_BYTES}", "2"))
    task.process(IN, records("4", start=3), NOW)
    assert total(task) == Total(7)


def test_the_bound_counts_the_row_as_it_is_stored() -> None:
    """Exactly 64 KB with its format byte passes, one byte more does not."""
    overhead = len(running().view.rows(TOTALS).table.codec.encode(Total(0, bytes(60_000)))) - 60_000 + 1
    task = running()
    task.process(IN, records(f"fill {ROW_BYTES - overhead}"), NOW)
    assert max(len(value or b"") for _, value in task.changes()) == ROW_BYTES
    commit(task)
    task.process(IN, records(f"fill {ROW_BYTES - overhead + 1}", start=1), NOW)
    with pytest.raises(PoisonedError, match=f"{ROW_BYTES + 1} bytes"):
        task.changes()
    task.aborted(NOW)
    task.process(IN, records(f"fill {ROW_BYTES - overhead + 1}", start=1), NOW)
    assert [code for _, code in codes(task)] == ["internal_error"]


def test_a_row_that_begin_makes_too_large_stops_the_worker() -> None:
    """No record is to blame and none can be put aside: refolding would go on for ever."""

    class Boundless(TallyFold):
        def begin(self, view: View, now_ms: int) -> None:
            view.rows(TOTALS).put(b"k", Total(0, bytes(ROW_BYTES)))

    class Wrong(Tally):
        def open(self, partition: int, partitions: int) -> TallyFold:
            return Boundless()

    with pytest.raises(CairnError, match="over the bound") as stopped:
        running(tally=Wrong())
    assert stopped.value.exit == Exit.INTERNAL


def test_positions_remember_the_topics_that_they_hold_for() -> None:
    """Rule 22: ids, counts and the task's own number are in the row that every transaction writes."""
    task = Task(Tally(), 3, MemoryStore(), partitions=4, topic_ids={IN: "id"})
    task.start(Positions({IN: 0}, {}), NOW)
    assert (task.positions().topic_ids, task.positions().partition) == ({IN: "id"}, 3)
    assert task.positions().partitions[IN] == 4


def test_a_newer_row_format_stops_the_worker_instead_of_blaming_the_record() -> None:
    """Rule 15: exit 3; a letter would drop a good record."""
    store = MemoryStore()
    store.write([(b"\x10k", b"\x02whatever")])
    task = running(store)
    with pytest.raises(CairnError, match="format 2") as refused:
        task.process(IN, records("1"), NOW)
    assert refused.value.exit == Exit.DRIFT


def test_rows_of_both_formats_are_read_and_the_older_is_written() -> None:
    """Old and new workers run mixed: the new one writes what the old one reads."""
    store = MemoryStore()
    encode = Tally().topology.tables[0].codec.encode
    store.write([(b"\x10k", b"\x02" + encode(Total(1)))])
    topology = replace(tally_topology(), formats=Formats(reads=frozenset({1, 2}), writes=1))
    task = running(store, Tally(topology))
    task.process(IN, records("1"), NOW)
    assert {value[0] for _, value in task.changes() if value} == {1}
