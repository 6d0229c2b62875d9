"""Timers and the clock of a task, over memory and over RocksDB (engine rules 16 and 17)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import CairnError
from stream.engine.poison import CULPRITS_IN_A_ROW
from stream.runtime.exits import Exit
from stream.runtime.metrics import TIMERS_DROPPED, TIMERS_FIRED
from stream.testing import Driver, Outcome, Step
from stream.testing.driver import START_MS
from tests.contracts.reminder import ALARM, ASKS, CHANGELOG, CHANGES, NAMES, PEOPLE, RINGS, Person, Reminder

HOUR = 3_600_000
DUE = START_MS + HOUR
YEAR = 365 * 24 * HOUR


@pytest.fixture(params=["memory", "rocks"])
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Driver]:
    store = tmp_path / "stores" if request.param == "rocks" else None
    with Driver(Reminder(), store=store) as driver:
        yield driver


def rings(driver: Driver) -> list[str]:
    """Everything said so far."""
    return [(each.value() or b"").decode() for each in driver.outputs(RINGS)]


def test_a_timer_fires_once_when_its_time_has_come(driver: Driver) -> None:
    """Not before, and not again; its row is gone."""
    driver.pipe(ASKS, "a", f"at {DUE}")
    driver.run()
    driver.advance(HOUR - 1)
    driver.run()
    assert (rings(driver), driver.timers(ALARM)) == ([], [(DUE, b"a")])
    driver.advance(1)
    driver.run()
    driver.run()
    assert (rings(driver), driver.timers(ALARM)) == ([f"ring {DUE} at {DUE}"], [])
    assert driver.count(TIMERS_FIRED, (ALARM,)) == 1


def test_timers_fire_in_the_order_of_their_due_times(driver: Driver) -> None:
    """However they were scheduled, also across transactions, ties by key."""
    for key, due in [("d", DUE + 5), ("b", DUE), ("a", DUE), ("c", DUE + 1)]:
        driver.pipe(ASKS, key, f"at {due}")
        driver.run()
    driver.advance(2 * HOUR)
    driver.run()
    assert [each.key() for each in driver.read(RINGS)] == [b"a", b"b", b"c", b"d"]


@pytest.mark.parametrize("topic", [ASKS, NAMES, CHANGES])
def test_a_due_timer_waits_for_the_unread_records_of_every_input(driver: Driver, topic: str) -> None:
    """Rule 16: after downtime everything that happened meanwhile is known before anything fires.

    Mutation: let the clock be the wall's.
    """
    driver.pipe(ASKS, "a", f"at {DUE}")
    driver.run()
    driver.restart()
    driver.advance(2 * HOUR)
    word = {ASKS: "never", NAMES: "x", CHANGES: "mute"}[topic]
    for _ in range(5):
        driver.pipe(topic, "other", word, timestamp_ms=START_MS + 1)
    driver.pipe(topic, "a", word)
    driver.run(batch=1)
    row = driver.row(PEOPLE, "a")
    assert rings(driver) == {ASKS: [], NAMES: [f"ring {DUE} at {DUE + HOUR}"], CHANGES: ["muted"]}[topic]
    assert row.name == ("x" if topic == NAMES else None)


def test_while_an_input_is_behind_the_clock_is_what_was_read_on_it(driver: Driver) -> None:
    """Rule 16: a backlog of hours fires its timers between its records, in their time."""
    driver.pipe(ASKS, "a", f"at {START_MS + 10}", timestamp_ms=START_MS)
    driver.pipe(ASKS, "b", f"at {START_MS + 30}", timestamp_ms=START_MS + 20)
    driver.pipe(ASKS, "c", f"at {START_MS + 90}", timestamp_ms=START_MS + 40)
    driver.advance(100)
    driver.run(batch=1)
    assert rings(driver) == [
        f"ring {START_MS + 10} at {START_MS + 20}",
        f"ring {START_MS + 30} at {START_MS + 100}",
        f"ring {START_MS + 90} at {START_MS + 100}",
    ]


def test_the_clock_never_goes_back(driver: Driver) -> None:
    """A record of yesterday is no yesterday."""
    driver.pipe(ASKS, "a", f"at {START_MS}")
    driver.run()
    before = driver.clock_ms(0)
    assert before == START_MS
    driver.advance(10)
    driver.pipe(ASKS, "a", f"at {START_MS + 10}", timestamp_ms=5)
    driver.pipe(ASKS, "b", "never", timestamp_ms=6)
    driver.run(batch=1)
    assert driver.clock_ms(0) == START_MS + 10


def test_a_lazy_timer_moves_only_when_it_fires(driver: Driver) -> None:
    """Rule 17: later due times cost no timer row; the old row finds the new time in the row of the key."""
    driver.pipe(ASKS, "a", f"at {DUE}")
    driver.run()
    for later in (1, 2, 3):
        driver.pipe(ASKS, "a", f"at {DUE + later * HOUR}")
        driver.run()
    assert driver.timers(ALARM) == [(DUE, b"a")]
    driver.advance(HOUR)
    driver.run()
    assert (rings(driver), driver.timers(ALARM)) == ([], [(DUE + 3 * HOUR, b"a")])
    driver.advance(3 * HOUR)
    driver.run()
    assert rings(driver) == [f"ring {DUE + 3 * HOUR} at {DUE + 3 * HOUR}"]


def test_an_earlier_timer_is_found_although_the_scan_has_passed_its_place(driver: Driver) -> None:
    """Rule 17: the scan begins behind the last fired row, and is lowered by what is scheduled before that."""
    driver.pipe(ASKS, "a", f"at {DUE}")
    driver.run()
    driver.advance(2 * HOUR)
    driver.run()
    driver.pipe(ASKS, "b", f"at {DUE - HOUR}")
    driver.run()
    assert rings(driver) == [f"ring {DUE} at {DUE + HOUR}", f"ring {DUE - HOUR} at {DUE + HOUR}"]


def test_a_ghost_does_nothing(driver: Driver) -> None:
    """Rule 17: a timer whose row no longer wants it is gone without a word."""
    driver.pipe(ASKS, "a", f"at {DUE}")
    driver.pipe(ASKS, "a", "never")
    driver.run()
    driver.advance(HOUR)
    driver.run()
    assert (rings(driver), driver.timers(ALARM)) == ([], [])


def test_an_unscheduled_timer_is_gone(driver: Driver) -> None:
    """Also when it was scheduled in the same transaction, and also after a rebuild."""
    driver.pipe(ASKS, "a", f"at {DUE}")
    driver.run()
    driver.pipe(ASKS, "a", f"at {DUE - 5}")
    driver.pipe(ASKS, "a", f"at {DUE - 7}")
    driver.run()
    assert driver.timers(ALARM) == [(DUE - 7, b"a")]
    driver.move(0)
    assert driver.timers(ALARM) == [(DUE - 7, b"a")]


def test_timers_come_back_from_the_changelog(driver: Driver) -> None:
    """A partition that moves brings its timers along, compacted or not; what fired does not come back."""
    for key in "abc":
        driver.pipe(ASKS, key, f"at {DUE + ord(key)}")
    driver.run()
    driver.advance(HOUR + ord("a"))
    driver.run()
    driver.log.partition(CHANGELOG, 0).compact()
    driver.move(0)
    assert driver.timers(ALARM) == [(DUE + ord("b"), b"b"), (DUE + ord("c"), b"c")]
    driver.advance(HOUR)
    driver.run()
    assert [each.key() for each in driver.read(RINGS)] == [b"a", b"b", b"c"]


@pytest.mark.parametrize("flushed", [False, True], ids=["nothing flushed", "flushed before"])
@pytest.mark.parametrize("step", list(Step))
def test_a_kill_at_any_step_of_a_firing_changes_nothing(driver: Driver, step: Step, flushed: bool) -> None:
    """Killed while timers fire: each rings once, and the yearly ones stand where they would."""
    for key in "abc":
        driver.pipe(ASKS, key, f"at {DUE}")
    driver.pipe(ASKS, "y", f"at {DUE} {YEAR}")
    driver.run()
    if flushed:
        driver.flush()
    driver.advance(HOUR)
    assert driver.crash(step)
    driver.run()
    assert rings(driver) == [f"ring {DUE} at {DUE}"] * 4
    assert driver.timers(ALARM) == [(DUE + YEAR, b"y")]


@pytest.mark.parametrize(
    ("outcome", "took_effect"),
    [(Outcome.ABORTED, False), (Outcome.UNKNOWN, False), (Outcome.UNKNOWN, True)],
)
def test_a_failed_commit_of_a_firing_changes_nothing(driver: Driver, outcome: Outcome, took_effect: bool) -> None:
    """Refused: it fires again. Without answer: the changelog says whether it has fired."""
    for key in "abc":
        driver.pipe(ASKS, key, f"at {DUE}")
    driver.run()
    driver.advance(HOUR)
    driver.fail_commit(outcome, took_effect=took_effect)
    driver.run()
    assert rings(driver) == [f"ring {DUE} at {DUE}"] * 3
    assert driver.timers(ALARM) == []


def test_a_replay_fires_nothing_again(driver: Driver) -> None:
    """The input is read again by nobody: what a record scheduled and what has fired are both in the state."""
    driver.pipe(ASKS, "a", f"at {DUE}")
    driver.run()
    driver.advance(HOUR)
    driver.run()
    for _ in range(3):
        driver.crash()
        driver.advance(HOUR)
        driver.run()
    assert rings(driver) == [f"ring {DUE} at {DUE}"]


def test_a_timer_that_breaks_is_dropped_and_the_others_fire(driver: Driver, logged: list[Any]) -> None:
    """Rule 4: it would be due for ever. What it wrote is taken back; the log has the traceback, a metric the count."""
    for key, word in [("a", "at"), ("b", "at"), ("c", "at")]:
        driver.pipe(ASKS, key, f"{word} {DUE}")
    driver.pipe(ASKS, "b", "poison")
    driver.run()
    driver.advance(HOUR)
    driver.run()
    assert [each.key() for each in driver.read(RINGS)] == [b"a", b"c"]
    assert driver.row(PEOPLE, "b") == Person(due_ms=DUE, timer_ms=DUE, poison=True)
    assert driver.timers(ALARM) == []
    assert driver.count(TIMERS_DROPPED, (ALARM,)) == 1
    (line,) = [each for each in logged if each["event"] == "timer_broke_the_fold"]
    assert (line["timer"], line["due_ms"], line["exc_info"]) == (ALARM, DUE, True)


def test_more_than_ten_broken_timers_in_a_row_stop_the_worker(driver: Driver) -> None:
    """That is a bad release: exit POISONED, and none of them is lost; a mended one fires them."""
    for number in range(CULPRITS_IN_A_ROW + 1):
        driver.pipe(ASKS, f"k{number}", f"at {DUE}")
        driver.pipe(ASKS, f"k{number}", "poison")
    driver.run()
    driver.advance(HOUR)
    with pytest.raises(CairnError, match="11 timers in a row") as stopped:
        driver.run()
    assert stopped.value.exit == Exit.POISONED
    assert len(driver.timers(ALARM)) == CULPRITS_IN_A_ROW + 1


def test_broken_timers_with_good_ones_between_are_dropped_one_by_one(driver: Driver) -> None:
    """Twenty contacts whose timers break are twenty odd rows, as long as the timers of others fire."""
    for number in range(20):
        driver.pipe(ASKS, f"bad-{number}", f"at {DUE + 10 * number}")
        driver.pipe(ASKS, f"bad-{number}", "poison")
        driver.pipe(ASKS, f"good-{number}", f"at {DUE + 10 * number + 1}")
    driver.run()
    driver.advance(2 * HOUR)
    driver.run()
    assert driver.count(TIMERS_DROPPED, (ALARM,)) == 20
    assert len(driver.read(RINGS)) == 20
    assert driver.timers(ALARM) == []


def test_one_contact_whose_timers_break_again_and_again_stops_nobody(driver: Driver) -> None:
    """Each of them is dropped; it is one odd row, not a bad release."""
    driver.pipe(ASKS, "bad", "poison")
    driver.advance(2 * HOUR)
    for number in range(20):
        driver.pipe(ASKS, "bad", f"at {DUE - number}")
        driver.run()
    assert driver.count(TIMERS_DROPPED, (ALARM,)) == 20


def test_what_a_broken_record_scheduled_is_taken_back(driver: Driver) -> None:
    """A culprit leaves neither rows nor timers."""
    driver.pipe(ASKS, "a", "boom")
    driver.pipe(ASKS, "b", f"at {DUE}")
    driver.run()
    assert driver.timers(ALARM) == [(DUE, b"b")]


def test_a_timers_only_transaction_carries_the_leads_position(driver: Driver) -> None:
    """Rule 1: without offsets an evicted worker's transaction would be committed."""
    driver.pipe(ASKS, "a", f"at {DUE}")
    driver.run()
    driver._coordinator.committed.clear()
    driver.advance(HOUR)
    driver.run()
    assert driver._coordinator.committed == {(ASKS, 0): driver.positions(0)[ASKS]}


def test_ten_years_of_a_thousand_yearly_timers() -> None:
    """Each fires ten times, whether time goes year by year or all at once after ten years of downtime."""
    for stride in (YEAR, 10 * YEAR):
        with Driver(Reminder()) as driver:
            for number in range(1000):
                driver.pipe(ASKS, f"k{number}", f"at {START_MS + YEAR} {YEAR}")
            driver.run()
            for _ in range(10 * YEAR // stride):
                driver.advance(stride)
                driver.run()
            assert len(rings(driver)) == 10 * 1000
