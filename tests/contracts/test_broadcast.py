"""The broadcast input and background work, over memory and over RocksDB (engine rule 19)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import CairnError
from stream.engine.states import TaskState
from stream.engine.topology import Input, Topology
from stream.engine.view import View
from stream.runtime.exits import Exit
from stream.testing import Driver, Outcome, Step
from tests.contracts.reminder import (
    ADOPTED,
    ASKS,
    CURSOR,
    PEOPLE,
    RINGS,
    RULES,
    VERSION,
    Reminder,
    ReminderFold,
    reminder_topology,
)

PARTITIONS = 2


def reminder() -> Reminder:
    return Reminder(reminder_topology(rules=True))


@pytest.fixture(params=["memory", "rocks"])
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Driver]:
    store = tmp_path / "stores" if request.param == "rocks" else None
    with Driver(reminder(), partitions=PARTITIONS, store=store) as driver:
        yield driver


def said(driver: Driver, start: str = "") -> list[str]:
    found = [(each.value() or b"").decode() for each in driver.outputs(RINGS)]
    return [each for each in found if each.startswith(start)]


def versions(driver: Driver) -> set[int]:
    return {driver.row(ADOPTED, VERSION, partition=each) for each in range(PARTITIONS)}


def test_without_a_broadcast_nothing_begins(driver: Driver) -> None:
    """The worker waits until the processor is ready; what was piped meanwhile is there when it is."""
    driver.pipe(ASKS, "a", "who")
    driver.run()
    assert said(driver) == []
    with pytest.raises(LookupError, match="waits for its broadcast"):
        driver.positions(0)
    driver.pipe(RULES, None, "1")
    driver.run()
    assert said(driver) == ["who None v1"]
    assert versions(driver) == {1}


def test_a_broadcast_has_one_partition_and_no_part_in_positions(driver: Driver) -> None:
    """Whatever the key: it is read whole by everybody, and belongs to nobody."""
    assert {driver.pipe(RULES, key, "1").partition() for key in ("a", "b", "c")} == {0}
    driver.run()
    assert RULES not in driver.positions(0)
    assert RULES not in {topic for topic, _ in driver._coordinator.committed}


def test_every_task_begins_again_when_the_broadcast_moves(driver: Driver) -> None:
    """Between batches; what begin writes is committed with the positions, without a record of any input."""
    driver.pipe(RULES, None, "1")
    driver.run()
    driver.pipe(RULES, None, "2")
    driver.run()
    assert versions(driver) == {2}
    driver.pipe(ASKS, "a", "who")
    driver.run()
    assert said(driver, "who") == ["who None v2"]


def test_a_worker_that_starts_reads_all_of_it(driver: Driver) -> None:
    """A broadcast has no position: the third version is in force, whoever read the first two."""
    for version in "123":
        driver.pipe(RULES, None, version)
    driver.run()
    driver.restart(reminder())
    driver.pipe(ASKS, "a", "who")
    driver.run()
    assert said(driver) == ["who None v3"]


@pytest.mark.parametrize("step", list(Step))
def test_a_kill_at_any_step_of_an_adoption_changes_nothing(driver: Driver, step: Step) -> None:
    """Each record is answered once, under one version, and the adoption is there once it is committed."""
    driver.pipe(RULES, None, "1")
    for number in range(4):
        driver.pipe(ASKS, f"k{number}", "who")
    driver.run()
    driver.pipe(RULES, None, "2")
    for number in range(4):
        driver.pipe(ASKS, f"k{number}", "who")
    assert driver.crash(step)
    driver.run()
    assert said(driver, "who") == ["who None v1"] * 4 + ["who None v2"] * 4
    assert sorted(said(driver, "swept")) == ["swept 2 v2"] * 4
    assert versions(driver) == {2}


@pytest.mark.parametrize("outcome", [Outcome.ABORTED, Outcome.UNKNOWN])
def test_a_failed_commit_of_an_adoption_changes_nothing(driver: Driver, outcome: Outcome) -> None:
    """The fold that begins anew adopts what is in force."""
    driver.pipe(RULES, None, "1")
    driver.run()
    driver.pipe(RULES, None, "2")
    driver.pipe(ASKS, "a", "who")
    driver.fail_commit(outcome)
    driver.run()
    assert said(driver, "who") == ["who None v2"]
    assert versions(driver) == {2}


def test_a_task_never_processes_with_less_than_its_state_holds(driver: Driver) -> None:
    """Rule 19: a state that adopted version 2 waits for it, with its inputs unread; what begin wrote is taken back.

    Mutation: go on when `begin` says NotYetError.
    """
    driver.pipe(RULES, None, "2")
    driver.pipe(ASKS, "a", "who")
    driver.run()
    driver.close()
    driver.log.partition(RULES, 0).delete_before(1)
    driver.pipe(RULES, None, "1")
    driver.pipe(ASKS, "a", "who")
    driver.restart(reminder())
    driver.run()
    assert {driver.state(each) for each in range(PARTITIONS)} == {TaskState.WAITING}
    assert said(driver) == ["who None v2"]
    assert versions(driver) == {2}
    driver.pipe(RULES, None, "3")
    driver.run()
    assert said(driver, "who") == ["who None v2", "who None v3"]


def test_a_sweep_goes_on_where_it_was(driver: Driver) -> None:
    """Background work comes in slices with a cursor in a row: every row is visited once, whatever restarts."""
    driver.pipe(RULES, None, "1")
    for number in range(30):
        driver.pipe(ASKS, f"k{number:02}", "never")
    driver.run()
    driver.pipe(RULES, None, "2")
    for step in (Step.COMMITTED, Step.SENT, Step.STORED):
        driver.crash(step)
    driver.run()
    assert said(driver, "swept") == ["swept 2 v2"] * 30
    assert {row.swept for row in driver.rows(PEOPLE).values()} == {2}
    assert driver.row("sweeps", CURSOR, partition=0) is None


def test_background_work_that_breaks_stops_the_worker() -> None:
    """There is nothing to put aside; the supervisor sees POISONED and the log the traceback."""

    class Broken(ReminderFold):
        def work(self, view: View, now_ms: int) -> bool:
            raise RuntimeError("a sweep that breaks")

    class Breaking(Reminder):
        def open(self, partition: int, partitions: int) -> ReminderFold:
            return Broken(self)

    with Driver(Breaking()) as driver, pytest.raises(CairnError, match="a sweep that breaks") as stopped:
        driver.run()
    assert stopped.value.exit == Exit.POISONED


@pytest.mark.parametrize(
    ("fault", "broadcast"),
    [
        ("neither lead nor be a table", Input("x", broadcast=True, table=True)),
        ("nor have dead letters", Input("x", broadcast=True, dead_letters="x-dlq")),
        ("at most one input is a broadcast, not 2", Input("x", broadcast=True)),
    ],
)
def test_a_broadcast_that_is_more_than_that_is_refused(fault: str, broadcast: Input) -> None:
    """A declaration that could not keep its promises never runs."""
    sound = reminder_topology(rules=True)
    known: dict[str, Any] = {"inputs": (*sound.inputs, broadcast)}
    with pytest.raises(CairnError, match=fault):
        Topology(app="a", changelog="c", **known).validate()
