"""`cairn topics` on a real Kafka."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ResourceType,
)

Cairn = Callable[..., Any]


def alter(address: str, topic: str, **config: str) -> None:
    """Set configs behind our back, as somebody with kafka-configs would."""
    entries = [
        ConfigEntry(key.replace("_", "."), value, incremental_operation=AlterConfigOpType.SET)
        for key, value in config.items()
    ]
    resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=entries)
    admin = AdminClient({"bootstrap.servers": address})
    admin.incremental_alter_configs([resource])[resource].result(30)


@pytest.mark.system
def test_plan_changes_nothing_and_apply_makes_all(cairn: Cairn, own_kafka: str) -> None:
    """Plan names every topic as missing, twice; apply creates them; then verify is content, apply idle."""
    first, second = cairn("topics", "plan"), cairn("topics", "plan", "--json")
    assert (first.code, second.code) == (0, 0)
    assert f"{own_kafka}usage-events" in first.out
    assert {each["remedy"] for each in second.document["differences"]} == {"create"}
    assert cairn("topics", "verify").code == 3

    applied = cairn("topics", "apply")
    assert (applied.code, "create" in applied.out) == (0, True)

    verified = cairn("topics", "verify")
    assert (verified.code, verified.out.endswith("are as they should be.\n")) == (0, True)
    assert cairn("topics", "verify", "--json").document["ok"] is True
    assert "Nothing to do" in cairn("topics", "apply").out


@pytest.mark.system
def test_drift_is_found_and_mended(cairn: Cairn, own_topics: str, kafka: str) -> None:
    """A changelog that deletes, or takes too small rows, exits with 3; apply sets it right."""
    changelog = f"{own_topics}cairn-tracker-changelog"
    alter(kafka, changelog, cleanup_policy="delete", max_message_bytes="1000")

    verified = cairn("topics", "verify", "--json")
    assert verified.code == 3
    assert [(each["topic"], each["what"]) for each in verified.document["differences"]] == [
        (changelog, "cleanup.policy"),
        (changelog, "max.message.bytes"),
    ]

    assert cairn("topics", "apply").code == 0
    assert cairn("topics", "verify").code == 0


@pytest.mark.system
def test_apply_refuses_another_partition_count(
    cairn: Cairn, own_topics: str, kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another count for topics with state: exit 3 with the reason, and nothing else is changed either."""
    alter(kafka, f"{own_topics}contacts", cleanup_policy="delete")
    monkeypatch.setenv("CAIRN_TOPICS_PARTITIONS", "8")

    refused = cairn("topics", "apply")

    assert refused.code == 3
    assert "counters rest on which contact is in which partition" in " ".join(refused.out.split())
    assert "nothing was changed" in refused.err
    assert cairn("topics", "plan").code == 3
    monkeypatch.setenv("CAIRN_TOPICS_PARTITIONS", "4")
    still = cairn("topics", "verify", "--json").document["differences"]
    assert [(each["what"], each["now"]) for each in still] == [("cleanup.policy", "delete")]


def test_no_broker_is_exit_4(cairn: Cairn) -> None:
    """A broker that is not there: exit 4, what, where and how to fix it, as text and as JSON."""
    plain, document = (
        cairn("topics", "plan", "--bootstrap", "127.0.0.1:1"),
        cairn("topics", "plan", "--bootstrap", "127.0.0.1:1", "--json"),
    )

    assert (plain.code, document.code) == (4, 4)
    assert "127.0.0.1:1" in plain.err
    assert "cairn broker" in document.error["fix"]
