"""Several inputs of one task, over memory and over RocksDB (engine rules 1, 2 and 18)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.errors import CairnError
from stream.engine.changelog import POSITIONS_KEY, Positions
from stream.engine.states import TaskState
from stream.engine.topology import Formats
from stream.runtime.exits import Exit
from stream.testing import Driver, Step
from stream.testing.driver import START_MS
from tests.contracts.reminder import ASKS, CHANGELOG, CHANGES, NAMES, PEOPLE, RINGS, Person, Reminder


@pytest.fixture
def reminder() -> Reminder:
    return Reminder()


@pytest.fixture(params=["memory", "rocks"])
def driver(request: pytest.FixtureRequest, tmp_path: Path, reminder: Reminder) -> Iterator[Driver]:
    store = tmp_path / "stores" if request.param == "rocks" else None
    with Driver(reminder, store=store) as driver:
        yield driver


def said(driver: Driver) -> list[str]:
    return [(each.value() or b"").decode() for each in driver.outputs(RINGS)]


@pytest.mark.parametrize("batch", [None, 1])
def test_a_table_is_read_to_its_end_before_the_lead(driver: Driver, reminder: Reminder, batch: int | None) -> None:
    """Rule 18: an old question is answered with the name that a newer record gave, for both were there at the start.

    Mutation: begin RUNNING after the restore.
    """
    driver.pipe(ASKS, "a", "who", timestamp_ms=START_MS)
    for name in ("Ada", "Ann"):
        driver.pipe(NAMES, "a", name, timestamp_ms=START_MS + 1000)
    driver.run(batch=batch)
    assert said(driver) == ["who Ann"]
    assert driver.state(0) is TaskState.RUNNING


def test_what_is_loaded_is_committed_before_the_lead_moves(driver: Driver) -> None:
    """No abort can bring a table back behind its lead: loaded and lead never share a transaction."""
    driver.pipe(ASKS, "a", "who")
    driver.pipe(NAMES, "a", "Ada")
    driver.run()
    written = [each for each in driver.outputs(CHANGELOG) if each.key() == POSITIONS_KEY]
    offsets = [Positions.decode(each.value() or b"", Formats()).offsets for each in written]
    assert offsets == [{ASKS: 0, NAMES: 1, CHANGES: 0}, {ASKS: 1, NAMES: 1, CHANGES: 0}]


@pytest.mark.parametrize("step", list(Step))
def test_a_kill_while_tables_are_loaded_changes_nothing(driver: Driver, step: Step) -> None:
    """The next process loads on from what is committed."""
    driver.pipe(ASKS, "a", "who", timestamp_ms=START_MS)
    for name in ("Ada", "Ann", "Amy"):
        driver.pipe(NAMES, "a", name, timestamp_ms=START_MS + 1000)
    assert driver.crash(step, batch=1)
    driver.run(batch=1)
    assert said(driver) == ["who Amy"]


def test_a_table_that_grows_later_is_taken_in_the_order_of_time(driver: Driver, reminder: Reminder) -> None:
    """Rule 18: after the start the lower record timestamp goes first, ties in the order of the topology."""
    driver.run()
    for topic, word, at in [
        (ASKS, "who", 10), (ASKS, "never", 30), (NAMES, "Ada", 20), (CHANGES, "mute", 20), (NAMES, "Ann", 30),
    ]:  # fmt: skip
        driver.pipe(topic, "a", word, timestamp_ms=at)
    driver.run()
    assert reminder.heard == ["asks:who", "names:Ada", "changes:mute", "asks:never", "names:Ann"]


def test_a_tombstone_reaches_the_fold(driver: Driver, reminder: Reminder) -> None:
    """A removed contact is news like any other."""
    driver.pipe(NAMES, "a", "Ada")
    driver.run()
    driver.pipe(NAMES, "a", None)
    driver.run()
    assert reminder.heard == ["names:Ada", "names:None"]
    assert driver.row(PEOPLE, "a") == Person()


def test_positions_of_attached_inputs_are_told_when_they_move_and_the_leads_always(driver: Driver) -> None:
    """Rules 1 and 2: the group hears of what moved; fenced is every transaction by its lead."""
    driver.pipe(CHANGES, "a", "mute")
    driver.run()
    assert driver._coordinator.committed == {(ASKS, 0): 0, (CHANGES, 0): 1}
    driver._coordinator.committed.clear()
    driver.pipe(NAMES, "a", "Ada")
    driver.run()
    assert driver._coordinator.committed == {(ASKS, 0): 0, (NAMES, 0): 1}


def test_deleted_offsets_of_attached_inputs_replay_nothing(driver: Driver, reminder: Reminder) -> None:
    """Rule 2: the broker deletes offsets of topics to which nobody subscribes; the state has its own."""
    driver.pipe(CHANGES, "a", "mute")
    driver.pipe(ASKS, "a", "who")
    driver.run()
    for topic in (CHANGES, NAMES):
        driver._coordinator.committed.pop((topic, 0), None)
    driver.move(0)
    driver.run()
    assert reminder.heard.count("changes:mute") == 1
    assert driver.positions(0) == {ASKS: 1, NAMES: 0, CHANGES: 1}


def test_a_gap_in_an_attached_input_stops_the_worker(driver: Driver) -> None:
    """Rule 2: an unread unsubscribe that is gone must not be passed over in silence."""
    driver.pipe(CHANGES, "a", "mute")
    driver.run()
    driver.close()
    for _ in range(3):
        driver.pipe(CHANGES, "a", "mute")
    driver.log.partition(CHANGES, 0).delete_before(3)
    with pytest.raises(CairnError, match="deleted before they were read") as stopped:
        driver.run()
    assert stopped.value.exit == Exit.DRIFT
    assert CHANGES in (stopped.value.where or "")


def test_an_input_that_a_release_adds_is_read_from_its_start(driver: Driver) -> None:
    """A state that knows nothing of an input has read nothing of it."""
    driver.pipe(NAMES, "a", "Ada")
    driver.run()
    store = driver.store(0)
    (data,) = store.get_many([POSITIONS_KEY])
    known = Positions.decode(data or b"", Formats())
    offsets = {topic: offset for topic, offset in known.offsets.items() if topic != CHANGES}
    driver.flush()
    store.write([(POSITIONS_KEY, Positions(offsets, known.partitions).encode(Formats()))])
    driver.pipe(CHANGES, "a", "mute")
    driver._coordinator.committed.pop((CHANGES, 0), None)
    driver.restart()
    driver.run()
    assert driver.row(PEOPLE, "a") == Person(name="Ada", muted=True)
