"""`cairn topics` on a real Kafka."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    ResourceType,
)

from stream.engine.changelog import POSITIONS_KEY, Positions
from stream.tracker.topology import tracker_topology

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


def configs(address: str, topic: str) -> dict[str, str]:
    """The effective configs of a topic."""
    resource = ConfigResource(ResourceType.TOPIC, topic)
    admin = AdminClient({"bootstrap.servers": address})
    found = admin.describe_configs([resource])[resource].result(30)
    return {name: entry.value for name, entry in found.items()}


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
def test_a_changelog_that_lost_its_head_is_told_before_a_worker_misses_it(
    cairn: Cairn, own_topics: str, kafka: str
) -> None:
    """Its policy may be right again: the rows are gone all the same. `apply` cannot mend it, and does not say so."""
    changelog = f"{own_topics}cairn-tracker-changelog"
    producer = Producer({"bootstrap.servers": kafka})
    for _ in range(3):
        producer.produce(changelog, b"value", b"key", 1)
    assert not producer.flush(30)
    alter(kafka, changelog, cleanup_policy="delete")
    at = TopicPartition(changelog, 1, 2)
    admin = AdminClient({"bootstrap.servers": kafka})
    admin.delete_records([at])[at].result(30)
    assert cairn("topics", "apply").code == 0

    verified, document = cairn("topics", "verify"), cairn("topics", "verify", "--json").document
    assert verified.code == 3
    assert "`cairn topics accept` on every machine writes it back" in " ".join(verified.out.split())
    assert "mends" not in verified.err
    (told,) = document["differences"]
    assert (told["topic"], told["what"], told["now"]) == (changelog, "first offset", "2 in partition 1")

    doctor = cairn("doctor", "--json")
    (topics,) = (each for each in doctor.document["checks"] if each["check"] == "topics")
    assert (doctor.code, topics["mark"]) == (3, "fail")
    assert "first offset 2 in partition 1" in topics["finding"]


@pytest.mark.system
@pytest.mark.parametrize("topic", ["usage-events", "milestone-crossed", "milestone-rules", "cairn-tracker-changelog"])
def test_a_topic_made_anew_is_told_while_its_workers_stand(
    cairn: Cairn, own_topics: str, kafka: str, topic: str
) -> None:
    """The workers have ended with exit 3, and whoever asks hears the same of them: topic, and the way on. A role that
    has nothing to do with it hears nothing.
    """
    topology = tracker_topology(own_topics)
    positions = Positions({topology.lead.topic: 0}, {}, {f"{own_topics}{topic}": "an older id"}, 2).encode(
        topology.formats
    )
    producer = Producer({"bootstrap.servers": kafka})
    producer.produce(topology.changelog, positions, POSITIONS_KEY, 2)
    assert not producer.flush(30)

    verified = cairn("topics", "verify")
    assert verified.code == 3
    assert "`cairn topics accept`" in " ".join(verified.out.split())
    (told,) = cairn("topics", "verify", "--json").document["differences"]
    assert (told["topic"], told["now"], told["remedy"]) == (f"{own_topics}{topic}", "made anew", "refused")
    assert cairn("topics", "verify", "--role", "email").code == 0
    (topics,) = (each for each in cairn("doctor", "--json").document["checks"] if each["check"] == "topics")
    assert (topics["mark"], "made anew" in topics["finding"]) == ("fail", True)


@pytest.mark.system
def test_a_changelog_without_the_state_that_was_committed_is_told(cairn: Cairn, own_topics: str, kafka: str) -> None:
    """It was deleted and made anew while nobody ran: nothing in it can tell, the group's offsets can."""
    group, lead = f"{own_topics}cairn-tracker", f"{own_topics}usage-events"
    admin = AdminClient({"bootstrap.servers": kafka})
    asked = [ConsumerGroupTopicPartitions(group, [TopicPartition(lead, 1, 0)])]
    for future in admin.alter_consumer_group_offsets(asked).values():
        future.result(30)
    (told,) = cairn("topics", "verify", "--json").document["differences"]
    assert (told["topic"], told["now"]) == (f"{own_topics}cairn-tracker-changelog", "no state")


@pytest.mark.system
def test_the_cure_is_one_that_works(cairn: Cairn, own_topics: str, kafka: str) -> None:
    """A plain `apply` neither takes partitions away nor lets records go: nobody is sent there for it."""
    alter(kafka, f"{own_topics}usage-events-dlq", cleanup_policy="compact")
    assert "`cairn topics apply --allow-deletion` mends it" in cairn("topics", "verify").err

    grown = f"{own_topics}contacts"
    admin = AdminClient({"bootstrap.servers": kafka})
    admin.create_partitions([NewPartitions(grown, 6)])[grown].result(30)
    verified = cairn("topics", "verify")
    assert "mends" not in verified.err
    assert "make it anew with 4 partitions" in " ".join(verified.out.split())


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


@pytest.mark.system
def test_what_is_kept_longer_stays(cairn: Cairn, own_topics: str, kafka: str) -> None:
    """A year, or for ever, is no fault of a topic, and apply does not cut it."""
    alter(kafka, f"{own_topics}usage-events", retention_ms="31536000000", max_message_bytes="5000000")
    alter(kafka, f"{own_topics}deliveries-email", retention_ms="-1")

    for verb in ("plan", "verify", "apply"):
        assert cairn("topics", verb).code == 0
    assert cairn("topics", "plan", "--json").document["differences"] == []
    topics = next(each for each in cairn("doctor", "--json").document["checks"] if each["check"] == "topics")
    assert topics["mark"] == "ok"
    assert configs(kafka, f"{own_topics}usage-events")["retention.ms"] == "31536000000"


@pytest.mark.system
def test_a_shorter_retention_deletes_only_when_told_to(
    cairn: Cairn, own_topics: str, kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plan says how many records go; apply without the flag changes nothing; with it, it does."""
    topic = f"{own_topics}milestone-crossed"
    producer = Producer({"bootstrap.servers": kafka})
    now = time.time_ns() // 1_000_000
    for age_days, records in ((40, 3), (1, 2)):
        for _ in range(records):
            producer.produce(topic, b"{}", key=b"c-1", timestamp=now - age_days * 86_400_000)
    assert producer.flush(30) == 0
    monkeypatch.setenv("CAIRN_TOPICS_RETENTION_CROSSINGS", "30 days")

    plan = cairn("topics", "plan", "--json")
    refused = cairn("topics", "apply")

    assert plan.code == 3
    (lost,) = plan.document["deletes"]
    assert (lost["topic"], lost["records"], lost["of"]) == (topic, 3, 5)
    assert (refused.code, "deletes up to 3 of 5 records" in refused.out) == (3, True)
    assert "--allow-deletion" in refused.err
    assert configs(kafka, topic)["retention.ms"] == "-1"
    assert cairn("topics", "verify").code == 0
    assert cairn("topics", "apply", "--allow-deletion").code == 0
    assert configs(kafka, topic)["retention.ms"] == "2592000000"
    assert cairn("topics", "plan").code == 0


@pytest.mark.system
def test_a_role_has_topics_of_its_own(cairn: Cairn, own_kafka: str) -> None:
    """Who runs the tracker alone makes and checks its topics alone; several roles are their union."""
    assert cairn("topics", "apply", "--role", "tracker").code == 0

    assert cairn("topics", "verify", "--role", "tracker").code == 0
    assert cairn("topics", "verify", "--role", "tracker", "--role", "email").code == 3
    missing = {
        each["topic"].removeprefix(own_kafka) for each in cairn("topics", "plan", "--json").document["differences"]
    }
    assert "deliveries-email" in missing
    assert not missing & {"usage-events", "milestone-crossed", "cairn-tracker-changelog"}
    topics = cairn("doctor", "--role", "tracker", "--json").document["checks"]
    assert next(each for each in topics if each["check"] == "topics")["mark"] == "ok"


@pytest.mark.system
def test_what_others_read_is_compressed_so_that_they_can(cairn: Cairn, own_topics: str, kafka: str) -> None:
    """gzip on topics of the contract, whoever writes them; one made before is altered, and no worker stops for it."""
    topic = f"{own_topics}milestone-crossed"
    assert configs(kafka, topic)["compression.type"] == "gzip"
    assert configs(kafka, f"{own_topics}cairn-tracker-changelog")["compression.type"] == "producer"

    alter(kafka, topic, compression_type="producer")

    assert cairn("topics", "verify").code == 0
    assert cairn("topics", "apply").code == 0
    assert configs(kafka, topic)["compression.type"] == "gzip"


def test_no_broker_is_exit_4(cairn: Cairn) -> None:
    """A broker that is not there: exit 4, what, where and how to fix it, as text and as JSON."""
    plain, document = (
        cairn("topics", "plan", "--bootstrap", "127.0.0.1:1"),
        cairn("topics", "plan", "--bootstrap", "127.0.0.1:1", "--json"),
    )

    assert (plain.code, document.code) == (4, 4)
    assert "127.0.0.1:1" in plain.err
    assert "cairn broker" in document.error["fix"]
