"""How far this machine's clock is from the brokers', by a record that one of them writes while we look.

Whoever opens a transaction has its coordinator note that in `__transaction_state`, stamped by the broker's own clock.
The stamp of the newest record there lies between our own time before and after, if both clocks agree. It is the clock
of one broker: other machines, as the planner's and the dispatchers', are compared by running `cairn doctor` on them.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from deploy.cli.doctor.check import Check, Mark

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from stream.runtime.settings import Settings

_NAME = "clock"
_LOG = "__transaction_state"
_PATIENCE = 15.0
"""Seconds, as for opening a transaction."""
_ANSWER = 10.0
_TOLD, _TOO_MUCH = 5.0, 60.0
"""Seconds: from the first on it is worth knowing, from the second on leases and moments are judged wrongly."""
_CURE = "set the clocks of all machines by NTP (`timedatectl`, `chronyc tracking`)"


def clock(clients: Clients, settings: Settings) -> Check:
    """Compare this machine's clock with that of the broker that coordinates our transactions.

    Writes no more than `brokers.transactions` does.
    """
    from confluent_kafka import KafkaException, TopicPartition
    from confluent_kafka.admin import OffsetSpec

    name = settings.prefixed(f"{settings.tracker.app_id}-doctor")
    admin = clients.admin()
    before = _now_ms()
    try:
        clients.producer(transactional_id=name).init_transactions(_PATIENCE)
        log = admin.list_topics(_LOG, timeout=_ANSWER).topics[_LOG]
        if not log.partitions:
            raise KafkaException(log.error)
        at = TopicPartition(_LOG, partition_of_id(name, len(log.partitions)))
        asked = admin.list_offsets({at: OffsetSpec.max_timestamp()}, request_timeout=_ANSWER)
        stamp = int(asked[at].result().timestamp)
    except KafkaException as error:
        return Check(
            _NAME,
            Mark.SKIP,
            f"cannot be compared with the brokers': {error.args[0]}",
            f"give this user Describe on {_LOG}, or look at NTP on each machine",
        )
    if stamp < 0:
        return Check(_NAME, Mark.SKIP, f"cannot be compared with the brokers': nothing lies in {_LOG}")
    return judged(before, _now_ms(), stamp)


def judged(before_ms: int, after_ms: int, stamp_ms: int) -> Check:
    """Judge a stamp that a broker made between two moments of ours (epoch ms)."""
    apart = max(before_ms - stamp_ms, stamp_ms - after_ms, 0) / 1000
    if apart <= _TOLD:
        return Check(_NAME, Mark.OK, f"within {apart + (after_ms - before_ms) / 1000:.1f} s of the brokers'")
    side = "ahead of" if stamp_ms < before_ms else "behind"
    mark = Mark.FAIL if apart >= _TOO_MUCH else Mark.WARN
    return Check(_NAME, mark, f"{apart:,.0f} s {side} the brokers'", _CURE)


def partition_of_id(transactional_id: str, partitions: int) -> int:
    """Return the partition of the transaction log that holds an id: Java's `String.hashCode`, as the brokers use it."""
    number = 0
    for unit in transactional_id.encode("utf-16-be").hex(" ", 2).split():
        number = (31 * number + int(unit, 16)) & 0xFFFFFFFF
    signed = number - (1 << 32) if number >> 31 else number
    return (0 if signed == -(1 << 31) else abs(signed)) % partitions


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
