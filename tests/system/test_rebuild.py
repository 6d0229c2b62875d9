"""A local store is a copy: lost, damaged or foreign, it is wiped and rebuilt from the changelog, and the log says
why.
"""

from __future__ import annotations

import shutil

import pytest

from stream.runtime.exits import Exit
from tests.system.crossings import assert_crossed_once, contacts, step
from tests.system.damage import DAMAGES
from tests.system.rig import Rig

pytestmark = pytest.mark.system


@pytest.fixture
def many(kafka: str, prefix: str, tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """A rig with a partition for each kind of damage, and one that stays whole."""
    return Rig(kafka, prefix, tmp_path_factory.mktemp("many"), partitions=len(DAMAGES) + 1)


def test_a_store_damaged_in_any_way_is_rebuilt_and_nobody_is_counted_anew(many: Rig) -> None:
    """Whatever is wrong with the files of a store, the worker starts, counts on from where it was, and crosses once.

    Rule 9; reliability R8.
    """
    names = contacts(90)
    try:
        many.usage.send(step(names, "first"))
        worker = many.worker("a").wait_owning(many.partitions)
        many.wait_processed()
        assert worker.stop() == Exit.OK
        for partition, damage in enumerate(DAMAGES.values()):
            damage(many.store_of("a", partition))
        many.usage.send(step(names, "second"))
        worker = many.worker("a").wait_owning(many.partitions)
        many.wait_processed()
        assert_crossed_once(many, names)
        explained = {
            each["partition"]
            for event in ("store_wiped", "store_rebuilt")
            for each in worker.events(event)
            if each["reason"]
        }
        assert explained == {partition for partition, name in enumerate(DAMAGES) if name != "gone"}
        assert worker.stop() == Exit.OK
    finally:
        many.close()


def test_a_stale_copy_is_brought_up_to_date(rig: Rig) -> None:
    """A store as it was some transactions ago (a restored backup, a worker that comes back) reads on from there."""
    names = contacts(40)
    rig.usage.send(step(names, "first", 1))
    worker = rig.worker("a").wait_owning(4)
    rig.wait_processed()
    worker.stop()
    old = rig.directory / "old"
    shutil.copytree(rig.state_of("a"), old)
    rig.usage.send(step(names, "second", 5))
    worker = rig.worker("a").wait_owning(4)
    rig.wait_processed()
    worker.stop()
    shutil.rmtree(rig.state_of("a"))
    shutil.copytree(old, rig.state_of("a"))
    rig.usage.send(step(names, "third"))
    worker = rig.worker("a").wait_owning(4)
    rig.wait_processed()
    assert_crossed_once(rig, names)
    assert "store_wiped" not in worker.said


def test_a_store_of_a_topic_that_was_made_anew_is_wiped(rig: Rig) -> None:
    """Rows of a changelog that is no more must not be counted on, though their offsets would fit.

    Without the topic's id in the label the old 6 would be found again and the first new event would cross.
    """
    names = contacts(40)
    rig.usage.send(step(names, "first"))
    worker = rig.worker("a").wait_owning(4)
    rig.wait_processed()
    worker.stop()
    ours = (rig.inputs, rig.crossed, rig.letters, rig.changelog)
    rig.delete_topics(*ours)
    for future in rig.admin.delete_consumer_groups([rig.group]).values():
        future.result(10)
    rig.make_topics(*ours)
    # Other workers fill the new topics further than the old store has come.
    other = rig.worker("b").wait_owning(4)
    for round_ in range(4):
        rig.usage.send(step(contacts(60, "other"), f"other-{round_}", 1))
    rig.wait_processed()
    other.stop()
    rig.usage.send(step(names, "anew"))
    worker = rig.worker("a").wait_owning(4)
    rig.wait_processed()
    assert_crossed_once(rig, [])
    assert "the changelog topic was made anew" in worker.said
    rig.usage.send(step(names, "again"))
    rig.wait_processed()
    assert_crossed_once(rig, names)


def test_a_commit_that_the_disk_did_not_take_is_read_again_from_the_changelog(rig: Rig) -> None:
    """Committed but not stored: the task goes back to its changelog and the rows are there; nothing is counted twice.

    Rule 3. Mutation: let `Task.stored` swallow the StoreError of `store.write`: the second step finds no 6. The cache
    is off, for it would hide the loss as long as the worker lives.
    """
    names = contacts(40)
    # The four sound writes are the adopted rules of each partition; the next one, of the first step, finds no room.
    # Only one: how many partitions share that commit is chance, and a second failure may meet the restore.
    worker = rig.worker("a", row_cache=0, mischief={"sound_writes": 4, "fail_writes": 1}).wait_owning(4)
    rig.usage.send(step(names, "first"))
    rig.wait_processed()
    rig.usage.send(step(names, "second"))
    rig.wait_processed()
    assert_crossed_once(rig, names)
    assert "commit_not_stored" in worker.said
    assert worker.stop() == Exit.OK


def test_a_disk_that_stays_full_ends_the_worker_with_its_code_and_loses_nothing(rig: Rig) -> None:
    """A store that takes no rows while restoring ends the worker with STORE; with room again it goes on. Rules 3 and
    9.
    """
    names = contacts(40)
    worker = rig.worker("a", mischief={"sound_writes": 4, "fail_writes": 1_000_000}).wait_owning(4)
    rig.usage.send(step(names, "first"))
    assert worker.wait_exit() == Exit.STORE
    assert worker.farewell is not None
    assert "No space left" in str(worker.farewell.where)
    rig.usage.send(step(names, "second"))
    rig.worker("a").wait_owning(4)
    rig.wait_processed()
    assert_crossed_once(rig, names)


def test_a_store_that_turns_out_damaged_while_running_is_rebuilt(rig: Rig) -> None:
    """A read that finds a damaged block costs a restore, not the worker and not a row. Rule 9."""
    names = contacts(40)
    rig.usage.send(step(names, "first"))
    worker = rig.worker("a").wait_owning(4)
    rig.wait_processed()
    worker.stop()
    worker = rig.worker("a", row_cache=0, mischief={"fail_reads_of": "rows", "fail_reads": 3}).wait_owning(4)
    rig.usage.send(step(names, "second"))
    rig.wait_processed()
    assert_crossed_once(rig, names)
    assert "store_damaged" in worker.said
    assert worker.stop() == Exit.OK


@pytest.mark.parametrize("truth", ["committed", "open"])
def test_a_commit_without_an_answer_is_looked_up_in_the_changelog(rig: Rig, truth: str) -> None:
    """The broker may have committed or not: only the changelog knows. A new producer, a restore, and nothing twice or
    lost.

    Rule 3. Mutation: answer ABORTED for UNKNOWN in `Transactions._complete`: what was committed is folded again.
    """
    names = contacts(40)
    worker = rig.worker("a", dedupe_window=0).wait_owning(4)
    rig.wait_processed()
    worker.stop()
    worker = rig.worker("a", dedupe_window=0, mischief={"lie": truth, "nth": 1}).wait_owning(4)
    rig.usage.send(step(names, "first"))
    rig.wait_processed()
    rig.usage.send(step(names, "second"))
    rig.wait_processed()
    assert_crossed_once(rig, names)
    assert "commit_unknown" in worker.said
    assert worker.stop() == Exit.OK
