"""What each error of Kafka means to a role: the verdict, the exit code, what happened and the cure. Data, by code.

The words in `%(…)s` are facts that only the role knows (`facts.py`); they are asked for when an error is told, and not
before. An exit code with `worth_restarting` says that a new process may fare better without anybody's help, or goes on
by itself once somebody has helped at the brokers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from confluent_kafka import KafkaError

from stream.runtime.exits import Exit


class Verdict(StrEnum):
    """A worker's answer to an error while it runs."""

    RETRY = "retry"
    """It passes by itself, or the call may be repeated."""
    ABORT = "abort"
    LOST_POSITION = "lost_position"
    FENCED = "fenced"
    """This client can do no more; a new process can."""
    REFUSED = "refused"
    """The same answer would come again: the worker ends."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One row: `exit` is the code of a role that ends because of it, in spite of retries if the verdict allows them."""

    verdict: Verdict
    exit: Exit
    what: str
    fix: str


_TAKEN_OVER = Cause(
    Verdict.FENCED,
    Exit.FENCED,
    "another worker has taken over",
    "nothing is lost; the supervisor starts this worker again. If it repeats, two processes use one slot name",
)
_CLIENT_ENDED = Cause(
    Verdict.FENCED,
    Exit.FENCED,
    "the Kafka client can do no more",
    "nothing is lost; the supervisor starts this worker again. If it repeats, see the log of the brokers",
)
_MOVED_ON = Cause(
    Verdict.ABORT,
    Exit.FENCED,
    "the group moved on: another worker has the partition, or will have",
    "nothing is lost; the supervisor starts this worker again",
)
_TOPIC_DENIED = Cause(
    Verdict.REFUSED,
    Exit.CANNOT_CONNECT,
    "this principal has not every right on its topics: %(topics)s",
    "give it (kafka-acls --add) Read on what it reads and Write on what it writes, Describe on both",
)
_GROUP_DENIED = Cause(
    Verdict.REFUSED,
    Exit.CANNOT_CONNECT,
    "this principal may not use the consumer group %(group.id)s",
    "give it Read on the group %(group.id)s (kafka-acls --add --operation Read --group …)",
)
_TRANSACTION_DENIED = Cause(
    Verdict.REFUSED,
    Exit.CANNOT_CONNECT,
    "this principal may not use the transactional id %(transactional.id)s",
    "give it Write and Describe on transactional ids that begin with %(group.id)s (kafka-acls --resource-pattern-type "
    "prefixed)",
)
_CLUSTER_DENIED = Cause(
    Verdict.REFUSED,
    Exit.CANNOT_CONNECT,
    "this principal may not do on the cluster what it was asked",
    "brokers before 2.8 want IdempotentWrite on the cluster, questions about brokers want DescribeConfigs",
)
_LOGIN_REFUSED = Cause(
    Verdict.REFUSED,
    Exit.CANNOT_CONNECT,
    "the brokers do not accept our login",
    "check sasl.username and sasl.password in [kafka] of cairn.toml or CAIRN_KAFKA_SASL_…",
)
_NO_MECHANISM = Cause(
    Verdict.REFUSED,
    Exit.USAGE,
    "the brokers do not offer our way to log in",
    "set sasl.mechanism and security.protocol in [kafka] to what their listener offers",
)
_TLS = Cause(
    Verdict.RETRY,
    Exit.CANNOT_CONNECT,
    "no TLS connection to a broker comes about",
    "check security.protocol, ssl.ca.location and the certificates of [kafka]",
)
_TOO_OLD = Cause(
    Verdict.REFUSED,
    Exit.DRIFT,
    "the brokers cannot do what is asked of them",
    "use Kafka 3.0 or later; group_protocol = consumer wants 4.0, so set %(section)s.group_protocol to classic before",
)
_OTHER_PROTOCOL = Cause(
    Verdict.REFUSED,
    Exit.CANNOT_CONNECT,
    "the consumer group %(group.id)s has members that share partitions in another way",
    "see with kafka-consumer-groups who they are: stop what is not ours, and give all workers one group_protocol",
)
_GROUP_FULL = Cause(
    Verdict.REFUSED,
    Exit.CANNOT_CONNECT,
    "the consumer group %(group.id)s has as many members as the brokers allow",
    "run fewer workers, or raise group.max.size of the brokers",
)
_GROUP_NAME = Cause(
    Verdict.REFUSED,
    Exit.USAGE,
    "the brokers do not take the name of the consumer group: %(group.id)s",
    "set %(section)s.app_id and topics.prefix to letters, digits, dots, dashes and underscores",
)
_SESSION_TIMEOUT = Cause(
    Verdict.REFUSED,
    Exit.USAGE,
    "%(section)s.session_timeout is %(session.timeout.ms)s ms, and the brokers allow %(group.session.timeouts)s",
    "set %(section)s.session_timeout between their group.min.session.timeout.ms and group.max.session.timeout.ms",
)
_TRANSACTION_TIMEOUT = Cause(
    Verdict.REFUSED,
    Exit.USAGE,
    "%(section)s.transaction_timeout is %(transaction.timeout.ms)s ms, and the brokers allow at most "
    "%(transaction.max.timeout.ms)s ms (their transaction.max.timeout.ms)",
    "set %(section)s.transaction_timeout to no more than that, or raise transaction.max.timeout.ms of every broker to "
    "%(transaction.timeout.ms)s or more",
)
_METADATA_TOO_LARGE = Cause(
    Verdict.REFUSED,
    Exit.DRIFT,
    "the brokers refuse the finished offsets that are committed beside the position",
    "set offset.metadata.max.bytes of the brokers to 4096, their default, or more",
)
_TOO_LARGE = Cause(
    Verdict.RETRY,
    Exit.DRIFT,
    "a record or a batch is larger than its topic takes: %(topics)s",
    "raise max.message.bytes of the topic to what it should be: `cairn topics plan` shows it, `cairn topics apply` "
    "sets it",
)
_SEGMENT_TOO_SMALL = Cause(
    Verdict.RETRY,
    Exit.DRIFT,
    "a batch is larger than a segment of its topic: %(topics)s",
    "raise segment.bytes of the topic to what it should be: `cairn topics plan` shows it, `cairn topics apply` sets it",
)
_RECORD_REFUSED = Cause(
    Verdict.RETRY,
    Exit.DRIFT,
    "a topic does not take our records as they are: %(topics)s",
    "compare the settings of the topic with `cairn topics plan` (with cleanup.policy=compact it takes no record "
    "without a key), and look for a policy of the brokers that forbids it",
)
_NO_TOPIC = Cause(
    Verdict.RETRY,
    Exit.DRIFT,
    "a topic or a partition is not there: %(topics)s",
    "`cairn topics verify` says which. One that was deleted took its records along: see what it held before "
    "`cairn topics apply` makes it anew",
)
_REPLICAS = Cause(
    Verdict.RETRY,
    Exit.CANNOT_CONNECT,
    "a partition has fewer replicas in sync than min.insync.replicas asks for: %(topics)s",
    "bring the missing brokers back",
)
_BROKER_DISK = Cause(
    Verdict.RETRY,
    Exit.CANNOT_CONNECT,
    "a broker cannot write to its disk",
    "look for a full or broken disk at the brokers",
)
_LOST = Cause(
    Verdict.LOST_POSITION,
    Exit.DRIFT,
    "the topic no longer holds the position of this worker: %(topics)s",
    "records were deleted before they were read; if that is acceptable, start once with --accept-gap",
)
_UNACKNOWLEDGED = Cause(
    Verdict.RETRY,
    Exit.CANNOT_CONNECT,
    "records were not acknowledged in time: %(topics)s",
    "see that the brokers are up and that every topic is there (`cairn topics verify`)",
)
"""Also what becomes of records to a topic that was deleted; the client names whichever topic it looked at first."""
_AWAY = Cause(
    Verdict.RETRY,
    Exit.CANNOT_CONNECT,
    "no broker answers",
    "see that the brokers are up and can be reached from here",
)
_UNNAMED = Cause(
    Verdict.RETRY,
    Exit.CANNOT_CONNECT,
    "a request to Kafka failed",
    "see the log of the brokers",
)
UNANSWERED = Cause(
    Verdict.RETRY,
    Exit.CANNOT_CONNECT,
    "the transaction coordinator does not answer",
    "see that the brokers are up and that __transaction_state has enough replicas",
)
"""In place of `no broker answers` where it was the coordinator that was asked."""

_CODES: Mapping[Cause, Iterable[int]] = {
    _TAKEN_OVER: (
        KafkaError._FENCED,  # noqa: SLF001 - the client's own public codes begin with an underscore
        KafkaError.FENCED_INSTANCE_ID,
        KafkaError.INVALID_PRODUCER_EPOCH,
        KafkaError.PRODUCER_FENCED,
        KafkaError.TRANSACTION_COORDINATOR_FENCED,
    ),
    # `KafkaError.fatal()` says False on `_FATAL` (reproduced), so codes decide.
    _CLIENT_ENDED: (KafkaError._FATAL,),  # noqa: SLF001
    _MOVED_ON: (
        KafkaError.ILLEGAL_GENERATION,
        KafkaError.UNKNOWN_MEMBER_ID,
        KafkaError.REBALANCE_IN_PROGRESS,
        KafkaError.STALE_MEMBER_EPOCH,
        KafkaError.FENCED_MEMBER_EPOCH,
        KafkaError.TRANSACTION_ABORTABLE,
    ),
    _TOPIC_DENIED: (KafkaError.TOPIC_AUTHORIZATION_FAILED,),
    _GROUP_DENIED: (KafkaError.GROUP_AUTHORIZATION_FAILED,),
    _TRANSACTION_DENIED: (KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,),
    _CLUSTER_DENIED: (KafkaError.CLUSTER_AUTHORIZATION_FAILED,),
    _LOGIN_REFUSED: (KafkaError.SASL_AUTHENTICATION_FAILED, KafkaError._AUTHENTICATION),  # noqa: SLF001
    _NO_MECHANISM: (KafkaError.UNSUPPORTED_SASL_MECHANISM, KafkaError.ILLEGAL_SASL_STATE),
    _TLS: (KafkaError._SSL,),  # noqa: SLF001
    _TOO_OLD: (
        KafkaError.UNSUPPORTED_VERSION,
        KafkaError._UNSUPPORTED_FEATURE,  # noqa: SLF001
        KafkaError.UNSUPPORTED_ASSIGNOR,
    ),
    _OTHER_PROTOCOL: (KafkaError.INCONSISTENT_GROUP_PROTOCOL,),
    _GROUP_FULL: (KafkaError.GROUP_MAX_SIZE_REACHED,),
    _GROUP_NAME: (KafkaError.INVALID_GROUP_ID,),
    _SESSION_TIMEOUT: (KafkaError.INVALID_SESSION_TIMEOUT,),
    _TRANSACTION_TIMEOUT: (KafkaError.INVALID_TRANSACTION_TIMEOUT,),
    _METADATA_TOO_LARGE: (KafkaError.OFFSET_METADATA_TOO_LARGE,),
    _TOO_LARGE: (KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.INVALID_MSG_SIZE),
    _SEGMENT_TOO_SMALL: (KafkaError.RECORD_LIST_TOO_LARGE,),
    _RECORD_REFUSED: (
        KafkaError.INVALID_MSG,
        KafkaError.INVALID_RECORD,
        KafkaError.INVALID_TIMESTAMP,
        KafkaError.POLICY_VIOLATION,
        KafkaError.UNSUPPORTED_COMPRESSION_TYPE,
        KafkaError.UNSUPPORTED_FOR_MESSAGE_FORMAT,
        KafkaError._INVALID_DIFFERENT_RECORD,  # noqa: SLF001
    ),
    _NO_TOPIC: (
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError.UNKNOWN_TOPIC_ID,
        KafkaError.INCONSISTENT_TOPIC_ID,
        KafkaError.TOPIC_EXCEPTION,
        KafkaError._UNKNOWN_TOPIC,  # noqa: SLF001
        KafkaError._UNKNOWN_PARTITION,  # noqa: SLF001
    ),
    _REPLICAS: (
        KafkaError.NOT_ENOUGH_REPLICAS,
        KafkaError.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
        KafkaError._ISR_INSUFF,  # noqa: SLF001
    ),
    _BROKER_DISK: (KafkaError.KAFKA_STORAGE_ERROR, KafkaError.LOG_DIR_NOT_FOUND),
    _LOST: (
        KafkaError.OFFSET_OUT_OF_RANGE,
        KafkaError._AUTO_OFFSET_RESET,  # noqa: SLF001
        KafkaError._NO_OFFSET,  # noqa: SLF001
        KafkaError._LOG_TRUNCATION,  # noqa: SLF001
    ),
    _UNACKNOWLEDGED: (KafkaError._MSG_TIMED_OUT,),  # noqa: SLF001
    _AWAY: (
        KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001
        KafkaError._TRANSPORT,  # noqa: SLF001
        KafkaError._RESOLVE,  # noqa: SLF001
        KafkaError._TIMED_OUT,  # noqa: SLF001
        KafkaError._TIMED_OUT_QUEUE,  # noqa: SLF001
        KafkaError._WAIT_COORD,  # noqa: SLF001
        KafkaError.REQUEST_TIMED_OUT,
        KafkaError.NETWORK_EXCEPTION,
        KafkaError.BROKER_NOT_AVAILABLE,
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.NOT_LEADER_FOR_PARTITION,
        KafkaError.NOT_CONTROLLER,
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.NOT_COORDINATOR,
    ),
}
CAUSES: Mapping[int, Cause] = {code: cause for cause, codes in _CODES.items() for code in codes}
"""Every error that is known, by its code."""


def cause_of(code: int) -> Cause:
    """The row of a code; what is not named is retried, and a role that it ends is started again."""
    return CAUSES.get(code, _UNNAMED)
