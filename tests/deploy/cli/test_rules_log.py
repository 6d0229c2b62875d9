"""The topic of the rules, read; and what it must not be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from deploy.cli.clients import Clients
from deploy.cli.rules_log import read_all, read_rules
from schemas.errors import CairnError
from schemas.topics import MILESTONE_RULES
from stream.runtime.layers import load

Cairn = Callable[..., Any]

FILE = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics: {documents: {sum: value, from: documents_processed}}
milestones: [{id: documents, when: {documents: [10, 100]}}]
"""

pytestmark = pytest.mark.system


@pytest.fixture
def in_force(cairn: Cairn, own_topics: str, tmp_path: Path) -> str:
    """Version 1 in force; returns the topic's name."""
    (tmp_path / "milestones.yaml").write_text(FILE)
    assert cairn("milestones", "apply").code == 0
    return own_topics + MILESTONE_RULES


def test_what_is_no_version_is_passed_over(kafka: str, in_force: str) -> None:
    """Somebody else's record changes nothing, and its offset is told with the reason."""
    producer = Producer({"bootstrap.servers": kafka})
    producer.produce(in_force, b"hello")
    producer.flush(10)
    settings = load().settings
    read = read_all(Clients(settings), settings)

    assert [each.version for each in read.log.versions] == [1]
    assert list(read.refused) == [1]
    assert "no rules record" in read.refused[1]


def test_a_topic_that_lost_its_head_is_not_read_as_empty(cairn: Cairn, kafka: str, in_force: str) -> None:
    """Its versions would count as none, and an apply would give the same numbers twice: exit 3."""
    admin = AdminClient({"bootstrap.servers": kafka})
    for future in admin.delete_records([TopicPartition(in_force, 0, 1)], request_timeout=10).values():
        future.result(10)

    outcome = cairn("milestones", "apply")

    assert (outcome.code, "were deleted" in outcome.err) == (3, True)


def test_a_topic_with_partitions_has_no_order(kafka: str, own_kafka: str) -> None:
    """Exit 3."""
    topic = own_kafka + MILESTONE_RULES
    admin = AdminClient({"bootstrap.servers": kafka})
    for future in admin.create_topics([NewTopic(topic, 2, 1)], operation_timeout=10, request_timeout=10).values():
        future.result(10)
    settings = load().settings
    clients = Clients(settings)
    with pytest.raises(CairnError) as raised:
        read_rules(clients, settings)

    assert (raised.value.exit, "2 partitions" in raised.value.what) == (3, True)
