"""Exceptions in the words of a user."""

from __future__ import annotations

import pytest
from confluent_kafka import KafkaError, KafkaException

from deploy.cli.failure import failure_of
from deploy.cli.topic_admin import refused
from schemas.errors import CairnError
from stream.runtime.exits import Exit


def test_lists_stay_lists_and_nothing_is_obeyed() -> None:
    """A what with several lines keeps them, set in; control characters are shown."""
    failure = failure_of(CairnError("two:\n  one\x1b\n  two", exit=Exit.USAGE))

    assert failure.text() == "error: two:\n       one\\x1b\n       two\n"


def test_missing_file_is_named() -> None:
    """A file that is not there: which one, and exit 2."""
    failure = failure_of(FileNotFoundError(2, "No such file or directory", "/nowhere"))

    assert (failure.what, failure.where, failure.exit) == (
        "cannot open a file: no such file or directory",
        "/nowhere",
        Exit.USAGE,
    )


def test_kafka_error_names_its_code() -> None:
    """What the client raises is an error of connection or rights, with the doctor as the way on."""
    failure = failure_of(KafkaException(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED)))

    assert failure.exit == Exit.CANNOT_CONNECT
    assert failure.where == "Kafka error TOPIC_AUTHORIZATION_FAILED"
    assert "cairn doctor" in (failure.fix or "")


@pytest.mark.parametrize(
    ("code", "cure"),
    [
        (KafkaError._TRANSPORT, "see that the brokers are up"),
        (KafkaError._TIMED_OUT, "see that the brokers are up"),
        (KafkaError.TOPIC_AUTHORIZATION_FAILED, "kafka-acls"),
        (KafkaError.SASL_AUTHENTICATION_FAILED, "sasl.password"),
        (KafkaError.POLICY_VIOLATION, "a policy of the brokers"),
    ],
)
def test_the_cure_of_a_refused_request_fits_its_cause(code: int, cure: str) -> None:
    """A broker that was away said `check the rights (ACLs)`."""
    for fix in (
        refused("broker:9092", "list the topics", KafkaException(KafkaError(code))).fix,
        failure_of(KafkaException(KafkaError(code))).fix,
    ):
        assert cure in (fix or "")
        assert ("kafka-acls" in (fix or "")) == (cure == "kafka-acls")
