from __future__ import annotations

from itertools import count

import pytest

from tests.bench.stopwatch import Instant, Part, Stopwatch


def _watch(warm: int, events: int) -> Stopwatch:
    """A stopwatch whose clocks advance by 1 s, 2 s and 3 s at each look."""
    looks = count()

    def clock() -> Instant:
        look = next(looks)
        return Instant(look, 2.0 * look, 3.0 * look)

    return Stopwatch(warm, events, clock)


def test_without_warm_up_it_starts_at_the_first_record() -> None:
    """The first batch is measured too, whatever it holds; later ones do not start it again."""
    watch = _watch(0, 100)
    assert watch.record()
    assert not watch.record()
    watch.committed(60)
    assert watch.stored() is Part.RUNNING
    watch.committed(110)
    assert watch.stored() is Part.ENDS
    assert watch.lap() == (Instant(1, 2, 3), 110)
    assert watch.commits == 2


def test_warm_up_ends_with_a_commit() -> None:
    """What was seen up to the commit that completes the warm-up does not count."""
    watch = _watch(50, 100)
    assert not watch.record()
    watch.committed(40)
    assert watch.stored() is Part.WARMING
    watch.committed(70)
    assert watch.stored() is Part.BEGINS
    watch.committed(150)
    assert watch.stored() is Part.ENDS
    assert watch.lap() == (Instant(1, 2, 3), 80)


def test_a_commit_counts_when_it_is_stored() -> None:
    """A commit that is visible but not yet stored does not stop the clock; one after the end changes nothing."""
    watch = _watch(0, 100)
    watch.record()
    watch.committed(100)
    assert watch.seen == 0
    watch.stored()
    watch.committed(500)
    assert watch.stored() is Part.OVER
    assert watch.seen == 100


def test_an_unfinished_run_gives_no_figure() -> None:
    """A worker that stopped early must not look like a fast one."""
    watch = _watch(0, 100)
    watch.record()
    with pytest.raises(RuntimeError, match="0 of 100"):
        watch.lap()
