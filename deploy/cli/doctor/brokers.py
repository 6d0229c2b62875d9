"""What the brokers say: topics, transactions."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from deploy.cli.doctor.check import Check, Mark
from deploy.cli.text import counted
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from stream.runtime.settings import Settings

_PATIENCE = 15.0
"""Seconds: a broker that has just started needs some to load its transaction log."""


def connection(clients: Clients) -> Check:
    """The brokers that answered."""
    cluster = clients.cluster
    return Check(
        "connection",
        Mark.OK,
        f"{clients.address}: {counted(len(cluster.brokers), 'broker')}, cluster {cluster.cluster_id}",
    )


def topics(clients: Clients, settings: Settings, roles: Collection[str] = ()) -> Check:
    """Whether the topics are as they should be; with `roles`, only those that they read and write."""
    from deploy.cli.topic_admin import TopicAdmin
    from deploy.cli.topics.heads import lost_heads
    from deploy.cli.topics.identities import other_identities
    from deploy.cli.topics.report import cure_of, foremost
    from deploy.cli.topics.wanted import found_differences

    wanted, different = found_differences(settings, TopicAdmin(clients), roles)
    found = [each for each in different if each.fault]
    found += [*lost_heads(clients, wanted), *other_identities(clients, settings, roles)]
    if not found:
        return Check(
            "topics", Mark.OK, f"{len(wanted)} topics as they should be, {settings.topics.partitions} partitions"
        )
    first, more = foremost(found), len(found) - 1
    also = f" and {counted(more, 'other difference')}" if more else ""
    return Check(
        "topics",
        Mark.FAIL,
        f"{first.topic}: {first.what} {first.now}, wanted {first.wanted}{also}",
        cure_of(found, tuple(roles)),
        Exit.DRIFT,
    )


def transactions(clients: Clients, settings: Settings) -> Check:
    """Whether this user may open transactions; nothing is written."""
    from confluent_kafka import KafkaException

    from stream.runtime.facts import ErrorFacts, least
    from stream.runtime.verdicts import cure_of, error_of, exit_of

    group = settings.prefixed(settings.tracker.app_id)
    name = f"{group}-doctor"
    try:
        producer = clients.producer(transactional_id=name)
        producer.init_transactions(_PATIENCE)
        producer.begin_transaction()
        producer.abort_transaction(_PATIENCE)
    except KafkaException as raised:
        facts = ErrorFacts(
            section="tracker",
            group__id=group,
            transactional__id=name,
            transaction__timeout__ms=f"{settings.tracker.transaction_timeout * 1000:.0f}",
            transaction__max__timeout__ms=lambda: least(clients.admin(), "transaction.max.timeout.ms"),
        )
        error = error_of(raised)
        what = exit_of(error).told(facts).what
        return Check("transactions", Mark.FAIL, f"cannot open a transaction: {what}", cure_of(error, facts))
    return Check("transactions", Mark.OK, "can be opened and aborted")
