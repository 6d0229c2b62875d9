"""The client factory: what correctness rests on cannot be overridden, the rest can, and librdkafka takes all of it."""

from typing import Any

import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient

from stream.runtime.kafka import (
    OWNED,
    admin_config,
    consumer_config,
    producer_config,
    reader_config,
)
from stream.runtime.settings import Kafka, Settings, Tracker


def settings(**tracker: Any) -> Settings:
    """Settings with these of the tracker and a user's properties."""
    user = {"socket.timeout.ms": "7000", "fetch.max.bytes": "1000000", "compression.type": "zstd"}
    return Settings(
        kafka=Kafka.model_validate({"properties": user, "bootstrap_servers": "127.0.0.1:1"}),
        tracker=Tracker.model_validate(tracker),
    )


def test_the_consumer_commits_nothing_by_itself_and_reads_only_what_is_committed() -> None:
    """Positions are committed inside transactions; a lost position is an error."""
    config = consumer_config(settings(), settings().tracker, group_id="g")

    assert config["enable.auto.commit"] is False
    assert config["isolation.level"] == "read_committed"
    assert config["auto.offset.reset"] == "error"
    assert config["enable.partition.eof"] is True
    assert config["partition.assignment.strategy"] == "cooperative-sticky"
    assert (config["session.timeout.ms"], config["heartbeat.interval.ms"]) == (10_000, 1_000)
    assert config["max.poll.interval.ms"] == 60_000


def test_the_fetch_queue_is_bounded_in_bytes() -> None:
    """Or a lagging worker takes all memory."""
    config = consumer_config(settings(fetch_queue="32 MB"), settings(fetch_queue="32 MB").tracker, group_id="g")

    assert config["queued.max.messages.kbytes"] == 32 * 1024


def test_the_new_protocol_leaves_session_and_heartbeat_to_the_broker() -> None:
    """librdkafka refuses both there, and static ids are not used with it."""
    config = consumer_config(
        settings(group_protocol="consumer"), settings(group_protocol="consumer").tracker, group_id="g", instance_id="i"
    )

    assert config["group.protocol"] == "consumer"
    assert not {"session.timeout.ms", "heartbeat.interval.ms", "group.instance.id"} & set(config)


def test_a_static_member_carries_its_id() -> None:
    """Only when one is given."""
    assert consumer_config(settings(), settings().tracker, group_id="g", instance_id="i")["group.instance.id"] == "i"
    assert "group.instance.id" not in consumer_config(settings(), settings().tracker, group_id="g")


def test_the_producer_partitions_as_java_does_and_takes_any_record() -> None:
    """murmur2, and room for a dead letter of whatever the topic took."""
    config = producer_config(settings())

    assert config["partitioner"] == "murmur2_random"
    assert config["message.max.bytes"] == 100_000_000
    assert config["linger.ms"] == 0
    assert config["enable.idempotence"] is True


def test_a_transaction_has_the_trackers_timeout() -> None:
    """A record must not outlive its transaction."""
    config = producer_config(settings(transaction_timeout=7), transactional_id="x")

    assert (config["transaction.timeout.ms"], config["message.timeout.ms"]) == (7_000, 7_000)


def test_a_reader_can_see_the_high_watermark() -> None:
    """A restore must know of records that are not committed yet."""
    assert reader_config(settings(), committed=False)["isolation.level"] == "read_uncommitted"
    assert reader_config(settings())["isolation.level"] == "read_committed"


def test_the_users_properties_win_over_tuning_and_not_over_correctness() -> None:
    """Whatever the loader let through."""
    rogue = Settings(kafka=Kafka.model_validate({"properties": dict.fromkeys(OWNED, "x")}))

    assert producer_config(settings())["compression.type"] == "zstd"
    assert consumer_config(settings(), settings().tracker, group_id="g")["fetch.max.bytes"] == "1000000"
    assert consumer_config(rogue, rogue.tracker, group_id="g")["enable.auto.commit"] is False
    assert producer_config(rogue)["partitioner"] == "murmur2_random"


def test_what_others_read_is_written_as_every_client_reads_it() -> None:
    """gzip; a worker of the engine writes its changelog, which nobody else reads, in LZ4."""
    plain = Settings()

    assert producer_config(plain)["compression.type"] == "gzip"
    assert producer_config(plain, transactional_id="t", workers=plain.tracker)["compression.type"] == "lz4"


def test_a_refused_transaction_is_asked_again_soon() -> None:
    """Engine rule 6: at the client's default a commit took 100 ms more, though the markers stood after some."""
    plain = settings()

    assert producer_config(plain, transactional_id="t", workers=plain.tracker)["retry.backoff.ms"] == 5
    assert "retry.backoff.ms" not in producer_config(plain)


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_librdkafka_takes_every_configuration(protocol: str) -> None:
    """No name or value is mistyped, none contradicts another."""
    these = settings(group_protocol=protocol, transaction_timeout=1)

    Consumer(consumer_config(these, these.tracker, group_id="g", instance_id="i")).close()
    Consumer(reader_config(these, committed=False)).close()
    assert Producer(producer_config(these)) is not None
    assert Producer(producer_config(these, transactional_id="t")) is not None
    assert AdminClient(admin_config(these)) is not None


def test_every_client_tells_the_broker_its_role() -> None:
    """The brokers' logs and quotas go by client id."""
    ids = {
        config["client.id"]
        for config in (
            consumer_config(settings(), settings().tracker, group_id="g"),
            producer_config(settings()),
            reader_config(settings(), role="restore"),
            admin_config(settings()),
        )
    }

    assert ids == {"cairn-consumer", "cairn-producer", "cairn-restore", "cairn-admin"}
