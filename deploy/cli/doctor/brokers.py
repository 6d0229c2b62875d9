"""What the brokers say: topics, rejected events, transactions."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from deploy.cli.doctor.check import Check, Mark
from deploy.cli.text import counted
from deploy.cli.topic_records import TopicRecords
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from stream.runtime.settings import Settings

_PATIENCE = 15.0
"""Seconds: a broker that has just started needs some to load its transaction log."""
_LOOKED_AT = 100
"""Rejected events counted per partition; to know whether there are some takes no more."""


def connection(clients: Clients) -> Check:
    """The brokers that answered."""
    cluster = clients.cluster
    return Check(
        "connection",
        Mark.OK,
        f"{clients.address}: {counted(len(cluster.brokers), 'broker')}, cluster {cluster.cluster_id}",
    )


def topics(clients: Clients, settings: Settings) -> Check:
    """Whether the topics are as they should be."""
    from deploy.cli.topic_admin import TopicAdmin
    from deploy.cli.topics.difference import Remedy
    from deploy.cli.topics.wanted import found_differences

    wanted, found = found_differences(settings, TopicAdmin(clients))
    if not found:
        return Check(
            "topics", Mark.OK, f"{len(wanted)} topics as they should be, {settings.topics.partitions} partitions"
        )
    first, more = found[0], len(found) - 1
    also = f" and {counted(more, 'other difference')}" if more else ""
    refused = next((each.fix for each in found if each.remedy is Remedy.REFUSED), None)
    return Check(
        "topics",
        Mark.FAIL,
        f"{first.topic}: {first.what} {first.now}, wanted {first.wanted}{also}",
        refused or "`cairn topics plan` shows all of it, `cairn topics apply` mends it",
        Exit.DRIFT,
    )


def rejected(clients: Clients, settings: Settings) -> Check:
    """Whether events lie in the dead-letter topic."""
    from schemas.topics import USAGE_EVENTS_DLQ

    with closing(TopicRecords(clients, settings.prefixed(USAGE_EVENTS_DLQ))) as letters:
        # Offsets count transaction marks too: only records say how many there are.
        newest = {partition: span.newest(_LOOKED_AT) for partition, span in letters.spans().items()}
        count = sum(1 for _ in letters.read(newest))
    if not count:
        return Check("rejected", Mark.OK, "no rejected events")
    return Check(
        "rejected",
        Mark.WARN,
        f"at least {counted(count, 'rejected event')}",
        "`cairn dlq list` shows them with the reason",
    )


def transactions(clients: Clients, settings: Settings) -> Check:
    """Whether this user may open transactions; nothing is written."""
    from confluent_kafka import KafkaException

    name = settings.prefixed(f"{settings.tracker.app_id}-doctor")
    try:
        producer = clients.producer(transactional_id=name)
        producer.init_transactions(_PATIENCE)
        producer.begin_transaction()
        producer.abort_transaction(_PATIENCE)
    except KafkaException as error:
        return Check(
            "transactions",
            Mark.FAIL,
            f"cannot open a transaction: {error.args[0].str()}",
            f"allow Write and Describe on transactional ids from {settings.prefixed(settings.tracker.app_id)} on",
        )
    return Check("transactions", Mark.OK, "can be opened and aborted")
