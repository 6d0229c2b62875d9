"""What a Kafka error means to a worker: the table of `causes.py`, applied. Nothing else looks at codes."""

from __future__ import annotations

from confluent_kafka import KafkaError, KafkaException

from schemas.errors import CairnError
from stream.runtime.causes import UNANSWERED, Cause, Verdict, cause_of
from stream.runtime.exits import Exit
from stream.runtime.facts import NOTHING_KNOWN, ErrorFacts

__all__ = [
    "KafkaEndedError",
    "Verdict",
    "cure_of",
    "error_of",
    "exit_of",
    "fenced",
    "may_pass",
    "refused",
    "tells_of_outage",
    "unanswered",
    "verdict",
]

_DOWN = {
    KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001 - the client's own public codes begin with an underscore
    KafkaError._TRANSPORT,  # noqa: SLF001
    KafkaError._RESOLVE,  # noqa: SLF001
}


class KafkaEndedError(CairnError):
    """A role ends because of an error of Kafka. Who knows more of the role tells it again, by `told`."""

    def __init__(
        self, error: KafkaError, cause: Cause, topic: str | None = None, facts: ErrorFacts = NOTHING_KNOWN
    ) -> None:
        """Take the error, its row, and the topic that it is about where the error itself does not say it."""
        text = error.str()
        if topic:
            facts = facts.naming(topics=topic)
        super().__init__(
            f"{cause.what % facts} ({error.name()})",
            where=f"{topic}: {text}" if topic and topic not in text else text,
            fix=cause.fix % facts + (_TRIED_AGAIN if cause.exit is Exit.CANNOT_CONNECT else ""),
            exit=cause.exit,
        )
        self.error = error
        self._cause, self._topic = cause, topic

    def told(self, facts: ErrorFacts) -> KafkaEndedError:
        """The same with what the role knows, as names of topics and groups; it may ask the cluster."""
        return KafkaEndedError(self.error, self._cause, self._topic, facts)


_TRIED_AGAIN = "; the supervisor starts this worker again, and it goes on by itself once that is done"


def tells_of_outage(error: KafkaError) -> bool:
    """Whether it says that brokers cannot be reached: health then waits for them."""
    return error.code() in _DOWN


def verdict(error: KafkaError) -> Verdict:
    """Judge an error of a client, a consumer event or a transaction call; what is not named is retried."""
    judged = cause_of(error.code()).verdict
    return Verdict.ABORT if judged is Verdict.RETRY and error.txn_requires_abort() else judged


def error_of(raised: KafkaException) -> KafkaError:
    """The error inside an exception of the client."""
    error: KafkaError = raised.args[0]
    return error


def exit_of(error: KafkaError, topic: str | None = None) -> KafkaEndedError:
    """The exit of a role that an error ends, by the table; `topic` is what it is about, if that is known."""
    return KafkaEndedError(error, cause_of(error.code()), topic)


def cure_of(error: KafkaError, facts: ErrorFacts = NOTHING_KNOWN) -> str:
    """What to do about an error, for a command that nobody starts again."""
    return cause_of(error.code()).fix % facts


def may_pass(error: KafkaError) -> bool:
    """Whether the same may succeed later without anybody's help, or without a restart of this process."""
    return cause_of(error.code()).exit.worth_restarting


def fenced(error: KafkaError) -> CairnError:
    """The exit of a worker whose place was taken."""
    return exit_of(error)


def refused(error: KafkaError) -> CairnError:
    """The exit of a worker that may not do its work."""
    return exit_of(error)


def unanswered(error: KafkaError) -> CairnError:
    """The exit of a worker that gets no producer."""
    cause = cause_of(error.code())
    silent = cause.verdict is Verdict.RETRY and cause.exit is Exit.CANNOT_CONNECT
    return KafkaEndedError(error, UNANSWERED if silent else cause)
