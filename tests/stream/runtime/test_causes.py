"""One table says what each error of Kafka means to a role: verdict, exit code, cause, cure."""

from __future__ import annotations

import re

import pytest
from confluent_kafka import KafkaError

from stream.runtime.causes import CAUSES, Cause, Verdict, cause_of
from stream.runtime.exits import Exit
from stream.runtime.facts import UNKNOWN

ROWS: list[tuple[int, Verdict, Exit, str, str]] = [
    # code, verdict, exit, what happened, how to mend it
    (KafkaError.INVALID_TRANSACTION_TIMEOUT, Verdict.REFUSED, Exit.USAGE, "at most", "transaction.max.timeout.ms"),
    (KafkaError.INVALID_SESSION_TIMEOUT, Verdict.REFUSED, Exit.USAGE, "session_timeout", "session_timeout"),
    (KafkaError.INVALID_GROUP_ID, Verdict.REFUSED, Exit.USAGE, "consumer group", "app_id"),
    (KafkaError.UNSUPPORTED_SASL_MECHANISM, Verdict.REFUSED, Exit.USAGE, "log in", "sasl.mechanism"),
    (KafkaError.TOPIC_AUTHORIZATION_FAILED, Verdict.REFUSED, Exit.CANNOT_CONNECT, "right", "Write on what it writes"),
    (
        KafkaError.GROUP_AUTHORIZATION_FAILED,
        Verdict.REFUSED,
        Exit.CANNOT_CONNECT,
        "consumer group",
        "Read on the group",
    ),
    (
        KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
        Verdict.REFUSED,
        Exit.CANNOT_CONNECT,
        "transactional id",
        "Write and Describe on transactional ids",
    ),
    (KafkaError.CLUSTER_AUTHORIZATION_FAILED, Verdict.REFUSED, Exit.CANNOT_CONNECT, "cluster", "IdempotentWrite"),
    (KafkaError.SASL_AUTHENTICATION_FAILED, Verdict.REFUSED, Exit.CANNOT_CONNECT, "login", "sasl.password"),
    (KafkaError._AUTHENTICATION, Verdict.REFUSED, Exit.CANNOT_CONNECT, "login", "sasl.password"),
    (KafkaError._SSL, Verdict.RETRY, Exit.CANNOT_CONNECT, "TLS", "ssl.ca.location"),
    (KafkaError.UNSUPPORTED_VERSION, Verdict.REFUSED, Exit.DRIFT, "cannot do", "Kafka 3.0"),
    (KafkaError.INCONSISTENT_GROUP_PROTOCOL, Verdict.REFUSED, Exit.CANNOT_CONNECT, "members", "group_protocol"),
    (KafkaError.GROUP_MAX_SIZE_REACHED, Verdict.REFUSED, Exit.CANNOT_CONNECT, "members", "group.max.size"),
    (KafkaError.OFFSET_METADATA_TOO_LARGE, Verdict.REFUSED, Exit.DRIFT, "offsets", "offset.metadata.max.bytes"),
    (KafkaError.MSG_SIZE_TOO_LARGE, Verdict.RETRY, Exit.DRIFT, "larger than its topic", "max.message.bytes"),
    (KafkaError.RECORD_LIST_TOO_LARGE, Verdict.RETRY, Exit.DRIFT, "segment", "segment.bytes"),
    (KafkaError.POLICY_VIOLATION, Verdict.RETRY, Exit.DRIFT, "does not take our records", "topics plan"),
    (KafkaError.INVALID_RECORD, Verdict.RETRY, Exit.DRIFT, "does not take our records", "topics plan"),
    (KafkaError.UNKNOWN_TOPIC_OR_PART, Verdict.RETRY, Exit.DRIFT, "not there", "topics verify"),
    (KafkaError._UNKNOWN_TOPIC, Verdict.RETRY, Exit.DRIFT, "not there", "topics verify"),
    (KafkaError.NOT_ENOUGH_REPLICAS, Verdict.RETRY, Exit.CANNOT_CONNECT, "min.insync.replicas", "missing brokers"),
    (KafkaError.KAFKA_STORAGE_ERROR, Verdict.RETRY, Exit.CANNOT_CONNECT, "disk", "full or broken disk"),
    (KafkaError._MSG_TIMED_OUT, Verdict.RETRY, Exit.CANNOT_CONNECT, "not acknowledged", "topics verify"),
    (KafkaError._ALL_BROKERS_DOWN, Verdict.RETRY, Exit.CANNOT_CONNECT, "no broker answers", "brokers are up"),
    (KafkaError._TIMED_OUT, Verdict.RETRY, Exit.CANNOT_CONNECT, "no broker answers", "brokers are up"),
    (
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        Verdict.RETRY,
        Exit.CANNOT_CONNECT,
        "no broker answers",
        "brokers are up",
    ),
    (KafkaError.OFFSET_OUT_OF_RANGE, Verdict.LOST_POSITION, Exit.DRIFT, "no longer holds", "--accept-gap"),
    (KafkaError._LOG_TRUNCATION, Verdict.LOST_POSITION, Exit.DRIFT, "no longer holds", "--accept-gap"),
    (KafkaError.PRODUCER_FENCED, Verdict.FENCED, Exit.FENCED, "another worker", "slot name"),
    (KafkaError._FATAL, Verdict.FENCED, Exit.FENCED, "client can do no more", "log of the brokers"),
    (KafkaError.ILLEGAL_GENERATION, Verdict.ABORT, Exit.FENCED, "group moved on", "nothing is lost"),
    (KafkaError.UNKNOWN, Verdict.RETRY, Exit.CANNOT_CONNECT, "request to Kafka failed", "log of the brokers"),
]


@pytest.mark.parametrize(
    ("code", "verdict", "code_of_exit", "what", "cure"), ROWS, ids=[KafkaError(row[0]).name() for row in ROWS]
)
def test_every_error_has_its_verdict_its_exit_its_cause_and_its_cure(
    code: int, verdict: Verdict, code_of_exit: Exit, what: str, cure: str
) -> None:
    """And what is started again is what may go on without a person at this machine."""
    cause = cause_of(code)

    assert (cause.verdict, cause.exit) == (verdict, code_of_exit)
    assert what in cause.what
    assert cure in cause.fix


def test_every_kind_of_cause_stands_in_this_table() -> None:
    """A new row is judged here too."""
    assert {cause_of(row[0]) for row in ROWS} >= set(CAUSES.values())


@pytest.mark.parametrize("cause", set(CAUSES.values()), ids=lambda cause: cause.what[:40])
def test_what_a_cause_names_is_a_fact_that_there_is(cause: Cause) -> None:
    """Else telling the error would raise another."""
    assert set(re.findall(r"%\((.*?)\)s", cause.what + cause.fix)) <= set(UNKNOWN)


@pytest.mark.parametrize("cause", set(CAUSES.values()), ids=lambda cause: cause.what[:40])
def test_only_rights_are_cured_by_rights(cause: Cause) -> None:
    """A broker that was away said `check the rights (ACLs)`."""
    speaks_of_rights = "kafka-acls" in cause.fix or "IdempotentWrite" in cause.fix
    codes = {KafkaError(code).name() for code, each in CAUSES.items() if each is cause}

    assert speaks_of_rights == any(name.endswith("AUTHORIZATION_FAILED") for name in codes)


def test_a_lost_position_is_a_verdict_for_every_way_to_lose_one() -> None:
    """After an unclean election the client tells of a truncation; as an event that passes the partition stood still."""
    assert {KafkaError(code).name() for code, cause in CAUSES.items() if cause.verdict is Verdict.LOST_POSITION} == {
        "OFFSET_OUT_OF_RANGE",
        "_AUTO_OFFSET_RESET",
        "_NO_OFFSET",
        "_LOG_TRUNCATION",
    }
