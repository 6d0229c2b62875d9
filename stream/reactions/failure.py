"""Why an app ends, as an error of ours with its exit code."""

from __future__ import annotations

from typing import Any

import structlog
from aiokafka import errors
from confluent_kafka import KafkaError

from schemas.errors import CairnError
from stream.runtime.exits import Exit
from stream.runtime.verdicts import exit_of

log = structlog.get_logger(__name__)

_OWN = {
    errors.AuthenticationFailedError: KafkaError._AUTHENTICATION,  # noqa: SLF001 - the codes of the other client
    errors.KafkaConnectionError: KafkaError._TRANSPORT,  # noqa: SLF001
    errors.KafkaTimeoutError: KafkaError._TIMED_OUT,  # noqa: SLF001
    errors.NodeNotReadyError: KafkaError._TRANSPORT,  # noqa: SLF001
    errors.StaleMetadata: KafkaError._TRANSPORT,  # noqa: SLF001
    errors.IncompatibleBrokerVersion: KafkaError._UNSUPPORTED_FEATURE,  # noqa: SLF001
}
"""What aiokafka finds by itself has no number of the protocol."""


def failure_of(error: BaseException) -> CairnError:
    """Return the error to end with. What nobody expected is logged with its traceback."""
    if isinstance(error, CairnError):
        return error
    if isinstance(error, errors.UnsupportedCodecError):
        return CairnError(
            "records are packed in a way that cannot be unpacked here",
            str(error),
            'pip install "cairn-milestones[reactions]", which brings cramjam',
            exit=Exit.USAGE,
        )
    if isinstance(error, errors.OffsetOutOfRangeError):
        return CairnError(
            "records were deleted before they were read, while the worker ran",
            ", ".join(f"topic {at.topic}, partition {at.partition}, offset {offset}" for at, offset in _out_of(error)),
            "the supervisor starts this worker again, which says how many, and stops or goes on (reactions.accept_gap)",
            exit=Exit.STUCK,
        )
    if isinstance(error, errors.KafkaError):
        return exit_of(KafkaError(_code(error), _said(error)))
    log.error("reactions_failed", error=type(error).__name__, exc_info=error)
    return CairnError(
        f"a fault inside Cairn or Faust, or in a task or timer of the app: {type(error).__name__}",
        fix="the worker's log has the traceback",
    )


def _code(error: errors.KafkaError) -> int:
    """Its code as every client numbers it."""
    own = (code for kind, code in _OWN.items() if isinstance(error, kind))
    number = getattr(error, "errno", None)
    return next(own, KafkaError.UNKNOWN if number is None else number)


def _said(error: errors.KafkaError) -> str:
    """Its words: aiokafka names the topic, the group or what the broker added."""
    said = ", ".join(map(str, error.args))
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _out_of(error: BaseException) -> list[tuple[Any, int]]:
    """Where the client was, as aiokafka says it."""
    said = error.args[0] if error.args else None
    return list(said.items()) if isinstance(said, dict) else []
