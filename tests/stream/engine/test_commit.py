"""One commit: the order of its parts, and what each way of ending asks of the worker (rules 1 and 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import pytest
from confluent_kafka import KafkaError, Producer

from schemas.errors import CairnError
from schemas.record import Record
from stream.engine.changelog import LABEL_KEY, POSITIONS_KEY, Label, Positions
from stream.engine.commit import Aftermath, Committer
from stream.engine.figures import Figures
from stream.engine.probe import Step
from stream.engine.stores.memory import MemoryStore
from stream.engine.stores.store import StoreError
from stream.engine.task import ROW_BYTES, Task
from stream.engine.topology import Input
from stream.engine.transaction import Outcome, Transactions
from stream.runtime import metrics
from stream.runtime.child import Child
from stream.runtime.exits import Exit
from stream.testing.clients import LogProducer
from stream.testing.coordinator import Coordinator, Failure
from stream.testing.log import Log
from tests.contracts.tally import CHANGELOG, IN, LETTERS, OUT, Tally, tally_topology
from tests.stream.engine.test_transaction import ABORTABLE, FATAL, FakeProducer

PARTITIONS = 2


class Bench:
    """Tasks, a committer, and the topics that it writes to."""

    def __init__(
        self,
        producer: Producer | None = None,
        stores: Sequence[MemoryStore] = (),
        *,
        attached: tuple[Input, ...] = (),
        keep_alive: float = 3600.0,
    ) -> None:
        self.topology = tally_topology(attached)
        self.log = Log(self.topology.topics, PARTITIONS)
        self.coordinator = Coordinator(self.log)
        self.figures = Figures(Child(None))
        self.steps: list[Step] = []
        self.stores = stores or [MemoryStore() for _ in range(PARTITIONS)]
        transactions = Transactions(lambda: producer or cast(Producer, LogProducer(self.coordinator, lambda: 5)), 0.1)
        transactions.renew()
        self.committer = Committer(
            self.topology, transactions, self.label, self.figures, self.steps.append, keep_alive=keep_alive
        )
        self.tasks = [
            Task(Tally(self.topology), each, self.stores[each], partitions=PARTITIONS) for each in range(PARTITIONS)
        ]
        for task in self.tasks:
            task.start(Positions({each.topic: 0 for each in self.topology.inputs}, {}), 0)

    @staticmethod
    def label(partition: int, reached: int) -> Label:
        return Label(CHANGELOG, PARTITIONS, 1, reached, 0, partition)

    def fold(self, *words: str, partition: int = 0) -> None:
        at = self.log.partition(IN, partition)
        records = [at.append(b"k", word.encode(), (), 0) for word in words]
        self.tasks[partition].process(IN, records, 0)

    def ends(self) -> Aftermath:
        """What a commit asks for, whatever its cause."""
        return replace(self.commit(), cause=None)

    def commit(self) -> Aftermath:
        return self.committer.commit(self.tasks, "metadata")

    def count(self, metric: metrics.Metric, *labels: str) -> float:
        return self.figures.meter.counters.get(metric.name, {}).get(labels, 0)

    def visible(self, topic: str) -> list[Record]:
        return list(self.log.visible(topic))


def stored_label(store: MemoryStore) -> Label:
    (data,) = store.get_many([LABEL_KEY])
    assert data is not None
    return Label.decode(data)


def test_a_commit_passes_every_step_in_order_and_asks_for_nothing() -> None:
    """The steps are where a test kills; all is visible, stored, counted and cleared afterwards."""
    bench = Bench()
    bench.fold("1", "no")
    bench.fold("2", partition=1)
    assert bench.commit() == Aftermath(committed=True, restore=[])
    assert bench.steps == [Step.FOLDED, Step.PRODUCED, Step.SENT, Step.COMMITTED, Step.STORED]
    assert [(each.partition(), each.value()) for each in bench.visible(OUT)] == [(0, b"1"), (1, b"2")]
    assert [each.partition() for each in bench.visible(LETTERS)] == [0]
    assert bench.coordinator.committed == {(IN, 0): 2, (IN, 1): 1}
    assert bench.count(metrics.EVENTS, IN) == 3
    assert not any(task.dirty or task.view.emissions for task in bench.tasks)


def test_the_positions_are_the_last_record_of_each_partition_and_the_label_names_them() -> None:
    """A restore that has read the label's offset has read the whole transaction: positions and marker included, so that
    the log may lose its head up to there.
    """
    bench = Bench()
    for words in (["1"], ["2", "3"]):
        bench.fold(*words)
        bench.fold("1", partition=1)
        bench.commit()
    for partition, store in enumerate(bench.stores):
        logged = [each for each in bench.visible(CHANGELOG) if each.partition() == partition]
        assert logged[-1].key() == POSITIONS_KEY
        assert stored_label(store).reached == logged[-1].offset() + 1


def test_every_task_of_a_transaction_sends_its_lead_position() -> None:
    """Rule 1: also a task that read nothing, such as one that only adopted new rules."""
    bench = Bench()
    bench.commit()
    assert bench.coordinator.committed == {(IN, 0): 0, (IN, 1): 0}


CONTACTS = Input("contacts", dead_letters="contacts-dlq")


def test_an_input_that_stands_still_is_told_only_when_the_group_has_not_heard_of_it_for_long() -> None:
    """Rule 2: the broker deletes offsets that nobody repeats; the lead's go into every transaction (rule 1)."""
    bench = Bench(attached=(CONTACTS,))
    bench.fold("1")
    bench.commit()
    assert bench.coordinator.committed == {(IN, 0): 1, (IN, 1): 0}
    assert not any(bench.committer.wants(task) for task in bench.tasks)


def test_all_positions_are_told_again_before_the_broker_forgets_them() -> None:
    """Also by a task that has nothing else to say, and by one that is busy on its lead all the time."""
    bench = Bench(attached=(CONTACTS,), keep_alive=-1.0)
    assert all(bench.committer.wants(task) for task in bench.tasks)
    bench.fold("1")
    bench.commit()
    assert bench.coordinator.committed == {(IN, 0): 1, (IN, 1): 0, ("contacts", 0): 0, ("contacts", 1): 0}


def test_a_refused_commit_asks_for_a_rewind() -> None:
    """Nothing visible, nothing stored, nothing counted; the abort is counted by its reason."""
    bench = Bench()
    bench.fold("1")
    bench.coordinator.next_failure = Failure(Outcome.ABORTED)
    assert bench.ends() == Aftermath(rewind=True)
    assert bench.steps == [Step.FOLDED, Step.PRODUCED]
    assert bench.visible(OUT) == bench.visible(CHANGELOG) == []
    assert bench.stores[0].get_many([b"\x10k", LABEL_KEY]) == [None, None]
    assert bench.count(metrics.EVENTS, IN) == 0
    assert bench.count(metrics.ABORTS, "refused") == 1


@pytest.mark.parametrize("took_effect", [False, True])
def test_an_unknown_commit_asks_for_a_new_producer_and_restores(took_effect: bool) -> None:
    """Whatever the broker did: every task of the transaction reads its changelog, and nothing is stored before."""
    bench = Bench()
    bench.fold("1")
    bench.coordinator.next_failure = Failure(Outcome.UNKNOWN, took_effect)
    assert bench.ends() == Aftermath(renew=True, restore=bench.tasks)
    assert bench.stores[0].get_many([b"\x10k", LABEL_KEY]) == [None, None]
    assert bench.count(metrics.ABORTS, "unknown") == 1


def test_a_commit_without_the_offset_of_its_positions_is_unknown() -> None:
    """A label must name an offset; without a delivery report there is none, so the changelog has to tell."""
    bench = Bench(cast(Producer, FakeProducer()))
    bench.fold("1")
    assert bench.ends() == Aftermath(renew=True, restore=bench.tasks)


def test_only_the_task_whose_disk_is_full_is_restored() -> None:
    """Committed but not stored (rule 3): its neighbours go on."""

    class Full(MemoryStore):
        def write(self, changes: Any) -> None:
            raise StoreError("no space left on device")

    bench = Bench(stores=[Full(), MemoryStore()])
    bench.fold("1")
    bench.fold("2", partition=1)
    assert bench.commit() == Aftermath(committed=True, restore=[bench.tasks[0]])
    assert [each.value() for each in bench.visible(OUT)] == [b"1", b"2"]
    assert stored_label(bench.stores[1]).reached > 0


def test_a_row_too_large_is_found_before_anything_is_produced() -> None:
    """Rule 4: the transaction is not begun; the tasks fold again record by record."""
    bench = Bench()
    bench.fold(f"fill {ROW_BYTES}")
    assert bench.ends() == Aftermath(rewind=True)
    assert bench.steps == [Step.FOLDED]
    assert bench.log.partition(CHANGELOG, 0).high == 0
    assert bench.count(metrics.ABORTS, "poison") == 1


@pytest.mark.parametrize("call", ["begin", "produce"])
def test_a_transaction_that_breaks_while_producing_is_aborted(call: str) -> None:
    """The client learns in the background, from a broker, that it cannot be completed, and refuses the next record."""
    script: dict[str, list[Exception | KafkaError]] = {call: [ABORTABLE]}
    fake = FakeProducer(**script)
    bench = Bench(cast(Producer, fake))
    bench.fold("1")
    assert bench.ends() == Aftermath(rewind=True)
    assert fake.calls[-1] == "abort"
    assert "send" not in fake.calls


def test_a_worker_that_was_fenced_meanwhile_exits_as_fenced() -> None:
    """Not with a traceback and INTERNAL: the supervisor must know that a restart is right."""
    bench = Bench(cast(Producer, FakeProducer(produce=[FATAL])))
    bench.fold("1")
    with pytest.raises(CairnError) as stopped:
        bench.commit()
    assert stopped.value.exit == Exit.FENCED


def test_a_zombie_cannot_commit() -> None:
    """A newer producer of the slot fences the older one, whose transaction is never seen."""
    bench = Bench()
    bench.fold("1")
    LogProducer(bench.coordinator, lambda: 5).init_transactions(1.0)
    with pytest.raises(CairnError) as stopped:
        bench.commit()
    assert stopped.value.exit == Exit.FENCED
    assert bench.visible(OUT) == []
