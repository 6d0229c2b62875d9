"""Who writes and who reads, compared with what the roles do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deploy.cli.topics.options import RoleName
from schemas.topics import TOPICS
from schemas.traffic import COMMAND, GROUPS, OUTSIDE, ROLES, TRAFFIC, used_by
from stream.engine.topology import Topology
from stream.planner.topology import planner_topology
from stream.runtime.settings import Settings
from stream.tracker.topology import tracker_topology


def test_every_topic_is_written_and_read_by_somebody_known() -> None:
    """If this fails: the new topic's row belongs into `schemas.traffic`."""
    assert set(TRAFFIC) == {each.name for each in TOPICS}
    for traffic in TRAFFIC.values():
        assert traffic.writers
        assert traffic.readers
        assert {*traffic.writers, *traffic.readers} <= {*ROLES, *OUTSIDE}


@pytest.mark.parametrize(("role", "topology"), [("tracker", tracker_topology), ("planner", planner_topology)])
def test_a_role_of_the_engine_reads_and_writes_what_its_topology_says(
    role: str, topology: Callable[[], Topology]
) -> None:
    own = topology()
    letters = {each.dead_letters for each in own.inputs if each.dead_letters}

    assert _read_by(role) == {*(each.topic for each in own.inputs), own.changelog}
    assert _written_by(role) == {*own.outputs, *letters, own.changelog}


@pytest.mark.parametrize("role", ["email", "web-push", "mobile-push"])
def test_a_dispatcher_reads_its_deliveries_and_writes_what_became_of_them(role: str) -> None:
    assert _read_by(role) == {f"deliveries-{role}", "contact-changes"}
    assert _written_by(role) == {"delivery-receipts", "contact-changes", f"deliveries-{role}-dlq"}


@pytest.mark.parametrize("role", GROUPS)
def test_a_group_is_the_default_of_its_setting(role: str) -> None:
    assert getattr(Settings(), role.replace("-", "_")).app_id == GROUPS[role]


def _read_by(role: str) -> set[str]:
    return {topic for topic, traffic in TRAFFIC.items() if role in traffic.readers}


def _written_by(role: str) -> set[str]:
    return {topic for topic, traffic in TRAFFIC.items() if role in traffic.writers}


@pytest.mark.parametrize(("role", "topology"), [("tracker", tracker_topology()), ("planner", planner_topology())])
def test_a_role_uses_every_topic_that_its_work_needs(role: str, topology: Topology) -> None:
    """Else `cairn topics apply --role` would leave one out, and the role could not start."""
    needed = {*topology.topics, *(each.topic for each in topology.inputs)}

    assert needed <= used_by((role,))
    assert used_by((role,)) < {each.name for each in TOPICS}


def test_topics_of_several_roles_are_their_union() -> None:
    assert used_by(("portal", "email")) == used_by(("portal",)) | used_by(("email",))
    assert used_by(()) == frozenset()


def test_every_role_of_the_command_line_is_one_of_the_table() -> None:
    """`command` aside, which is no role to run."""
    assert {each.value for each in RoleName} == {*ROLES} - {COMMAND}
