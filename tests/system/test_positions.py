"""Positions are state: they decide where a worker goes on, and a lost one stops it with the exact gap. Rule 2.

The dedupe window is off in these tests: with it on, an event that is read twice would be dropped and nothing would
show.
"""

from __future__ import annotations

import shutil

import pytest

from stream.runtime.exits import Exit
from tests.system.crossings import assert_crossed_once, assert_crossings, contacts, step
from tests.system.rig import Rig

pytestmark = pytest.mark.system


def test_a_killed_worker_goes_on_where_its_last_commit_ended(rig: Rig) -> None:
    """A restart after SIGKILL counts every event once: those before, those after and those in between."""
    names = contacts(40)
    rig.usage.send(step(names, "first"))
    worker = rig.worker("a", dedupe_window=0, membership="static").wait_owning(4)
    rig.wait_processed()
    worker.kill()
    rig.usage.send(step(names, "second"))
    rig.worker("a", dedupe_window=0, membership="static")
    rig.wait_processed()
    assert_crossed_once(rig, names)


def test_the_state_wins_when_the_group_has_lost_its_offsets(rig: Rig) -> None:
    """The broker deletes offsets of a group at rest; the worker goes on from its state and repeats nothing.

    Mutation: in `Restorer._finish`, pass `restore.committed.get(topic)` to `_position` in the state's place.
    """
    names = contacts(40)
    rig.usage.send(step(names, "first"))
    worker = rig.worker("a", dedupe_window=0).wait_owning(4)
    rig.wait_processed()
    worker.stop()
    for future in rig.admin.delete_consumer_groups([rig.group]).values():
        future.result(10)
    assert rig.committed() == {}
    rig.usage.send(step(names, "second"))
    rig.worker("a", dedupe_window=0)
    rig.wait_processed()
    assert_crossed_once(rig, names)


def test_a_head_deleted_before_it_was_read_stops_the_worker_with_the_exact_gap(rig: Rig) -> None:
    """Retention overtook the reader: exit DRIFT and the gap; with --accept-gap it goes on at the first record there is.

    Reliability R12.
    """
    names = contacts(80)
    rig.usage.send(step(names, "first"))
    worker = rig.worker("a").wait_owning(4)
    rig.wait_processed()
    worker.stop()
    position = rig.committed()[2]
    rig.usage.send(step(names, "unread"))
    rig.delete_records({2: position + 5})
    end = position + rig.unprocessed()[2]
    worker = rig.worker("a")
    assert worker.wait_exit() == Exit.DRIFT
    assert worker.farewell is not None
    assert (
        worker.farewell.where
        == f"{rig.inputs}, partition 2: position {position}, the topic holds {position + 5} to {end}"
    )
    assert "--accept-gap" in str(worker.farewell.fix)
    assert rig.committed()[2] == position, "nothing was skipped in silence"

    with rig.log(rig.inputs) as inputs:
        unread = {each.key().decode() for each in inputs.read_all() if each.value().find(b"unread") >= 0}
    rig.worker("a", accept_gap=True)
    rig.wait_processed()
    assert_crossed_once(rig, unread)
    assert len(unread) == len(names) - 5


def test_a_head_deleted_under_a_running_worker_stops_it_too(rig: Rig) -> None:
    """The position is lost while the worker stands still: it stops with the gap as soon as it reads on, and skips
    nothing.
    """
    names = contacts(80)
    rig.usage.send(step(names, "first"))
    worker = rig.worker("a", session_timeout=60, max_poll=120).wait_owning(4)
    rig.wait_processed()
    worker.pause()
    # A fetch that was under way may hold the next records already, but none that are written after those.
    rig.usage.send(step(names, "perhaps-fetched", 1))
    with rig.log(rig.inputs) as inputs:
        first_unread = inputs.ends()[2]
    rig.usage.send(step(names, "unread"))
    rig.delete_records({2: first_unread + 5})
    worker.wake()
    assert worker.wait_exit() == Exit.DRIFT
    assert worker.farewell is not None
    position = rig.committed()[2]
    assert position <= first_unread
    assert f"partition 2: position {position}, the topic holds {first_unread + 5} to" in str(worker.farewell.where)


@pytest.mark.parametrize("head", ["there", "deleted"])
def test_a_state_that_is_gone_while_the_offsets_live_is_never_taken_for_an_empty_one(rig: Rig, head: str) -> None:
    """Changelog and store were deleted: exit DRIFT. With no rows at the old offsets all would be crossed again.

    Also when retention has deleted what was processed, so that the offsets lie at the head of the topic.
    """
    names = contacts(40)
    rig.usage.send(step(names, "first", 12))
    worker = rig.worker("a").wait_owning(4)
    rig.wait_processed()
    worker.stop()
    rig.make_anew(rig.changelog)
    shutil.rmtree(rig.state_of("a"))
    if head == "deleted":
        rig.usage.send(step(names, "unread", 1))
        rig.delete_records({each: at + 1 for each, at in rig.committed().items()})
    rig.usage.send(step(names, "second", 12))
    worker = rig.worker("a", mischief={"patience": 1.0})
    assert worker.wait_exit() == Exit.DRIFT
    assert worker.farewell is not None
    assert "ends before the group's committed offsets" in worker.farewell.what
    assert "holds no state at all" in worker.farewell.what
    assert_crossings(rig, names, before=0, value=12)
