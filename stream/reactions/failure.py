"""Why an app ends, as an error of ours with its exit code."""

from __future__ import annotations

from typing import Any

import structlog
from aiokafka import errors

from schemas.errors import CairnError
from stream.runtime.exits import Exit

log = structlog.get_logger(__name__)

_REFUSED = (
    errors.TopicAuthorizationFailedError,
    errors.GroupAuthorizationFailedError,
    errors.ClusterAuthorizationFailedError,
    errors.AuthenticationFailedError,
    errors.UnsupportedSaslMechanismError,
    errors.SaslAuthenticationFailed,
)
_DOWN = (errors.KafkaConnectionError, errors.KafkaTimeoutError, errors.NodeNotReadyError, errors.StaleMetadata)


def failure_of(error: BaseException) -> CairnError:
    """Return the error to end with. What nobody expected is logged with its traceback."""
    if isinstance(error, CairnError):
        return error
    if isinstance(error, _REFUSED):
        return CairnError(
            f"Kafka refuses: {type(error).__name__}",
            "the connection of reactions",
            "give this principal Read on the topics, on `reactions` and on its group, Write on `reactions-dlq`; check "
            "sasl.* in [kafka]",
            exit=Exit.CANNOT_CONNECT,
        )
    if isinstance(error, errors.UnsupportedCodecError):
        return CairnError(
            "records are packed in a way that cannot be unpacked here",
            str(error),
            'pip install "cairn-milestones[reactions]", which brings cramjam',
            exit=Exit.USAGE,
        )
    if isinstance(error, _DOWN):
        return CairnError(
            f"the brokers do not answer: {type(error).__name__}",
            "kafka.bootstrap_servers",
            "see that they are up; the supervisor starts this worker again",
            exit=Exit.CANNOT_CONNECT,
        )
    if isinstance(error, errors.OffsetOutOfRangeError):
        return CairnError(
            "records were deleted before they were read, while the worker ran",
            ", ".join(f"topic {at.topic}, partition {at.partition}, offset {offset}" for at, offset in _out_of(error)),
            "the supervisor starts this worker again, which says how many, and stops or goes on (reactions.accept_gap)",
            exit=Exit.STUCK,
        )
    if isinstance(error, errors.KafkaError):
        return CairnError(
            f"a request to Kafka failed: {type(error).__name__}",
            str(error),
            "the supervisor starts this worker again, which begins at the committed offsets",
            exit=Exit.CANNOT_CONNECT,
        )
    log.error("reactions_failed", error=type(error).__name__, exc_info=error)
    return CairnError(
        f"a fault inside Cairn or Faust, or in a task or timer of the app: {type(error).__name__}",
        fix="the worker's log has the traceback",
    )


def _out_of(error: BaseException) -> list[tuple[Any, int]]:
    """Where the client was, as aiokafka says it."""
    said = error.args[0] if error.args else None
    return list(said.items()) if isinstance(said, dict) else []
