"""Which of the buffered records is next (engine rule 18)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schemas.record import Record
from stream.engine.inbox import Inbox
from stream.testing.log import Partition

LEAD, A, B = "lead", "a", "b"
ALL = (LEAD, A, B)


def records(topic: str, *stamps: int, start: int = 0) -> list[Record]:
    partition = Partition(topic, 0)
    partition.high = start
    return [partition.append(b"k", b"v", (), stamp) for stamp in stamps]


def taken(inbox: Inbox, among: tuple[str, ...] = ALL) -> list[tuple[str, int]]:
    return [(topic, each.timestamp()[1]) for topic, run in inbox.take(among) for each in run]


def ended(inbox: Inbox, *topics: str) -> None:
    for topic in topics:
        inbox.end(topic, 1 << 40)


def test_the_lower_timestamp_goes_first_and_ties_go_by_the_topology() -> None:
    """Each input keeps its own order, also where its timestamps go back."""
    inbox = Inbox(ALL)
    inbox.add(B, records(B, 5, 20))
    inbox.add(LEAD, records(LEAD, 5, 9, 3, 30))
    inbox.add(A, records(A, 7, 30))
    ended(inbox, *ALL)
    assert taken(inbox) == [(LEAD, 5), (B, 5), (A, 7), (LEAD, 9), (LEAD, 3), (B, 20), (LEAD, 30), (A, 30)]
    assert not inbox.holding


def test_records_in_a_row_are_one_run() -> None:
    """A fold works on batches; a run is as long as the others allow."""
    inbox = Inbox(ALL)
    inbox.add(LEAD, records(LEAD, 1, 2, 3, 9))
    inbox.add(A, records(A, 5))
    ended(inbox, *ALL)
    assert [(topic, len(run)) for topic, run in inbox.take(ALL)] == [(LEAD, 3), (A, 1), (LEAD, 1)]


def test_an_input_that_may_have_more_is_waited_for() -> None:
    """An older record may be on its way: nothing goes until one is there, or the end is known."""
    inbox = Inbox(ALL)
    inbox.add(LEAD, records(LEAD, 9))
    ended(inbox, A)
    assert taken(inbox) == []
    assert inbox.unknown == [B]
    inbox.add(B, records(B, 4))
    assert taken(inbox) == [(B, 4)]
    ended(inbox, B)
    assert taken(inbox) == [(LEAD, 9)]


def test_an_input_at_its_end_is_not_waited_for() -> None:
    """It may be silent for a year."""
    inbox = Inbox(ALL)
    ended(inbox, A, B)
    inbox.add(LEAD, records(LEAD, 9))
    assert taken(inbox) == [(LEAD, 9)]


def test_an_end_that_records_have_passed_is_old_news() -> None:
    """The event of an end and the records behind it may come in one batch, in this order."""
    inbox = Inbox(ALL)
    inbox.add(A, records(A, 1, 2, start=7))
    inbox.end(A, 7)
    ended(inbox, LEAD, B)
    assert taken(inbox) == [(A, 1), (A, 2)]
    inbox.add(LEAD, records(LEAD, 3))
    assert taken(inbox) == []
    inbox.end(A, 9)
    assert taken(inbox) == [(LEAD, 3)]


def test_inputs_that_are_not_read_are_not_waited_for() -> None:
    """While tables are loaded, the lead stands still."""
    inbox = Inbox(ALL)
    inbox.add(A, records(A, 5))
    assert taken(inbox, (A,)) == [(A, 5)]


def test_a_batch_of_one_input_passes_while_the_others_are_at_their_end() -> None:
    """The usual case must cost nothing: no record is buffered."""
    inbox = Inbox(ALL)
    assert not inbox.passes(LEAD)
    ended(inbox, A, B)
    assert inbox.passes(LEAD)
    inbox.passed(LEAD, records(LEAD, 1)[-1])
    assert inbox.passes(LEAD)
    assert not inbox.passes(A), "the lead may have more"
    inbox.add(B, records(B, 4))
    assert not inbox.passes(LEAD)


def test_a_cleared_inbox_knows_nothing() -> None:
    """After a rewind everything comes again, and ends too."""
    inbox = Inbox(ALL)
    ended(inbox, *ALL)
    inbox.add(A, records(A, 5))
    inbox.clear()
    assert not inbox.holding
    assert inbox.unknown == list(ALL)


@given(st.lists(st.tuples(st.sampled_from(ALL), st.integers(0, 5)), max_size=30), st.randoms())
def test_however_it_arrives_the_order_is_that_of_a_merge(arriving: list[tuple[str, int]], random: object) -> None:
    """With every end known only at last, runs taken on the way are a prefix of the merge of all that was to come."""
    stamps = {topic: sorted(stamp for name, stamp in arriving if name == topic) for topic in ALL}
    merged = sorted((stamp, ALL.index(topic)) for topic in ALL for stamp in stamps[topic])
    inbox = Inbox(ALL)
    left = {topic: records(topic, *stamps[topic]) for topic in ALL}
    got: list[tuple[str, int]] = []
    for topic, _ in arriving:
        inbox.add(topic, [left[topic].pop(0)])
        got += taken(inbox)
    ended(inbox, *ALL)
    got += taken(inbox)
    assert [(stamp, ALL.index(topic)) for topic, stamp in got] == merged
