"""A worker stalls inside a transaction, another takes its partition over, the first wakes. Rules 1, 3 and 8.

The stall is a real SIGSTOP, longer than the session and shorter than the transaction timeout, so that the broker has
not aborted the transaction. The dedupe window is off, or a repeat would not show.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from stream.engine.transaction import Transactions
from tests.system.crossings import assert_crossed_once, contacts, read_crossings, step
from tests.system.rig import Rig
from tests.system.running_worker import RunningWorker
from tests.system.waiting import until

pytestmark = pytest.mark.system

TIMES: dict[str, Any] = {
    "session_timeout": 2,
    "heartbeat": 0.3,
    "max_poll": 60,
    "transaction_timeout": 45,
    "dedupe_window": 0,
}


@pytest.fixture
def single(kafka: str, prefix: str, tmp_path: Path) -> Rig:
    """One partition: its first transaction is that of the adopted rules, the second that of the first events."""
    return Rig(kafka, prefix, tmp_path, partitions=1)


@pytest.mark.parametrize(
    ("protocol", "records"), [("classic", "at the broker"), ("classic", "queued"), ("consumer", "queued")]
)
def test_a_stalled_owner_that_commits_after_the_hand_over_loses_no_row(
    single: Rig, protocol: str, records: str
) -> None:
    """Its offsets were sent before it stalled, so its commit is good; the new owner waits for it and finds every row.

    Rule 8. Mutation: let `_ask_committed` not wait until the offsets are stable. With its records still queued the new
    owner cannot see them coming, restores none and crosses again; with the records at the broker only the changelog's
    end with open transactions (`Cluster.spans`) is left to hold it back.
    """
    names = contacts(30)
    try:
        stalled = _stall(single, "sent", protocol, names, value=12, queued=records == "queued")
        heir = _take_over(single, protocol)
        until(
            lambda: heir.owned or heir.said.count("restore_waits") >= 3,
            within=20,
            what="the new owner waits, or thinks that it need not",
        )
        stalled.wake()
        heir.wait_owning(1, within=40)
        single.usage.send(step(names, "second", 1))
        single.wait_processed()
        assert_crossed_once(single, names, before=0, value=12, total=13)
        assert "commit_failed" not in stalled.said
    finally:
        single.close()


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_a_stalled_owner_that_sends_its_offsets_after_the_hand_over_is_refused(single: Rig, protocol: str) -> None:
    """It folded and produced, but its generation is over: the broker refuses its offsets, nothing of it is ever
    visible. Rule 1.
    """
    names = contacts(30)
    try:
        stalled = _outlive(single, protocol, names, unfenced=False)
        assert_crossed_once(single, names, before=0, value=12)
        assert "transaction_not_sent" in stalled.said
    finally:
        single.close()


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_without_offsets_the_same_zombie_would_be_believed(single: Rig, protocol: str) -> None:
    """The control of the test above: leave the offsets out, and Kafka commits the zombie, so every crossing comes
    twice. Rule 1.
    """
    names = contacts(30)
    try:
        _outlive(single, protocol, names, unfenced=True)
        came = Counter(each["contact_id"] for each in read_crossings(single))
        assert came == dict.fromkeys(names, 2)
    finally:
        single.close()


def test_a_transaction_without_offsets_cannot_be_committed() -> None:
    """Kafka would commit it for an evicted worker, so the engine has no way to ask for it. Rule 1."""
    transactions = Transactions(lambda: pytest.fail("no producer is needed to refuse"), timeout=1)
    with pytest.raises(ValueError, match="not fenced"):
        transactions.commit([], None)


def _outlive(rig: Rig, protocol: str, names: list[str], *, unfenced: bool) -> RunningWorker:
    """A worker that stalled before it sent its offsets, and woke when another had done its work."""
    # Its records wait in the client: open ones at the broker would hold the new owner's restore back until they time
    # out.
    stalled = _stall(rig, "produced", protocol, names, value=12, queued=True, unfenced=unfenced)
    _take_over(rig, protocol).wait_owning(1, within=40)
    rig.wait_processed()
    stalled.wake()
    until(
        lambda: stalled.exit is not None or '"event": "lost"' in stalled.said,
        within=30,
        what="the zombie sees that its time is over",
    )
    return stalled


def _stall(
    rig: Rig, point: str, protocol: str, names: list[str], value: int, *, queued: bool, unfenced: bool = False
) -> RunningWorker:
    """A worker that stands still at `point` of the transaction of its first events."""
    if protocol == "consumer":
        _short_session(rig)
    mischief = {"point": point, "nth": 2, "act": "stop", "queued": queued, "unfenced": unfenced}
    worker = rig.worker("a", group_protocol=protocol, mischief=mischief, **TIMES).wait_owning(1)
    until(rig.committed, within=60, what="the adopted rules are committed")
    rig.usage.send(step(names, "first", value))
    worker.wait_stopped()
    return worker


def _take_over(rig: Rig, protocol: str) -> RunningWorker:
    """A second worker that has been given the partition and tries to restore it."""
    heir = rig.worker("b", group_protocol=protocol, **TIMES)
    until(
        lambda: (figures := heir.look()) is not None and bool(figures.tasks),
        within=30,
        what=f"the partition is handed over\n{heir.said[-1000:]}",
    )
    return heir


def _short_session(rig: Rig) -> None:
    """In KIP-848 the session is the broker's to set, for each group."""
    entry = ConfigEntry("consumer.session.timeout.ms", "2000", incremental_operation=AlterConfigOpType.SET)
    beat = ConfigEntry("consumer.heartbeat.interval.ms", "300", incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.GROUP, rig.group, incremental_configs=[beat, entry])
    for future in rig.admin.incremental_alter_configs([resource]).values():
        future.result(10)
