"""Why a transaction was not committed."""

from __future__ import annotations

from typing import NamedTuple

from confluent_kafka import KafkaError


class AbortCause(NamedTuple):
    """The client's error, and the topic whose record was refused, where it was one."""

    error: KafkaError
    topic: str | None = None

    def __str__(self) -> str:
        said = f"{self.error.name()}: {self.error.str()}"
        return said if self.topic is None or self.topic in said else f"{self.topic}: {said}"

    @property
    def tells(self) -> bool:
        """Whether it is a cause, not its echo: the client says of a broken transaction that its state is wrong, and of
        records that were with the refused one that they were purged.
        """
        return self.error.code() not in (
            KafkaError._STATE,  # noqa: SLF001 - public codes
            KafkaError._PURGE_QUEUE,  # noqa: SLF001
            KafkaError._PURGE_INFLIGHT,  # noqa: SLF001
        )


def too_large(cause: AbortCause | None) -> bool:
    """Whether a topic takes no batches of this size: a new producer asks what it takes."""
    return cause is not None and cause.error.code() == KafkaError.MSG_SIZE_TOO_LARGE
