"""What can be made to go wrong inside a worker process: death or a stall at a named point, sick stores and restores.

The engine's own probe names most points. The rest lie inside calls of the client and of RocksDB, so the process swaps
those two classes for its own before the worker is built.

    folded -> produced -> sent -> mid_commit -> answered -> committed -> mid_write -> stored
    engine    engine      engine  client        client      engine       store        engine
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterable, Sequence
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer

import stream.engine.restore
import stream.engine.stores.shelf
import stream.run
import stream.tracker.counting
from stream.engine.assignment import Assignment
from stream.engine.probe import Step
from stream.engine.restore import Restored, Restorer
from stream.engine.stores.rocks import RocksStore
from stream.engine.stores.store import Change, StoreError
from stream.native.rows import NativeRows
from tests.system.blindness import CHECKS
from tests.system.swap import replace

POINTS = ("folded", "produced", "sent", "mid_commit", "answered", "committed", "mid_write", "stored")
"""In the order in which a transaction passes them."""
ROWS = b"\x10"
"""How the store keys of contacts' rows begin."""


class Mischief:
    """Counts how often a point is passed and acts at the `nth` time.

    point:          one of POINTS, or "" for none.
    nth:            at which passing, from 1; a later one does nothing.
    act:            "kill" (SIGKILL to itself) or "stop" (SIGSTOP: every thread stands still until SIGCONT).
    unfenced:       once it has acted, transactions carry no offsets, as the engine never does.
    lie:            at the `nth` commit the client says that it got no answer: "committed" if the broker has committed,
                    "open" if it was never asked.
    queued:         records wait in the client until the commit sends them, as they do under load.
    linger:         seconds for which each transaction stays open after its records are produced, so that a kill from
                    outside finds it open.
    fail_writes:    this many store writes raise `StoreError`, as a full disk does, after `sound_writes` good ones.
    fail_reads:     this many reads raise it, as a damaged file does: reads of anything, or with `fail_reads_of`
                    "rows" of contacts' rows only.
    dies_revoking:  it dies when the group takes a partition from it, before it lets go.
    restore_sleep:  seconds for which a restore is held back.
    patience:       seconds for which a state behind its committed offsets is asked for again; the engine's are 30.
    poison:         the core raises at events of contacts whose name begins so.
    blind:          checks that are left out, by their names in `blindness.CHECKS`.
    clock:          seconds by which the wall clock is wrong, ahead or (negative) behind, `clock_after` seconds on.
    """

    def __init__(
        self,
        point: str = "",
        nth: int = 1,
        act: str = "kill",
        fail_writes: int = 0,
        sound_writes: int = 0,
        fail_reads: int = 0,
        fail_reads_of: str = "all",
        dies_revoking: bool = False,
        restore_sleep: float = 0.0,
        linger: float = 0.0,
        patience: float = 0.0,
        poison: str = "",
        lie: str = "",
        queued: bool = False,
        unfenced: bool = False,
        blind: Sequence[str] = (),
        clock: float = 0.0,
        clock_after: float = 0.0,
    ) -> None:
        if point and point not in POINTS:
            raise ValueError(f"no such point: {point}")
        self.point = point
        self.fail_writes, self.sound_writes = fail_writes, sound_writes
        self.fail_reads, self.fail_reads_of = fail_reads, fail_reads_of
        self.dies_revoking = dies_revoking
        self.restore_sleep = restore_sleep
        self.patience = patience
        self.poison = poison
        self.lie = lie
        self.queued = queued
        self.unfenced = unfenced
        self.blind = blind
        self.clock, self.clock_after = clock, clock_after
        self._linger = linger
        self._left = nth
        self._act = act

    def probe(self, step: Step) -> None:
        """The engine's probe."""
        self.passed(step.value)
        if self._linger and step is Step.PRODUCED:
            time.sleep(self._linger)

    def passed(self, point: str) -> None:
        """Act, if it is the time."""
        if self.is_due(point):
            self.strike()

    def is_due(self, point: str) -> bool:
        """Count a passing of `point`; True when it is the one to act at."""
        if point != self.point:
            return False
        self._left -= 1
        return self._left == 0

    def lies(self) -> bool:
        """Whether the answer to this commit gets lost."""
        self._left -= 1
        return self._left == 0

    def strike(self) -> None:
        """Die, or stand still."""
        os.kill(os.getpid(), signal.SIGKILL if self._act == "kill" else signal.SIGSTOP)

    @property
    def has_acted(self) -> bool:
        """Whether the point was passed as often as asked."""
        return self._left <= 0

    def install(self) -> None:
        """Put this process's clients and stores in the place of the real ones; call it once, first."""
        mischief = self

        class MischievousProducer(Producer):
            def __init__(self, config: dict[str, Any]) -> None:
                super().__init__({**config, "linger.ms": 10_000} if mischief.queued else config)

            def send_offsets_to_transaction(self, *args: Any) -> Any:
                if mischief.unfenced and mischief.has_acted:
                    return None
                answer = super().send_offsets_to_transaction(*args)
                if mischief.point == "sent" and not mischief.queued:
                    # On a fast machine the offsets overtake the records: then the log would hold nothing to be aborted.
                    self.flush(5)
                return answer

            def commit_transaction(self, *args: Any) -> Any:
                if mischief.lie and mischief.lies():
                    if mischief.lie == "committed":
                        super().commit_transaction(*args)
                    raise KafkaException(KafkaError(KafkaError._TIMED_OUT, "no answer"))
                if mischief.is_due("mid_commit"):
                    threading.Thread(target=super().commit_transaction, args=args, daemon=True).start()
                    time.sleep(0.002)  # a commit takes 3 to 6 ms here: the request is on its way, the answer is not
                    mischief.strike()
                answer = super().commit_transaction(*args)
                mischief.passed("answered")
                return answer

        class MischievousStore(RocksStore):
            def write(self, changes: Iterable[Change]) -> None:
                if mischief.writes_fail():
                    raise StoreError(f"{self.path}: No space left on device")
                if mischief.is_due("mid_write"):
                    threading.Thread(target=super().write, args=(list(changes),), daemon=True).start()
                    mischief.strike()
                super().write(changes)

            def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
                if mischief.reads_fail(keys):
                    raise StoreError(f"{self.path}: Corruption: block checksum mismatch")
                return super().get_many(keys)

        replace(stream.run, "Producer", MischievousProducer)
        replace(stream.engine.stores.shelf, "RocksStore", MischievousStore)
        if self.dies_revoking:
            replace(Assignment, "revoked", lambda *_: self.strike())
        if self.restore_sleep:
            self._slow_restores()
        if self.patience:
            replace(stream.engine.restore, "PATIENCE", self.patience)
        if self.poison:
            self._poison_the_core()
        if self.clock:
            self._set_clock()
        for check in self.blind:
            CHECKS[check]()

    def writes_fail(self) -> bool:
        """Whether the next write finds no room."""
        if self.sound_writes:
            self.sound_writes -= 1
            return False
        self.fail_writes -= 1
        return self.fail_writes >= 0

    def reads_fail(self, keys: Sequence[bytes]) -> bool:
        """Whether the read of these keys finds a damaged block."""
        if self.fail_reads_of == "rows" and not any(key.startswith(ROWS) for key in keys):
            return False
        self.fail_reads -= 1
        return self.fail_reads >= 0

    def _poison_the_core(self) -> None:
        advance, poison = vars(stream.tracker.counting)["advance"], self.poison

        def poisoned(plan: Any, row: Any, event: Any, *more: Any) -> Any:
            if event.contact_id.startswith(poison):
                raise ArithmeticError("this event breaks the core")
            return advance(plan, row, event, *more)

        replace(stream.tracker.counting, "advance", poisoned)
        fold = NativeRows.fold

        def poisoned_fold(rows: NativeRows, rules: Any, records: Sequence[Any], *more: Any) -> Any:
            if any((record.key() or b"").startswith(poison.encode()) for record in records):
                raise ArithmeticError("an event of these breaks the extension")
            return fold(rows, rules, records, *more)

        replace(NativeRows, "fold", poisoned_fold)

    def _set_clock(self) -> None:
        wall_ms, wrong_from = vars(stream.run)["_wall_ms"], time.monotonic() + self.clock_after
        by = round(self.clock * 1000)
        replace(stream.run, "_wall_ms", lambda: int(wall_ms()) + (by if time.monotonic() >= wrong_from else 0))

    def _slow_restores(self) -> None:
        turn, seconds = Restorer.turn, self.restore_sleep
        until: dict[int, float] = {}

        def slow(restorer: Restorer, budget: float) -> list[Restored]:
            """Hold each restore back for `restore_sleep` seconds, in slices as a real one: nothing else waits
            longer.
            """
            now = time.monotonic()
            for partition in restorer.under_way:
                until.setdefault(partition, now + seconds)
            if any(now < until[partition] for partition in restorer.under_way):
                time.sleep(budget)
                return []
            return turn(restorer, budget)

        replace(Restorer, "turn", slow)
