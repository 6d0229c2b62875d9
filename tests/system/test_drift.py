"""Kafka is not as the state expects: the worker stops with DRIFT before the first record. Rules 10 and 15."""

from __future__ import annotations

import pytest

from stream.runtime.exits import Exit
from tests.system.crossings import assert_crossed_once, contacts, step
from tests.system.rig import Rig

pytestmark = pytest.mark.system


def test_topics_of_different_partition_counts_stop_the_worker(rig: Rig) -> None:
    """A contact has one partition number everywhere, or none can be trusted."""
    rig.grow(6, rig.inputs)
    worker = rig.worker("a")
    assert worker.wait_exit() == Exit.DRIFT
    assert worker.farewell is not None
    assert f"{rig.inputs} 6" in worker.farewell.what
    assert f"{rig.changelog} 4" in worker.farewell.what


def test_another_partition_count_than_the_state_was_written_with_stops_the_worker(rig: Rig) -> None:
    """All topics grew together: their counts agree, and yet every contact may be somewhere else now.

    Mutation: leave `_check_partitions` out of `Task.start`.
    """
    names = contacts(60)
    rig.usage.send(step(names, "first"))
    worker = rig.worker("a").wait_owning(4)
    rig.wait_processed()
    worker.stop()
    rig.grow(6, *rig.keyed)
    rig.usage.send(step(names, "second"))
    worker = rig.worker("a")
    assert worker.wait_exit() == Exit.DRIFT
    assert worker.farewell is not None
    assert "had 4 partitions when the state was written, now it has 6" in worker.farewell.what
    assert_crossed_once(rig, [])


def test_a_newer_row_format_refuses_the_assignment_and_says_which_release_is_needed(rig: Rig) -> None:
    """Rows of a later release are never guessed at, whether they come from the changelog or lie in the local store."""
    names = contacts(40)
    rig.usage.send(step(names, "first"))
    newer = rig.worker("a", reads=(1, 2), writes=2).wait_owning(4)
    rig.wait_processed()
    assert newer.stop() == Exit.OK
    for name in ("a", "b"):
        older = rig.worker(name)
        assert older.wait_exit() == Exit.DRIFT
        assert older.farewell is not None
        assert "rows of format 2; this release reads 1" in older.farewell.what
        assert "release that wrote them, or a later one" in str(older.farewell.fix)
    rig.usage.send(step(names, "second"))
    rig.worker("a", reads=(1, 2), writes=2)
    rig.wait_processed()
    assert_crossed_once(rig, names)


def test_old_and_new_workers_run_mixed(rig: Rig) -> None:
    """Release N reads N-1 and N and writes N-1: partitions go from old to new and back, and no row is lost on the
    way.
    """
    names = contacts(60)
    rig.usage.send(step(names, "first", 2))
    old = rig.worker("old").wait_owning(4)
    rig.wait_processed()
    new = rig.worker("new", reads=(1, 2), writes=1).wait_owning(2)
    old.wait_owning(2)
    rig.usage.send(step(names, "mixed", 2))
    rig.wait_processed()
    assert old.stop() == Exit.OK
    new.wait_owning(4)
    rig.usage.send(step(names, "new", 2))
    rig.wait_processed()
    old = rig.worker("old").wait_owning(2)
    new.stop()
    old.wait_owning(4)
    rig.usage.send(step(names, "back"))
    rig.wait_processed()
    assert_crossed_once(rig, names)
