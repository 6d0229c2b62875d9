"""One table says what an error means; codes decide, because `fatal()` says False on `_FATAL`."""

from __future__ import annotations

import pytest
from confluent_kafka import KafkaError, KafkaException

from stream.runtime.exits import Exit
from stream.runtime.verdicts import Verdict, cure_of, error_of, exit_of, fenced, refused, unanswered, verdict

TABLE = {
    Verdict.FENCED: [
        KafkaError._FATAL,
        KafkaError._FENCED,
        KafkaError.FENCED_INSTANCE_ID,
        KafkaError.INVALID_PRODUCER_EPOCH,
        KafkaError.PRODUCER_FENCED,
        KafkaError.TRANSACTION_COORDINATOR_FENCED,
    ],
    Verdict.REFUSED: [
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
        KafkaError.GROUP_AUTHORIZATION_FAILED,
        KafkaError.SASL_AUTHENTICATION_FAILED,
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
        KafkaError._AUTHENTICATION,
    ],
    Verdict.LOST_POSITION: [KafkaError.OFFSET_OUT_OF_RANGE, KafkaError._AUTO_OFFSET_RESET, KafkaError._NO_OFFSET],
    Verdict.ABORT: [
        KafkaError.ILLEGAL_GENERATION,
        KafkaError.UNKNOWN_MEMBER_ID,
        KafkaError.REBALANCE_IN_PROGRESS,
        KafkaError.STALE_MEMBER_EPOCH,
        KafkaError.FENCED_MEMBER_EPOCH,
        KafkaError.TRANSACTION_ABORTABLE,
    ],
    Verdict.RETRY: [
        KafkaError._ALL_BROKERS_DOWN,
        KafkaError._TRANSPORT,
        KafkaError._TIMED_OUT,
        KafkaError._MAX_POLL_EXCEEDED,
        KafkaError.NOT_COORDINATOR,
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.NOT_LEADER_FOR_PARTITION,
        KafkaError.UNKNOWN_TOPIC_OR_PART,
    ],
}


@pytest.mark.parametrize(("judged", "code"), [(judged, code) for judged, codes in TABLE.items() for code in codes])
def test_the_code_decides(judged: Verdict, code: int) -> None:
    """Whatever the flags of the error object say."""
    assert verdict(KafkaError(code)) is judged


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        (KafkaError.PRODUCER_FENCED, Exit.FENCED),
        (KafkaError.TOPIC_AUTHORIZATION_FAILED, Exit.CANNOT_CONNECT),
        (KafkaError._TIMED_OUT, Exit.CANNOT_CONNECT),
        (KafkaError.COORDINATOR_LOAD_IN_PROGRESS, Exit.CANNOT_CONNECT),
    ],
)
def test_what_ends_a_worker_names_the_error_and_lets_its_supervisor_try_again(code: int, exit_code: Exit) -> None:
    """A broker that is away at the start is no fault inside Cairn: nobody should look for a traceback."""
    ended = exit_of(KafkaError(code))
    assert ended.exit == exit_code
    assert KafkaError(code).name() in ended.what


def test_an_error_that_asks_for_an_abort_gets_it() -> None:
    """The client knows more of the transaction's state than the code says."""
    assert verdict(KafkaError(KafkaError._STATE, "", False, False, True)) is Verdict.ABORT


def test_fenced_wins_over_an_abort() -> None:
    """A producer whose place was taken cannot abort."""
    assert verdict(KafkaError(KafkaError._FENCED, "", True, False, True)) is Verdict.FENCED


def test_exits_say_what_and_how_to_go_on() -> None:
    """Two codes: one that a restart mends, one that a person must mend."""
    assert fenced(KafkaError(KafkaError._FENCED, "x")).exit == Exit.FENCED
    denied = refused(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED, "x"))
    assert denied.exit == Exit.CANNOT_CONNECT
    assert "TOPIC_AUTHORIZATION_FAILED" in denied.what
    assert "Read on what it reads" in (denied.fix or "")


def test_the_topic_of_an_error_is_named_once() -> None:
    """The client names it in some errors only."""
    code = KafkaError.MSG_SIZE_TOO_LARGE

    assert exit_of(KafkaError(code, "too large"), "receipts").where == "receipts: too large"
    assert exit_of(KafkaError(code, "receipts [3] too large"), "receipts").where == "receipts [3] too large"


@pytest.mark.parametrize(
    ("code", "exit_code", "said"),
    [
        (KafkaError._TIMED_OUT, Exit.CANNOT_CONNECT, "transaction coordinator does not answer"),
        (KafkaError.COORDINATOR_NOT_AVAILABLE, Exit.CANNOT_CONNECT, "transaction coordinator does not answer"),
        (KafkaError.INVALID_TRANSACTION_TIMEOUT, Exit.USAGE, "transaction_timeout"),
        (KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, Exit.CANNOT_CONNECT, "may not use the transactional id"),
    ],
)
def test_a_coordinator_that_says_no_has_answered(code: int, exit_code: Exit, said: str) -> None:
    """A transaction timeout beyond the brokers' was told as a coordinator that does not answer, for ever."""
    told = unanswered(KafkaError(code))

    assert told.exit == exit_code
    assert said in told.what


def test_a_command_is_not_told_of_a_supervisor() -> None:
    """Nobody starts it again."""
    error = KafkaError(KafkaError._ALL_BROKERS_DOWN)

    assert "supervisor" in (exit_of(error).fix or "")
    assert "supervisor" not in cure_of(error)


def test_the_error_inside_an_exception_is_found() -> None:
    """The client raises exceptions that carry the error."""
    error = KafkaError(KafkaError._TIMED_OUT)
    assert error_of(KafkaException(error)) is error
