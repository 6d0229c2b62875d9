"""The outcomes of a commit, told by what the client said (rules 1 and 3). The producer is written by hand."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from confluent_kafka import KafkaError, KafkaException, Producer, TopicPartition

from schemas.errors import CairnError
from stream.engine.transaction import Outcome, Transactions
from stream.runtime.exits import Exit

OFFSETS = [TopicPartition("in", 0, 7)]
TIMED_OUT = KafkaError(KafkaError._TIMED_OUT, "no answer", False, True, False)
LOST = KafkaError(KafkaError._TIMED_OUT, "no answer", False, False, False)
MOVED_ON = KafkaError(KafkaError.ILLEGAL_GENERATION, "moved on", False, False, False)
ABORTABLE = KafkaError(KafkaError._STATE, "abort it", False, False, True)
FENCED = KafkaError(KafkaError._FENCED, "newer producer", True, False, False)
FATAL = KafkaError(KafkaError._FATAL, "fatal", True, False, False)
DENIED = KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED, "not yours", False, False, False)


class FakeProducer:
    """Answers each call by its script: errors one after the other, then success. Notes what was called."""

    def __init__(self, **scripts: list[Exception | KafkaError]) -> None:
        self.scripts = defaultdict(list, {name: list(errors) for name, errors in scripts.items()})
        self.hangs_in: str | None = None
        self.over = threading.Event()
        """Lets the call go in which it hangs."""
        self.calls: list[str] = []
        self.produced: list[tuple[Any, ...]] = []
        self.offsets: list[tuple[Any, Any]] = []

    def init_transactions(self, timeout: float) -> None:
        self._answer("init")

    def begin_transaction(self) -> None:
        self._answer("begin")

    def produce(self, *record: Any, **more: Any) -> None:
        self._answer("produce")
        self.produced.append((*record, more))

    def send_offsets_to_transaction(self, offsets: Any, metadata: Any, timeout: float) -> None:
        self.offsets.append((offsets, metadata))
        self._answer("send")

    def commit_transaction(self, timeout: float) -> None:
        self._answer("commit")

    def abort_transaction(self, timeout: float) -> None:
        self._answer("abort")

    def poll(self, timeout: float) -> None:
        self._answer("poll")

    def purge(self, **what: bool) -> None:
        self._answer("purge")

    def _answer(self, name: str) -> None:
        self.calls.append(name)
        if name == self.hangs_in:
            self.over.wait()
        script = self.scripts[name]
        if script:
            error = script.pop(0)
            raise KafkaException(error) if isinstance(error, KafkaError) else error


def transactions(*fakes: FakeProducer, timeout: float = 5.0) -> Transactions:
    """Transactions on the fakes, one after the other; the first is in use."""
    waiting = list(fakes)
    made = Transactions(lambda: cast(Producer, waiting.pop(0)), timeout)
    made.renew()
    return made


# -- outcomes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scripts", "outcome", "calls"),
    [
        ({}, Outcome.COMMITTED, ["send", "commit"]),
        ({"send": [TIMED_OUT, TIMED_OUT]}, Outcome.COMMITTED, ["send", "send", "send", "commit"]),
        ({"commit": [TIMED_OUT]}, Outcome.COMMITTED, ["send", "commit", "commit"]),
        ({"send": [MOVED_ON]}, Outcome.ABORTED, ["send", "abort"]),
        ({"send": [ABORTABLE]}, Outcome.ABORTED, ["send", "abort"]),
        ({"send": [LOST]}, Outcome.ABORTED, ["send", "abort"]),
        ({"commit": [ABORTABLE]}, Outcome.ABORTED, ["send", "commit", "abort"]),
        ({"commit": [ABORTABLE], "abort": [TIMED_OUT]}, Outcome.ABORTED, ["send", "commit", "abort", "abort"]),
        ({"commit": [LOST]}, Outcome.UNKNOWN, ["send", "commit"]),
        ({"commit": [ABORTABLE], "abort": [LOST]}, Outcome.UNKNOWN, ["send", "commit", "abort"]),
        ({"send": [MOVED_ON], "abort": [LOST]}, Outcome.UNKNOWN, ["send", "abort"]),
    ],
)
def test_what_the_client_says_decides_the_outcome(
    scripts: dict[str, list[Exception | KafkaError]], outcome: Outcome, calls: list[str]
) -> None:
    """Aborted only when an abort was confirmed, unknown whenever it may have happened; retries where allowed."""
    fake = FakeProducer(**scripts)
    made = transactions(fake)
    made.begin()
    assert made.commit(OFFSETS, "metadata") is outcome
    assert fake.calls == ["init", "begin", *calls]
    assert fake.offsets[0] == (OFFSETS, "metadata")


@pytest.mark.parametrize("scripts", [{}, {"send": [MOVED_ON]}], ids=["committed", "aborted"])
def test_the_end_of_a_transaction_is_known(scripts: dict[str, list[Exception | KafkaError]]) -> None:
    """Rule 6: the next one keeps its distance, for either way the coordinator has markers to write."""
    made = transactions(FakeProducer(**scripts))
    made.begin()
    began = time.monotonic()
    assert made.ended < began
    made.commit(OFFSETS, None)
    assert made.ended >= began


def test_a_commit_that_keeps_timing_out_is_unknown_within_its_bound() -> None:
    """Repeated while there is time, then the broker may have done either: never taken for an abort."""
    fake = FakeProducer(commit=[TIMED_OUT] * 1_000_000)
    made = transactions(fake, timeout=0.02)
    made.begin()
    assert made.commit(OFFSETS, None) is Outcome.UNKNOWN
    assert "abort" not in fake.calls


@pytest.mark.parametrize(
    ("hangs_in", "scripts", "calls"),
    [
        ("send", {}, ["send"]),
        ("commit", {}, ["send", "commit"]),
        ("abort", {"send": [MOVED_ON]}, ["send", "abort"]),
    ],
)
def test_a_call_that_never_comes_back_leaves_the_outcome_unknown(
    hangs_in: str, scripts: dict[str, list[Exception | KafkaError]], calls: list[str]
) -> None:
    """Though it has a bound of its own. That producer is asked nothing more; the next one goes on.

    Mutation: call it without `bounded`, and the worker stands until it is killed.
    """
    stuck, fresh = FakeProducer(**scripts), FakeProducer()
    stuck.hangs_in = hangs_in
    waiting = [stuck, fresh]
    made = Transactions(lambda: cast(Producer, waiting.pop(0)), 0.01, overdue=0.01)
    try:
        made.renew()
        made.begin()
        assert made.commit(OFFSETS, None) is Outcome.UNKNOWN
        assert stuck.calls == ["init", "begin", *calls]
        made.renew()
        made.begin()
        assert made.commit(OFFSETS, None) is Outcome.COMMITTED
    finally:
        stuck.over.set()


def test_a_coordinator_that_never_lets_a_producer_in_did_not_answer_in_time() -> None:
    """The worker ends with that, and is started again."""
    stuck = FakeProducer()
    stuck.hangs_in = "init"
    made = Transactions(lambda: cast(Producer, stuck), 0.01, overdue=0.01)
    try:
        with pytest.raises(KafkaException) as raised:
            made.renew()
        assert raised.value.args[0].code() == KafkaError._TIMED_OUT
    finally:
        stuck.over.set()


@pytest.mark.parametrize("call", ["send", "commit", "abort"])
@pytest.mark.parametrize(
    ("error", "code"), [(FENCED, Exit.FENCED), (FATAL, Exit.FENCED), (DENIED, Exit.CANNOT_CONNECT)]
)
def test_a_worker_that_lost_its_place_exits(call: str, error: KafkaError, code: Exit) -> None:
    """Fenced, fatal or not permitted: no retry, no abort, an exit code of its own (rule 3)."""
    scripts: dict[str, list[Exception | KafkaError]] = {call: [error]}
    if call == "abort":
        scripts["send"] = [MOVED_ON]
    made = transactions(FakeProducer(**scripts))
    made.begin()
    with pytest.raises(CairnError) as stopped:
        made.commit(OFFSETS, None)
    assert stopped.value.exit == code


@pytest.mark.parametrize("call", ["begin", "produce", "produce_many"])
def test_a_worker_learns_while_producing_that_it_lost_its_place(call: str) -> None:
    """The client tells at the next call of any kind; the exit is the same."""
    script: dict[str, list[Exception | KafkaError]] = {call.partition("_")[0]: [FATAL]}
    made = transactions(FakeProducer(**script))
    calls: dict[str, Callable[[], None]] = {
        "begin": made.begin,
        "produce": lambda: made.produce("out", 0, b"k", b"v"),
        "produce_many": lambda: made.produce_many("log", 0, [(b"k", b"v")]),
    }
    with pytest.raises(CairnError) as stopped:
        calls[call]()
    assert stopped.value.exit == Exit.FENCED


def test_a_transaction_without_offsets_is_refused() -> None:
    """Rule 1: without offsets an evicted worker's transaction was committed."""
    fake = FakeProducer()
    made = transactions(fake)
    made.begin()
    with pytest.raises(ValueError, match="not fenced"):
        made.commit([], None)
    assert fake.calls == ["init", "begin"]


def test_the_probe_between_sending_and_committing_is_called_in_between() -> None:
    """A test that kills there relies on it; nothing is called when the offsets were refused."""
    fake = FakeProducer(send=[MOVED_ON])
    made = transactions(fake)
    made.commit(OFFSETS, None, on_sent=lambda: fake.calls.append("probe"))
    made.commit(OFFSETS, None, on_sent=lambda: fake.calls.append("probe"))
    assert fake.calls == ["init", "send", "abort", "send", "probe", "commit"]


# -- producers --------------------------------------------------------------------------------------------------------


def test_a_new_producer_fences_before_it_is_used() -> None:
    """init_transactions is done before anything else; the old producer's queue is dropped first."""
    old, new = FakeProducer(), FakeProducer()
    made = transactions(old, new)
    made.renew()
    made.begin()
    assert old.calls == ["init", "purge"]
    assert new.calls == ["init", "begin"]


def test_entering_is_repeated_while_the_older_transaction_ends() -> None:
    """The coordinator is busy completing what the predecessor left open."""
    busy = KafkaError(KafkaError.CONCURRENT_TRANSACTIONS, "completing", False, False, False)
    fake = FakeProducer(init=[TIMED_OUT, busy])
    transactions(fake)
    assert fake.calls == ["init"] * 3


@pytest.mark.parametrize(("error", "code"), [(FENCED, Exit.FENCED), (DENIED, Exit.CANNOT_CONNECT)])
def test_a_producer_that_may_not_enter_exits(error: KafkaError, code: Exit) -> None:
    """At once, with the code that says whether a restart may help."""
    with pytest.raises(CairnError) as stopped:
        transactions(FakeProducer(init=[error]))
    assert stopped.value.exit == code


def test_a_coordinator_that_never_answers_is_an_error_within_its_bound() -> None:
    """The worker says CANNOT_CONNECT of it; nothing was begun."""
    with pytest.raises(KafkaException):
        transactions(FakeProducer(init=[TIMED_OUT] * 1_000_000), timeout=0.02)


def test_nothing_works_before_the_first_producer() -> None:
    """A fault of the engine, said plainly."""
    with pytest.raises(RuntimeError, match="renew"):
        Transactions(lambda: cast(Producer, FakeProducer()), 1.0).begin()


def test_a_full_queue_is_served_and_tried_again() -> None:
    """Neither lost nor raised: the client sends, then takes the record."""
    fake = FakeProducer(produce=[BufferError(), BufferError()])
    made = transactions(fake)
    made.produce("out", 3, b"k", b"v")
    fake.scripts["produce"] = [BufferError()]
    made.produce_many("log", 3, [(b"a", b"1"), (b"b", None)])
    assert [record[:4] for record in fake.produced] == [
        ("out", b"v", b"k", 3),
        ("log", b"1", b"a", 3),
        ("log", None, b"b", 3),
    ]
    assert fake.calls.count("poll") == 3


def test_headers_are_produced_in_their_order() -> None:
    """A dead letter's own headers come first."""
    fake = FakeProducer()
    transactions(fake).produce("dlq", 0, b"k", b"v", [("own", b"1"), ("cairn-error-code", b"x")])
    assert fake.produced[0][-1] == {"headers": [("own", b"1"), ("cairn-error-code", b"x")]}


def test_closing_drops_the_producer_once() -> None:
    """What is open is left to its timeout; closing twice is fine."""
    fake = FakeProducer()
    made = transactions(fake)
    made.close()
    made.close()
    assert fake.calls == ["init", "purge"]


# -- causes -----------------------------------------------------------------------------------------------------------

REFUSED_SIZE = KafkaError(KafkaError.MSG_SIZE_TOO_LARGE, "too large", False, False, True)
PURGED = KafkaError(KafkaError._PURGE_QUEUE, "purged")


def test_the_cause_of_an_abort_is_what_the_client_said_first() -> None:
    """Later calls of the same transaction only say that its state is wrong."""
    fake = FakeProducer(produce=[REFUSED_SIZE], send=[ABORTABLE])
    made = transactions(fake)
    made.begin()
    with pytest.raises(KafkaException):
        made.produce("out", 0, b"k", b"v")
    assert made.commit(OFFSETS, None) is Outcome.ABORTED
    assert made.cause is not None
    assert (made.cause.error.code(), made.cause.topic) == (KafkaError.MSG_SIZE_TOO_LARGE, "out")


def test_behind_an_abort_every_record_tells_who_refused_it() -> None:
    """The client names no topic otherwise. Before the first abort no row costs a delivery report; a commit ends it."""
    fake = FakeProducer(send=[ABORTABLE, ABORTABLE])
    made = transactions(fake)

    def reports() -> list[Any]:
        made.begin()
        fake.produced.clear()
        made.produce_many("changelog", 0, [(b"k", b"v")])
        made.produce("out", 0, b"k", b"v")
        return [each[4] for each in fake.produced if len(each) > 5]

    assert reports() == [None]
    made.commit(OFFSETS, None)
    on_delivery = reports()
    assert len(on_delivery) == 2
    assert None not in on_delivery
    on_delivery[0](PURGED, SimpleNamespace(topic=lambda: "out"))
    on_delivery[0](REFUSED_SIZE, SimpleNamespace(topic=lambda: "changelog"))
    on_delivery[1](PURGED, SimpleNamespace(topic=lambda: "out"))
    made.commit(OFFSETS, None)
    cause = made.cause
    assert cause is not None
    assert (cause.error.code(), cause.topic) == (KafkaError.MSG_SIZE_TOO_LARGE, "changelog")
    reports()
    assert made.commit(OFFSETS, None) is Outcome.COMMITTED
    assert reports() == [None]
