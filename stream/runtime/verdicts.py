"""What a Kafka error means to a worker, by its code. One table; nothing else looks at codes.

`KafkaError.fatal()` says False on `_FATAL` (reproduced), so codes decide.
"""

from __future__ import annotations

from enum import StrEnum

from confluent_kafka import KafkaError, KafkaException

from schemas.errors import CairnError
from stream.runtime.exits import Exit


class Verdict(StrEnum):
    """The worker's answer to an error."""

    RETRY = "retry"
    ABORT = "abort"
    LOST_POSITION = "lost_position"
    FENCED = "fenced"
    REFUSED = "refused"


_FENCED = {
    KafkaError._FATAL,  # noqa: SLF001 - the client's own public codes begin with an underscore
    KafkaError._FENCED,  # noqa: SLF001
    KafkaError.FENCED_INSTANCE_ID,
    KafkaError.INVALID_PRODUCER_EPOCH,
    KafkaError.PRODUCER_FENCED,
    KafkaError.TRANSACTION_COORDINATOR_FENCED,
}
_REFUSED = {
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.SASL_AUTHENTICATION_FAILED,
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
    KafkaError._AUTHENTICATION,  # noqa: SLF001
}
_LOST_POSITION = {
    KafkaError.OFFSET_OUT_OF_RANGE,
    KafkaError._AUTO_OFFSET_RESET,  # noqa: SLF001
    KafkaError._NO_OFFSET,  # noqa: SLF001
}
_ABORT = {
    # The group moved on between the fold and the commit: another worker has the partition, or will have.
    KafkaError.ILLEGAL_GENERATION,
    KafkaError.UNKNOWN_MEMBER_ID,
    KafkaError.REBALANCE_IN_PROGRESS,
    KafkaError.STALE_MEMBER_EPOCH,
    KafkaError.FENCED_MEMBER_EPOCH,
    KafkaError.TRANSACTION_ABORTABLE,
}
_DOWN = {
    KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001
    KafkaError._TRANSPORT,  # noqa: SLF001
    KafkaError._RESOLVE,  # noqa: SLF001
}


def tells_of_outage(error: KafkaError) -> bool:
    """Whether it says that brokers cannot be reached: health then waits for them."""
    return error.code() in _DOWN


def verdict(error: KafkaError) -> Verdict:
    """Judge an error of a client, a consumer event or a transaction call; what is not named is retried."""
    code = error.code()
    if code in _FENCED:
        return Verdict.FENCED
    if code in _REFUSED:
        return Verdict.REFUSED
    if code in _LOST_POSITION:
        return Verdict.LOST_POSITION
    if code in _ABORT or error.txn_requires_abort():
        return Verdict.ABORT
    return Verdict.RETRY


def error_of(raised: KafkaException) -> KafkaError:
    """The error inside an exception of the client."""
    error: KafkaError = raised.args[0]
    return error


def fenced(error: KafkaError) -> CairnError:
    """The exit of a worker whose place was taken."""
    return CairnError(
        f"another worker has taken over: {error.name()}",
        where=error.str(),
        fix="nothing is lost; the supervisor starts this worker again. If it repeats, two processes use one slot name",
        exit=Exit.FENCED,
    )


def refused(error: KafkaError) -> CairnError:
    """The exit of a worker that may not do its work."""
    return CairnError(
        f"Kafka refuses: {error.name()}",
        where=error.str(),
        fix="give this principal Read on its inputs and group, Write on its outputs, changelog and transactional id",
        exit=Exit.CANNOT_CONNECT,
    )


def exit_of(error: KafkaError) -> CairnError:
    """The exit of a worker that an error of any question ends: what Kafka cannot do now, a restart may mend."""
    judged = verdict(error)
    if judged is Verdict.FENCED:
        return fenced(error)
    if judged is Verdict.REFUSED:
        return refused(error)
    return CairnError(
        f"a request to Kafka failed: {error.name()}",
        where=error.str(),
        fix="see that the brokers are up; the supervisor starts this worker again",
        exit=Exit.CANNOT_CONNECT,
    )


def unanswered(error: KafkaError) -> CairnError:
    """The exit of a worker that gets no producer."""
    return CairnError(
        f"the transaction coordinator does not answer: {error.name()}",
        where=error.str(),
        fix="see that the brokers are up and that __transaction_state has enough replicas",
        exit=Exit.CANNOT_CONNECT,
    )
