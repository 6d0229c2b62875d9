"""What may be committed, whatever order records finish in."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from channels.dispatch.marks import LIMIT, RUN_BYTES, Run, decode, encode, most_bytes
from channels.dispatch.window import MOST, Window

STEPS = st.lists(st.tuples(st.sampled_from(["take", "finish", "commit", "fail", "crash"]), st.integers(0, 2**20)))


@settings(deadline=None)
@given(start=st.integers(0, 2**40), steps=STEPS)
def test_nothing_is_lost_and_nothing_finished_is_done_again(start: int, steps: list[tuple[str, int]]) -> None:
    """Any order of takes (with gaps), finishes, commits and crashes: what a commit calls finished is, what is open lies
    at or beyond the offset and in no run; after a crash exactly what was committed as finished is passed over.
    """
    there: set[int] = set()
    done: set[int] = set()
    window = Window(start)
    offset, metadata = start, ""
    open_: list[int] = []
    for step, number in steps:
        if step == "take":
            # What came before a crash is still there: no record is jumped over, and none appears in a gap.
            again = [each for each in there if each >= window.next]
            at = min(again) if again else window.next + number % 3
            there.add(at)
            if window.take(at):
                open_.append(at)
            else:
                assert at in done, "an unfinished record is passed over"
        elif step == "finish" and open_:
            at = open_.pop(number % len(open_))
            window.finish(at)
            done.add(at)
        elif step in ("commit", "fail") and (mark := window.mark()) is not None:
            if step == "fail":
                window.not_committed()
                continue
            window.committed(mark)
            offset, metadata = mark.offset, mark.metadata
            runs = decode(offset, metadata)
            finished = {each for each in there if each < offset or any(run.start <= each < run.end for run in runs)}
            assert finished == done, "the commit says what is finished, no more and no less"
            assert offset not in {run.start for run in runs}
        elif step == "crash":
            window = Window(offset, decode(offset, metadata))
            runs = decode(offset, metadata)
            done = {each for each in there if each < offset or any(run.start <= each < run.end for run in runs)}
            open_ = []
        assert len(window) == len(open_)


RUNS = st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)), max_size=400)


@settings(deadline=None)
@given(offset=st.integers(0, 2**62), lengths=RUNS)
def test_what_is_written_is_read_back(offset: int, lengths: list[tuple[int, int]]) -> None:
    """The runs come back as they were, or a head of them where they do not fit; never others."""
    runs, at = [], offset
    for open_, finished in lengths:
        runs.append(Run(at + open_, at + open_ + finished))
        at = runs[-1].end
    metadata = encode(offset, runs)
    found = decode(offset, metadata)

    assert len(metadata) <= LIMIT
    assert list(found) == runs[: len(found)]
    if most_bytes(len(runs), at - offset) <= RUN_BYTES:
        assert len(found) == len(runs)


@settings(deadline=None)
@given(
    offset=st.integers(0, 2**40),
    metadata=st.one_of(st.none(), st.text(max_size=50), st.text("AB-_=x1", max_size=40).map("cairn1:".__add__)),
)
def test_what_others_wrote_means_begin_at_the_offset(offset: int, metadata: str | None) -> None:
    """Texts of people and other versions give no runs, or runs beyond the offset that a later commit cannot trip on."""
    found = decode(offset, metadata)

    assert all(run.start < run.end for run in found)
    if found:
        assert found[0].start > offset
    assert decode(offset, "Monday's reset") == decode(offset, "cairn2:AQID") == ()


def test_metadata_that_was_copied_to_another_offset_is_ignored() -> None:
    """MirrorMaker carries metadata over to offsets of another cluster, where it would lose records."""
    metadata = encode(100, [Run(101, 110)])

    assert decode(100, metadata) == (Run(101, 110),)
    assert decode(90, metadata) == ()
    assert decode(100, metadata[:-1]) == ()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), gap=st.integers(1, 200))
def test_the_metadata_never_outgrows_the_broker(seed: int, gap: int) -> None:
    """However many finish beyond one that hangs, and in whatever order: all finished ones fit, as intake ends first."""
    chance = random.Random(seed)
    window, at = Window(0), 0
    open_: list[int] = []
    for _ in range(4 * MOST):
        if window.room < 1:
            _commit(window, open_)
        if window.room < 1:
            break
        assert window.take(at)
        open_.append(at)
        at += gap
        if len(open_) > 1 and chance.random() < 0.6:
            window.finish(open_.pop(chance.randrange(1, len(open_))))
    while len(open_) > 1:
        window.finish(open_.pop(chance.randrange(1, len(open_))))
        if chance.random() < 0.05:
            _commit(window, open_)
    _commit(window, open_)


def _commit(window: Window, open_: list[int]) -> None:
    """Commit, and look whether the runs are all that lies between the open ones."""
    mark = window.mark()
    if mark is None:
        return
    window.committed(mark)
    bounds = [*open_, window.next]
    expected = [Run(low + 1, high) for low, high in pairwise(bounds) if high > low + 1]
    assert (mark.offset, list(decode(mark.offset, mark.metadata))) == (open_[0], expected)
    assert len(mark.metadata) <= LIMIT


def test_a_slot_is_free_only_when_its_finish_is_committed() -> None:
    """Else a crash could repeat more than a window holds."""
    window = Window(0)
    for offset in range(MOST):
        window.take(offset)
    assert window.room == 0
    window.finish(5)
    assert window.room <= 0
    mark = window.mark()
    assert mark is not None
    assert window.room <= 0
    window.committed(mark)
    assert window.room == 1
