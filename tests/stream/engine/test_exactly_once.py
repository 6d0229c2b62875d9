"""Whatever is piped, cut, killed, refused, moved and compacted, in whatever order: rows, changelog and outputs are
those of a plain loop over the records, each output once.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

import structlog
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from schemas.dead_letter import reason_of
from stream.engine.changelog import POSITIONS_KEY, Positions
from stream.testing import Driver, Outcome, Step
from tests.contracts.tally import BIRTH, CHANGELOG, IN, LETTERS, OUT, TOTALS, Tally, Total

PARTITIONS = 2
KEYS = st.sampled_from([b"a", b"b", b"c", b"d", b"e"])
HUGE = "fill 70000"
WORDS = st.sampled_from(["1", "1", "2", "5", "-3", "delete", "no", "boom", "undecodable", "fill 3", HUGE])
BATCHES = st.sampled_from([None, 1, 2, 3])
COMMITS = st.integers(1, 3)


class Oracle:
    """The processor again, as a loop that knows no transactions."""

    def __init__(self) -> None:
        self.rows: dict[int, dict[bytes, Total]] = {partition: {} for partition in range(PARTITIONS)}
        self.out: dict[int, list[tuple[bytes, bytes]]] = {partition: [] for partition in range(PARTITIONS)}
        self.letters: dict[int, list[tuple[int, str]]] = {partition: [] for partition in range(PARTITIONS)}
        self.folded = 0

    def take(self, partition: int, offset: int, key: bytes, word: str) -> None:
        rows = self.rows[partition]
        if word in ("boom", "undecodable", HUGE):
            self.letters[partition].append((offset, "internal_error"))
            return
        self.folded += 1
        if word == "delete":
            rows.pop(key, None)
            return
        row = rows.setdefault(key, Total())
        if word == "no":
            self.letters[partition].append((offset, "not_json"))
        elif word.startswith("fill"):
            row.filling = b"x" * int(word[5:])
        else:
            row.value += int(word)
            self.out[partition].append((key, str(row.value).encode()))


class Life(RuleBasedStateMachine):
    """A worker's life in the hands of Hypothesis."""

    store: str = "memory"

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self._open.enter_context(structlog.testing.capture_logs())
        self.oracle = Oracle()

    @initialize(cache_rows=st.sampled_from([0, 1, 1000]))
    def start(self, cache_rows: int) -> None:
        path = None
        if self.store == "rocks":
            path = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
        self.driver = Driver(Tally(), partitions=PARTITIONS, store=path, cache_rows=cache_rows)

    @rule(records=st.lists(st.tuples(KEYS, WORDS), min_size=1, max_size=6))
    def pipe(self, records: list[tuple[bytes, str]]) -> None:
        for key, word in records:
            # A row of its own: one that is made too large and small again within a transaction was never too large.
            key = b"huge" if word == HUGE else key
            record = self.driver.pipe(IN, key, word)
            self.oracle.take(record.partition(), record.offset(), key, word)
            # A good record among them, so that a long list of bad ones is no bad release.
            other = self.driver.pipe(IN, b"good", "1", partition=record.partition())
            self.oracle.take(other.partition(), other.offset(), b"good", "1")

    @rule(batch=BATCHES, commit_every=COMMITS)
    def run(self, batch: int | None, commit_every: int) -> None:
        self.driver.run(batch=batch, commit_every=commit_every)
        self.compare()

    @rule(step=st.sampled_from([None, *Step]), batch=BATCHES, commit_every=COMMITS)
    def crash(self, step: Step | None, batch: int | None, commit_every: int) -> None:
        self.driver.crash(step, batch=batch, commit_every=commit_every)

    @rule(outcome=st.sampled_from([Outcome.ABORTED, Outcome.UNKNOWN]), took_effect=st.booleans())
    def fail_commit(self, outcome: Outcome, took_effect: bool) -> None:
        self.driver.fail_commit(outcome, took_effect=took_effect)

    @rule()
    def flush(self) -> None:
        self.driver.flush()

    @rule()
    def restart(self) -> None:
        self.driver.restart()

    @rule(partition=st.integers(0, PARTITIONS - 1))
    def move(self, partition: int) -> None:
        self.driver.move(partition)

    @rule(partition=st.integers(0, PARTITIONS - 1))
    def compact(self, partition: int) -> None:
        self.driver.log.partition(CHANGELOG, partition).compact()

    @rule(days=st.integers(0, 4))
    def wait(self, days: int) -> None:
        self.driver.advance(days * 86_400_000)

    @invariant()
    def outputs_never_run_ahead_or_repeat(self) -> None:
        """At every moment what readers see is a prefix of the truth."""
        for partition, expected in self.oracle.out.items():
            seen = self.seen(partition)
            assert seen == expected[: len(seen)]

    def seen(self, partition: int) -> list[tuple[bytes, bytes]]:
        outputs = [each for each in self.driver.outputs(OUT) if each.partition() == partition]
        return [(each.key() or b"", each.value() or b"") for each in outputs]

    def compare(self) -> None:
        """All is processed: rows == changelog folded == oracle, and every output and letter is there once."""
        driver, oracle = self.driver, self.oracle
        table = Tally().topology.tables[0]
        for partition in range(PARTITIONS):
            assert self.seen(partition) == oracle.out[partition]
            letters = [each for each in driver.outputs(LETTERS) if each.partition() == partition]
            reasons = [reason_of(each.headers()) for each in letters]
            assert [(each.offset, each.code) for each in reasons if each] == oracle.letters[partition]
            stored = dict(driver.store(partition).scan(b"\x10", b"\x11"))
            assert {key[1:]: table.codec.decode(value[1:]) for key, value in stored.items()} == oracle.rows[partition]
            logged = {
                each.key() or b"": each.value() for each in driver.outputs(CHANGELOG) if each.partition() == partition
            }
            assert {key: value for key, value in logged.items() if key[:1] == b"\x10" and value is not None} == stored
            positions = Positions.decode(logged[POSITIONS_KEY] or b"", Tally().topology.formats)
            assert positions.offsets == driver.positions(partition) == {IN: driver.log.partition(IN, partition).high}
            births = [key for key in logged if key == b"\x11born"]
            assert len(births) == len(driver.rows(BIRTH)) == 1
        assert set(driver.rows(TOTALS)) == {key for rows in oracle.rows.values() for key in rows}

    def teardown(self) -> None:
        try:
            self.driver.run()
            self.compare()
        finally:
            self.driver.close()
            self._open.close()


class LifeInMemory(Life):
    """Many lives: memory is quick."""


class LifeOnRocks(Life):
    """The same on RocksDB, fewer."""

    store = "rocks"


TestInMemory = LifeInMemory.TestCase
TestInMemory.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
TestOnRocks = LifeOnRocks.TestCase
TestOnRocks.settings = settings(max_examples=6, stateful_step_count=12, deadline=None)
