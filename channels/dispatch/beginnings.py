"""Where partitions of contact-changes are begun: at the first record of a time, without waiting for an answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import Future
from typing import Any, Protocol

from confluent_kafka import IsolationLevel, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from stream.runtime.verdicts import error_of

ANSWER = 2.0
"""Seconds for an answer; one that takes longer is as good as none (`watch.STALE_AFTER`)."""
PAUSE = 0.5
"""Seconds until partitions that the cluster said nothing of are asked for again."""

Asked = Mapping[int, Future[Any]]


class Ask(Protocol):
    """Asks the cluster for offsets, and does not wait for the answers."""

    def __call__(self, partitions: Collection[int], since_ms: int | None = None) -> Asked:
        """Return one future for each; its result has an `offset`: the end, or with `since_ms` that of the first record
        of that time (epoch ms) or later, -1 where there is none.
        """
        ...


def ask_by(admin: AdminClient, topic: str) -> Ask:
    """Ask by an admin client; open transactions lie beyond the end, as for all who read what is committed."""

    def ask(partitions: Collection[int], since_ms: int | None = None) -> Asked:
        spec = OffsetSpec.latest() if since_ms is None else OffsetSpec.for_timestamp(since_ms)
        wanted = {TopicPartition(topic, each): spec for each in partitions}
        committed = IsolationLevel.READ_COMMITTED
        answers = admin.list_offsets(wanted, isolation_level=committed, request_timeout=ANSWER)
        return {at.partition: future for at, future in answers.items()}

    return ask


def answered(asked: Asked) -> bool:
    """Whether every answer is there."""
    return all(each.done() for each in asked.values())


def sort(asked: Asked) -> tuple[dict[int, int], list[KafkaError]]:
    """Return the offsets that were answered, and the errors of the rest."""
    offsets, errors = {}, []
    for partition, future in asked.items():
        try:
            offsets[partition] = future.result().offset
        except KafkaException as raised:
            errors.append(error_of(raised))
    return offsets, errors


class Beginnings:
    """Partitions on their way to be read. The end is asked for first: where no record of that time is, it begins there,
    and what was written between the two questions is read.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._ends: Asked | None = None
        self._known: dict[int, int] = {}
        self._times: Asked | None = None
        self._since_ms = 0
        self._next_at = float("-inf")

    def look(self, wanted: Collection[int], since_ms: int, now: float) -> tuple[dict[int, int], int, list[KafkaError]]:
        """Return the offsets at which partitions are to be begun, the time (epoch ms) that they stand for, and errors.

        Call it again and again with those that are still wanted; `now` is in seconds of the steady clock.
        """
        errors: list[KafkaError] = []
        if self._ends is None and self._times is None and wanted and now >= self._next_at:
            self._next_at = now + PAUSE
            self._since_ms = since_ms
            self._ends = self._ask(sorted(wanted))
        if self._ends is not None and answered(self._ends):
            self._known, errors = sort(self._ends)
            self._ends = None
            self._times = self._ask(sorted(self._known), self._since_ms) if self._known else None
        if self._times is None or not answered(self._times):
            return {}, self._since_ms, errors
        found, more = sort(self._times)
        self._times = None
        begin = {each: at if at >= 0 else self._known[each] for each, at in found.items() if each in wanted}
        return begin, self._since_ms, errors + more
