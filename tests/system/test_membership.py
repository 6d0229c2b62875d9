"""Workers join, leave, die and restore side by side; partitions always belong to somebody. Rules 7 and 11."""

from __future__ import annotations

from typing import Any

import pytest

from stream.runtime.exits import Exit
from tests.system.crossings import assert_crossed_once, contacts, read_crossings, step
from tests.system.rig import Rig
from tests.system.waiting import until

pytestmark = pytest.mark.system


def test_every_contact_is_counted_once_while_workers_join_and_leave(rig: Rig) -> None:
    """Partitions wander from worker to worker, with the rows of their contacts; each leaver hands over what it has
    folded.
    """
    names = contacts(80)
    first = rig.worker("a", dedupe_window=0)
    rig.usage.send(step(names, "alone", 2))
    second, third = (rig.worker(each, dedupe_window=0) for each in ("b", "c"))
    until(lambda: all(each.owned for each in (first, second, third)), within=30, what="each of three owns partitions")
    rig.usage.send(step(names, "three", 2))
    assert first.stop() == Exit.OK
    rig.usage.send(step(names, "two", 2))
    until(lambda: len(second.owned | third.owned) == 4, within=30, what="two own all")
    assert second.stop() == Exit.OK
    rig.usage.send(step(names, "one"))
    third.wait_owning(4)
    rig.wait_processed()
    assert_crossed_once(rig, names)


def test_a_long_restore_holds_nobody_up_and_costs_nobody_its_place(rig: Rig) -> None:
    """While one worker restores, others join, own and process; it is not evicted though it restores for longer than
    max.poll.

    Rule 7. Mutation: do the restore in `Assignment.assigned` (sleep there, and not in slices): the third worker gets
    its partitions only when the restore is over.
    """
    names = contacts(80)
    tight: dict[str, Any] = {
        "max_poll": 4,
        "session_timeout": 3,
        "heartbeat": 0.3,
        "transaction_timeout": 4,
        "dedupe_window": 0,
    }
    owner = rig.worker("a", **tight).wait_owning(4)
    rig.usage.send(step(names, "first", 2))
    rig.wait_processed()
    slow = rig.worker("b", mischief={"restore_sleep": 7.0}, **tight)
    until(lambda: sorted(map(len, rig.members())) == [2, 2], within=30, what="the slow one is given two partitions")
    joining = rig.worker("c", **tight)
    until(lambda: joining.owned, within=30, what="the third one runs")
    rig.usage.send(step(names, "second", 4))
    with rig.log(rig.inputs) as inputs:
        ends = inputs.ends()
    running = owner.owned | joining.owned
    until(
        lambda: all(rig.committed().get(each, 0) >= ends[each] for each in running),
        within=20,
        what="what the others own is processed",
    )
    assert not slow.owned, "the restore was over before it could hold anybody up"
    until(lambda: slow.owned, within=40, what="the slow one is restored")
    rig.usage.send(step(names, "third"))
    rig.wait_processed()
    assert_crossed_once(rig, names)
    for worker in (owner, slow, joining):
        assert '"event": "lost"' not in worker.said
        assert "MAX_POLL" not in worker.said.upper()


def test_a_killed_static_member_is_back_before_its_session_ends(rig: Rig) -> None:
    """Its slot gives it the same place again: nobody waits for the session of a dead member. Rule 11."""
    names = contacts(40)
    still: dict[str, Any] = {"session_timeout": 120, "max_poll": 300, "membership": "static", "dedupe_window": 0}
    worker = rig.worker("a", **still).wait_owning(4)
    rig.usage.send(step(names, "first"))
    rig.wait_processed()
    worker.kill()
    rig.usage.send(step(names, "second"))
    rig.worker("a", **still).wait_owning(4, within=40)
    rig.wait_processed()
    assert_crossed_once(rig, names)


def test_a_partition_whose_owner_died_handing_it_over_finds_another(rig: Rig) -> None:
    """The owner is back before its session ends, and so gets what it was left with; the partition that it was to give
    away is nobody's, and no rebalance is due that would give it to anybody.

    Mutation: take the guest out of `Orphans`: the partition stays without an owner.
    """
    names = contacts(40)
    still: dict[str, Any] = {"session_timeout": 120, "max_poll": 300, "membership": "static", "dedupe_window": 0}
    dying = rig.worker("a", mischief={"dies_revoking": True}, **still).wait_owning(4)
    rig.usage.send(step(names, "first"))
    rig.wait_processed()
    other = rig.worker("b", **still)
    assert dying.wait_exit(within=40) == -9
    again = rig.worker("a", **still)
    until(lambda: len(again.owned | other.owned) == 4, within=60, what="every partition has an owner")
    rig.usage.send(step(names, "second"))
    rig.wait_processed()
    assert_crossed_once(rig, names)


def test_a_dead_members_open_transaction_lets_its_readers_go_on(rig: Rig) -> None:
    """Nobody comes back to the slot: the broker ends the transaction at its timeout, and readers reach the end again.
    Rule 11.
    """
    names = contacts(20)
    dead = rig.worker("a", transaction_timeout=2, session_timeout=2, heartbeat=0.3, dedupe_window=0).wait_owning(4)
    until(lambda: len(rig.committed()) == 4, within=60, what="the adopted rules are committed")
    dead.stop()
    dead = rig.worker(
        "a", transaction_timeout=2, session_timeout=2, heartbeat=0.3, mischief={"point": "sent"}, dedupe_window=0
    ).wait_owning(4)
    rig.usage.send(step(names, "first", 12))
    assert dead.wait_exit() == -9
    with rig.log(rig.changelog) as committed:
        before = committed.ends()
    rig.worker("b", transaction_timeout=2, session_timeout=2, heartbeat=0.3, dedupe_window=0)
    rig.wait_processed(within=60)
    with rig.log(rig.changelog) as committed:
        committed.read_to(before, within=30)
    assert_crossed_once(rig, names, before=0, value=12)


def test_a_second_holder_of_a_slot_is_turned_away(rig: Rig) -> None:
    """Two processes on one data directory would tear one store: the second ends with SLOT_HELD and says who holds it.
    Rule 11.
    """
    holder = rig.worker("a").wait_owning(4)
    second = rig.worker("other", state=rig.state_of("a"))
    assert second.wait_exit() == Exit.SLOT_HELD
    assert second.farewell is not None
    assert f"pid {holder.pid}" in second.farewell.what
    holder.wait_owning(4)


def test_a_living_worker_of_the_same_name_on_another_disk_is_not_fenced(rig: Rig) -> None:
    """Where no lock can reach, the group tells: the second ends with SLOT_HELD and says where the first runs, which
    works on as if nothing were.

    Mutation: leave out `Worker._wait_for_slot`: the first ends with FENCED.
    """
    names = contacts(40)
    older = rig.worker("a", dedupe_window=0, membership="static").wait_owning(4)
    rig.usage.send(step(names, "first"))
    rig.wait_processed()
    newer = rig.worker("a", dedupe_window=0, membership="static", state=rig.directory / "elsewhere")
    assert newer.wait_exit(within=60) == Exit.SLOT_HELD
    assert newer.farewell is not None
    assert "it runs on 127.0.0.1" in newer.farewell.what
    rig.usage.send(step(names, "second"))
    rig.wait_processed()
    assert older.owned == frozenset(range(4))
    assert_crossed_once(rig, names)
    assert len(read_crossings(rig)) == len(names)
