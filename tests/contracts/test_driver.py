"""The driver keeps the same promises over memory and over RocksDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.dead_letter import reason_of
from schemas.partitioner import partition_of
from stream.engine.changelog import POSITIONS_KEY, Positions
from stream.runtime.metrics import EVENTS
from stream.testing import Driver, Outcome, Step
from stream.testing.driver import START_MS
from tests.contracts.tally import BIRTH, BIRTH_KEY, CHANGELOG, IN, LETTERS, OUT, TOTALS, Tally, Total

PARTITIONS = 3
KEYS = [f"c-{number}" for number in range(20)]


@pytest.fixture(params=["memory", "rocks"])
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Driver]:
    store = tmp_path / "stores" if request.param == "rocks" else None
    with Driver(Tally(), partitions=PARTITIONS, store=store) as driver:
        yield driver


def pipe_round(driver: Driver, amount: int = 1) -> None:
    for key in KEYS:
        driver.pipe(IN, key, str(amount))


def totals(driver: Driver) -> dict[str, int]:
    return {key.decode(): row.value for key, row in driver.rows(TOTALS).items()}


def values(driver: Driver, topic: str = OUT) -> list[bytes | None]:
    return [each.value() for each in driver.read(topic)]


def test_nothing_is_seen_before_run_and_all_of_it_after(driver: Driver) -> None:
    """Piped records wait; `run` folds, emits and stores them in one commit."""
    driver.pipe(IN, "c-1", "3")
    assert driver.row(TOTALS, "c-1") is None
    assert driver.read(OUT) == []
    driver.run()
    assert driver.row(TOTALS, "c-1") == Total(3)
    assert values(driver) == [b"3"]


def test_read_takes_and_outputs_keeps(driver: Driver) -> None:
    """`read` is a queue, `outputs` is the topic."""
    driver.pipe(IN, "a", "1")
    driver.run()
    assert values(driver) == [b"1"]
    driver.pipe(IN, "a", "1")
    driver.run()
    assert values(driver) == [b"2"]
    assert values(driver) == []
    assert [each.value() for each in driver.outputs(OUT)] == [b"1", b"2"]


def test_a_key_goes_where_murmur2_sends_it_and_its_outputs_stay_there(driver: Driver) -> None:
    """Outputs, letters and changelog lie in the partition number of the input."""
    pipe_round(driver)
    driver.pipe(IN, "c-1", "no")
    driver.run()
    for topic in (OUT, LETTERS, CHANGELOG):
        for each in driver.read(topic):
            key = each.key() or b""
            if topic == CHANGELOG:
                if key[:1] != b"\x10":
                    continue
                key = key[1:]
            assert each.partition() == partition_of(key, PARTITIONS)


def test_a_partition_can_be_chosen(driver: Driver) -> None:
    """An explicit partition wins over the key, as with a producer that partitions otherwise."""
    home = partition_of(b"c-1", PARTITIONS)
    other = (home + 1) % PARTITIONS
    driver.pipe(IN, "c-1", "5", partition=other)
    driver.run()
    assert driver.row(TOTALS, "c-1") is None
    assert driver.row(TOTALS, "c-1", partition=other) == Total(5)


def test_records_carry_the_drivers_clock_or_the_time_given(driver: Driver) -> None:
    """Time stands still unless advanced; it stamps inputs and outputs alike."""
    assert driver.pipe(IN, "a", "1").timestamp() == (1, START_MS)
    driver.advance(5000)
    assert driver.pipe(IN, "a", "1").timestamp() == (1, START_MS + 5000)
    assert driver.pipe(IN, "a", "1", timestamp_ms=7).timestamp() == (1, 7)
    driver.run()
    assert {each.timestamp() for each in driver.read(OUT)} == {(1, START_MS + 5000)}


@pytest.mark.parametrize("batch", [1, 2, 7, 1000])
@pytest.mark.parametrize("commit_every", [1, 3])
def test_the_size_of_batches_and_transactions_changes_nothing(driver: Driver, batch: int, commit_every: int) -> None:
    """However the input is cut, each record is counted and answered once, in its partition's order."""
    for amount in (1, 2, 3):
        pipe_round(driver, amount)
    driver.run(batch=batch, commit_every=commit_every)
    assert totals(driver) == dict.fromkeys(KEYS, 6)
    answers: dict[bytes | None, list[bytes | None]] = {}
    for each in driver.read(OUT):
        answers.setdefault(each.key(), []).append(each.value())
    assert answers == {key.encode(): [b"1", b"3", b"6"] for key in KEYS}
    assert driver.count(EVENTS, (IN,)) == 3 * len(KEYS)


@pytest.mark.parametrize("flushed", [False, True], ids=["nothing flushed", "flushed before"])
@pytest.mark.parametrize("step", list(Step))
def test_a_kill_at_any_step_changes_nothing(driver: Driver, step: Step, flushed: bool) -> None:
    """Killed after whatever step: the next process gives the rows and the outputs of an undisturbed run."""
    pipe_round(driver)
    driver.run()
    if flushed:
        driver.flush()
    pipe_round(driver, 2)
    assert driver.crash(step, batch=7)
    driver.run()
    assert totals(driver) == dict.fromkeys(KEYS, 3)
    assert sorted(each.value() or b"" for each in driver.read(OUT)) == [b"1"] * 20 + [b"3"] * 20


@pytest.mark.parametrize("step", [Step.FOLDED, Step.PRODUCED, Step.SENT])
def test_a_kill_before_the_commit_shows_nothing(driver: Driver, step: Step) -> None:
    """What was produced and not committed is never seen, and its offsets stay taken."""
    driver.run()
    driver.pipe(IN, "a", "1", partition=0)
    before = driver.log.partition(OUT, 0).high
    assert driver.crash(step)
    assert driver.read(OUT) == []
    driver.run()
    assert values(driver) == [b"1"]
    assert (driver.outputs(OUT)[0].offset() > before) == (step is not Step.FOLDED)


@pytest.mark.parametrize("step", [Step.COMMITTED, Step.STORED])
def test_a_kill_after_the_commit_loses_nothing_of_it(driver: Driver, step: Step) -> None:
    """Committed is committed, whether the store has it or not: the changelog does."""
    driver.pipe(IN, "a", "1")
    assert driver.crash(step)
    assert values(driver) == [b"1"]
    assert driver.row(TOTALS, "a") == Total(1)
    driver.run()
    assert driver.read(OUT) == []


def test_a_crash_with_nothing_to_commit_still_kills(driver: Driver) -> None:
    """The answer tells whether a transaction was hit; the unflushed rows are gone either way and come back."""
    driver.pipe(IN, "a", "1")
    driver.run()
    assert not driver.crash(Step.PRODUCED)
    assert driver.row(TOTALS, "a") == Total(1)
    assert not driver.crash()
    assert driver.row(TOTALS, "a") == Total(1)


def test_only_what_was_not_flushed_is_restored(driver: Driver) -> None:
    """A store that survived is read on from where it ends, not from the start of the changelog."""
    for amount in ("1", "2"):
        driver.pipe(IN, "a", amount, partition=0)
        driver.run()
    driver.flush()
    driver.crash()
    driver.run()
    assert driver.restored(0).rows == 0
    driver.pipe(IN, "a", "3", partition=0)
    driver.run()
    driver.crash()
    assert driver.row(TOTALS, "a", partition=0) == Total(6)
    # One row, and the positions.
    assert driver.restored(0).rows == 2


def test_a_moved_partition_comes_back_from_its_changelog_alone(driver: Driver) -> None:
    """A new owner has no copy; it goes on as if nothing had happened."""
    pipe_round(driver)
    driver.run()
    before = driver.rows(TOTALS)
    for partition in range(PARTITIONS):
        driver.move(partition)
        assert driver.restored(partition).rows > 0
    assert driver.rows(TOTALS) == before
    pipe_round(driver)
    driver.run()
    assert totals(driver) == dict.fromkeys(KEYS, 2)


def test_a_clean_stop_restores_nothing(driver: Driver) -> None:
    """Stores are flushed on the way out."""
    pipe_round(driver)
    driver.run()
    driver.restart()
    assert [driver.restored(partition).rows for partition in range(PARTITIONS)] == [0] * PARTITIONS
    assert totals(driver) == dict.fromkeys(KEYS, 1)


@pytest.mark.parametrize(
    ("outcome", "took_effect"),
    [(Outcome.ABORTED, False), (Outcome.UNKNOWN, False), (Outcome.UNKNOWN, True)],
)
def test_a_failed_commit_changes_nothing(driver: Driver, outcome: Outcome, took_effect: bool) -> None:
    """Refused: folded again. Without answer: the changelog says whether it took effect."""
    pipe_round(driver)
    driver.run()
    pipe_round(driver)
    driver.fail_commit(outcome, took_effect=took_effect)
    driver.run()
    assert totals(driver) == dict.fromkeys(KEYS, 2)
    assert sorted(each.value() or b"" for each in driver.read(OUT)) == [b"1"] * 20 + [b"2"] * 20


def test_a_deleted_row_stays_deleted(driver: Driver) -> None:
    """A tombstone goes to the changelog: neither restart nor move brings the row back."""
    driver.pipe(IN, "a", "1")
    driver.pipe(IN, "b", "1")
    driver.run()
    driver.flush()
    driver.pipe(IN, "a", "delete")
    driver.run()
    driver.crash()
    assert totals(driver) == {"b": 1}
    driver.move(partition_of(b"a", PARTITIONS))
    assert totals(driver) == {"b": 1}


def test_a_compacted_changelog_restores_the_same(driver: Driver) -> None:
    """Compaction leaves gaps in the offsets; only the last record of each key is needed."""
    for amount in (1, 2, 3):
        pipe_round(driver, amount)
        driver.run()
    driver.pipe(IN, KEYS[0], "delete")
    driver.run()
    before = driver.rows(TOTALS)
    for partition in range(PARTITIONS):
        driver.log.partition(CHANGELOG, partition).compact()
        driver.move(partition)
    assert driver.rows(TOTALS) == before


def test_the_changelog_is_the_rows(driver: Driver) -> None:
    """Folding the changelog by key gives exactly what the store holds, and positions that reflect it."""
    pipe_round(driver)
    driver.run(batch=5)
    driver.pipe(IN, KEYS[0], "delete")
    driver.run()
    for partition in range(PARTITIONS):
        logged = {
            each.key() or b"": each.value() for each in driver.outputs(CHANGELOG) if each.partition() == partition
        }
        stored = dict(driver.store(partition).scan(b"\x10", b"\xf0"))
        assert {key: value for key, value in logged.items() if value is not None and key[0]} == stored
        positions = Positions.decode(logged[POSITIONS_KEY] or b"", Tally().topology.formats)
        assert positions.offsets == driver.positions(partition) == {IN: driver.log.partition(IN, partition).high}


def test_begin_is_committed_once_for_each_partition(driver: Driver) -> None:
    """What a fold writes when it begins is a row like any other: written once, kept over restarts."""
    driver.run()
    driver.advance(1000)
    driver.crash()
    driver.run()
    assert {driver.row(BIRTH, BIRTH_KEY, partition=each) for each in range(PARTITIONS)} == {START_MS}
    assert [each.key() for each in driver.read(CHANGELOG)].count(b"\x11born") == PARTITIONS


def test_a_bad_record_goes_to_the_letters_with_its_bytes(driver: Driver) -> None:
    """Key, value and headers unchanged, the reason behind them; the others are counted."""
    driver.pipe(IN, "a", "1")
    bad = driver.pipe(IN, "a", "no", headers=[("trace", b"7")])
    driver.pipe(IN, "a", "1")
    driver.run()
    (letter,) = driver.read(LETTERS)
    assert (letter.key(), letter.value(), (letter.headers() or [])[0]) == (b"a", b"no", ("trace", b"7"))
    reason = reason_of(letter.headers())
    assert reason is not None
    assert (reason.code, reason.topic, reason.partition, reason.offset) == (
        "not_json",
        IN,
        bad.partition(),
        bad.offset(),
    )
    assert driver.row(TOTALS, "a") == Total(2)


def test_unknown_names_are_refused_with_the_known_ones(driver: Driver) -> None:
    """A mistyped topic or table is an error that lists what there is, not an empty answer."""
    with pytest.raises(LookupError, match="no topic 'inn'; it has in, out"):
        driver.pipe("inn", "a", "1")
    with pytest.raises(LookupError, match="no topic 'outt'"):
        driver.read("outt")
    with pytest.raises(LookupError, match="no table 'total'; it has totals"):
        driver.row("total", "a")
    with pytest.raises(LookupError, match="partitions 0 to 2, not 3"):
        driver.pipe(IN, "a", "1", partition=3)


def test_a_store_too_old_is_wiped_and_rebuilt(driver: Driver) -> None:
    """Beyond half of delete.retention.ms tombstones may be gone, so the copy is not trusted (rule 9)."""
    driver.pipe(IN, "a", "1", partition=0)
    driver.run()
    driver.close()
    driver.advance(4 * 86_400_000)
    driver.run()
    assert driver.row(TOTALS, "a", partition=0) == Total(1)
    assert driver.restored(0).rows == 4
