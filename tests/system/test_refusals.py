"""What a broker refuses is told with its name and its cure, and started again only where that can help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from deploy.broker import EmbeddedKafka
from deploy.broker.ports import free_port
from stream.runtime.exits import Exit
from tests.system.dispatch_rig import DispatchRig
from tests.system.rig import Rig
from tests.system.running_worker import RunningWorker
from tests.system.usage import Usage
from tests.system.waiting import until

pytestmark = pytest.mark.system

LONGEST_TRANSACTION = 15
"""Seconds that this broker allows."""


class Guarded:
    """A broker that asks for rights; everybody has all of them until they are denied."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap
        self._admin = AdminClient({"bootstrap.servers": bootstrap})
        kinds = (ResourceType.TOPIC, ResourceType.GROUP, ResourceType.TRANSACTIONAL_ID)
        self._add(*((kind, "*", AclOperation.ALL, AclPermissionType.ALLOW) for kind in kinds))
        self._add((ResourceType.BROKER, "kafka-cluster", AclOperation.ALL, AclPermissionType.ALLOW))

    def deny(self, kind: ResourceType, name: str, operation: AclOperation) -> None:
        """Take one right away, and wait until the broker knows."""
        self._add((kind, name, operation, AclPermissionType.DENY))

    def _add(self, *rights: tuple[ResourceType, str, AclOperation, AclPermissionType]) -> None:
        wanted = [
            AclBinding(kind, name, ResourcePatternType.LITERAL, "User:ANONYMOUS", "*", operation, permission)
            for kind, name, operation, permission in rights
        ]
        for future in self._admin.create_acls(wanted).values():
            future.result(10)
        for each in wanted:
            until(partial(self._knows, each), within=60, what=f"{each} in force")

    def _knows(self, right: AclBinding) -> bool:
        like = AclBindingFilter(
            right.restype, right.name, right.resource_pattern_type, right.principal, "*", right.operation,
            right.permission_type,
        )  # fmt: skip
        return bool(self._admin.describe_acls(like).result(10))


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """One broker for all of these."""
    properties = {
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "true",
        "transaction.max.timeout.ms": str(LONGEST_TRANSACTION * 1000),
    }
    with EmbeddedKafka(tmp_path_factory.mktemp("guarded"), free_port(), properties) as broker:
        yield Guarded(broker.bootstrap_servers)


@pytest.fixture
def rig(guarded: Guarded, prefix: str, tmp_path: Path) -> Iterator[Rig]:
    """A tracker on it."""
    rig = Rig(guarded.bootstrap, prefix, tmp_path)
    try:
        yield rig
    finally:
        rig.close()


DENIED: list[tuple[str, Callable[[Rig], tuple[ResourceType, str, AclOperation]], Callable[[Rig], str]]] = [
    (
        "output",
        lambda rig: (ResourceType.TOPIC, rig.crossed, AclOperation.WRITE),
        lambda rig: f"no Write on {rig.crossed} ",
    ),
    (
        "changelog",
        lambda rig: (ResourceType.TOPIC, rig.changelog, AclOperation.WRITE),
        lambda rig: f"no Write on {rig.changelog} ",
    ),
    (
        "input",
        lambda rig: (ResourceType.TOPIC, rig.inputs, AclOperation.READ),
        lambda rig: f"no Read on {rig.inputs} ",
    ),
    (
        "rules",
        lambda rig: (ResourceType.TOPIC, rig.rules, AclOperation.READ),
        lambda rig: f"no Read on {rig.rules} ",
    ),
    (
        "hidden topic",
        lambda rig: (ResourceType.TOPIC, rig.letters, AclOperation.DESCRIBE),
        lambda rig: f"no Describe on {rig.letters} ",
    ),
    (
        "group",
        lambda rig: (ResourceType.GROUP, rig.group, AclOperation.READ),
        lambda rig: f"consumer group {rig.group} ",
    ),
    (
        "transactional id",
        lambda rig: (ResourceType.TRANSACTIONAL_ID, f"{rig.group}-w1-0", AclOperation.WRITE),
        lambda rig: f"transactional id {rig.group}-w1-0 ",
    ),
]


@pytest.mark.parametrize(("right", "said"), [case[1:] for case in DENIED], ids=[case[0] for case in DENIED])
def test_a_right_that_is_missing_is_named(
    guarded: Guarded,
    rig: Rig,
    right: Callable[[Rig], tuple[ResourceType, str, AclOperation]],
    said: Callable[[Rig], str],
) -> None:
    """With the topic, the group or the id: the client's own error of a transaction names none. It goes on by itself
    once somebody gave the right, so it is started again.
    """
    rig.usage.send(Usage(f"c-{each}", f"e-{each}", value=20) for each in range(20))
    guarded.deny(*right(rig))

    worker = _worker(rig)

    assert worker.wait_exit() == Exit.CANNOT_CONNECT
    worker.look()
    assert worker.farewell is not None
    assert said(rig) in worker.farewell.what
    assert "kafka-acls" in (worker.farewell.fix or "")


@pytest.mark.parametrize("operation", [AclOperation.READ, AclOperation.DESCRIBE, AclOperation.WRITE])
def test_a_dispatcher_without_a_right_on_contact_changes_says_so(
    guarded: Guarded, prefix: str, tmp_path: Path, operation: AclOperation
) -> None:
    """Without reading it nobody knows who has unsubscribed: it ends with the name of the right, and sends nothing; a
    place that is gone and cannot be written down ends it likewise. It goes on once somebody gave the right.
    """
    rig = DispatchRig(guarded.bootstrap, prefix, tmp_path)
    try:
        contact = "up.gone.1" if operation is AclOperation.WRITE else "up.ok.1"
        released = rig.release([contact])
        rig.say("resubscribe", [contact])
        guarded.deny(ResourceType.TOPIC, rig.changes, operation)
        worker = rig.worker("d")
        assert worker.wait_exit() == Exit.CANNOT_CONNECT
        worker.look()
        assert worker.farewell is not None
        assert rig.changes in worker.farewell.what
        assert "kafka-acls" in (worker.farewell.fix or "")
        assert rig.requests() == (Counter(each.id for each in released) if operation is AclOperation.WRITE else {})
    finally:
        rig.close()


def test_a_transaction_timeout_beyond_the_brokers_ends_the_role_for_good(rig: Rig) -> None:
    """Exit 2 with both numbers and both names: it was started again for ever, with replicas of a topic as the cure."""
    worker = _worker(rig, transaction_timeout=LONGEST_TRANSACTION + 1)

    assert worker.wait_exit() == Exit.USAGE
    worker.look()
    assert worker.farewell is not None
    assert "tracker.transaction_timeout is 16000 ms" in worker.farewell.what
    assert "15000 ms (their transaction.max.timeout.ms)" in worker.farewell.what


def _worker(rig: Rig, transaction_timeout: float = 5) -> RunningWorker:
    return rig.worker("w1", session_timeout=4, heartbeat=0.4, max_poll=20, transaction_timeout=transaction_timeout)
