"""One worker of any processor: makes the slot and the clients, and runs it until told to stop."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable, Sequence
from functools import partial
from types import FrameType

from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import AdminClient

from schemas.errors import CairnError
from stream.engine.cluster import Cluster
from stream.engine.figures import Figures
from stream.engine.orphans import Guest, Orphans
from stream.engine.pace import Pace
from stream.engine.probe import Probe, no_probe
from stream.engine.processor import Processor
from stream.engine.roster import Roster, members_of
from stream.engine.slot import Slot
from stream.engine.slot_check import SlotCheck
from stream.engine.stores.rocks import StoreMemory
from stream.engine.stores.store import StoreError
from stream.engine.topology import Topology
from stream.engine.transaction import Transactions
from stream.engine.worker import Clients, Limits, Worker
from stream.runtime.client import made
from stream.runtime.exits import Exit
from stream.runtime.facts import ErrorFacts, least, session_bounds, topic_faults
from stream.runtime.kafka import admin_config, consumer_config, producer_config, reader_config
from stream.runtime.settings import Settings, Workers
from stream.runtime.verdicts import KafkaEndedError, error_of, exit_of

CALL_MARGIN = 5.0
"""Seconds by which a transaction call may outlast the broker's transaction timeout: the broker answers first."""

LONGEST_SESSION = 45.0
"""Seconds: the brokers' group.consumer.session.timeout.ms, which decides with KIP-848."""


def run_processor(
    settings: Settings,
    workers: Workers,
    processor: Processor,
    index: int,
    figures: Figures,
    *,
    probe: Probe = no_probe,
) -> Exit:
    """Run a processor on slot `index`; `workers` is its section of the settings, for memory, time and Kafka.

    Raises:
        CairnError: with the exit code of what stopped it.
    """
    slot = Slot(workers.state_dir, processor.topology.app, workers.host or socket.gethostname(), index)
    instance = slot.instance_id if workers.static_members else None
    make_admin = partial(made, AdminClient, admin_config(settings))
    admin = make_admin()
    group, lead = processor.topology.app, processor.topology.lead.topic
    cluster = Cluster(admin)
    config = consumer_config(
        settings, workers, group_id=group, instance_id=instance, name=f"consumer-{slot.host}-{slot.index}"
    )
    clients = Clients(
        consumer=made(Consumer, config),
        reader=made(Consumer, reader_config(settings, role="restore", workers=workers)),
        cluster=cluster,
        broadcast=made(Consumer, reader_config(settings, role="rules", workers=workers)),
        transactions=Transactions(
            partial(_producer, settings, workers, slot, cluster, processor.topology.written),
            workers.transaction_timeout + CALL_MARGIN,
        ),
        slot_check=SlotCheck(
            slot,
            partial(members_of, admin, group),
            client_id=config["client.id"],
            instance_id=instance,
            session=workers.session_timeout if workers.group_protocol == "classic" else LONGEST_SESSION,
            setting=f"{type(workers).__name__.lower()}.host",
        ),
        orphans=Orphans(
            Roster(admin, group, lead, renew=make_admin),
            partial(_guest, settings, workers, group, lead),
        )
        if workers.static_members
        else None,
    )
    limits = Limits(
        pace=Pace(
            batch=workers.batch_records,
            span=workers.commit_span,
            wait_idle=workers.poll_idle,
            wait_behind=workers.poll_behind,
            restore_slice=workers.restore_slice,
        ),
        row_cache_bytes=workers.row_cache,
        flush_interval=workers.flush_interval,
        stalled_after=workers.stalled_after,
        accept_gap=workers.accept_gap,
    )
    memory = StoreMemory(workers.write_buffer, workers.block_cache)
    facts = _facts(workers, processor.topology, slot, admin)
    stopping = _stop_signals()
    try:
        worker = Worker(processor, slot, clients, memory, limits=limits, figures=figures, wall_ms=_wall_ms, probe=probe)
        worker.run(stopping)
    except KafkaEndedError as ended:
        raise ended.told(facts) from ended
    except KafkaException as raised:
        raise exit_of(error_of(raised)).told(facts) from raised
    except StoreError as error:
        raise CairnError(
            "a local store failed",
            where=str(error),
            fix="look for a full disk or missing rights; the changelog still holds every row",
            exit=Exit.STORE,
        ) from error
    return Exit.OK


def _producer(settings: Settings, workers: Workers, slot: Slot, cluster: Cluster, written: Sequence[str]) -> Producer:
    """Make the slot's producer, with batches that every topic takes as it is set up now.

    Raises:
        KafkaException: the cluster did not say what they take.
    """
    bound = cluster.record_bytes(written)
    config = producer_config(settings, transactional_id=slot.transactional_id, workers=workers, batch_bytes=bound)
    return made(Producer, config)


def _facts(workers: Workers, topology: Topology, slot: Slot, admin: AdminClient) -> ErrorFacts:
    """What an error of Kafka may be about here."""
    reads = [*(each.topic for each in topology.inputs), topology.changelog]
    return ErrorFacts(
        section=type(workers).__name__.lower(),
        group__id=topology.app,
        transactional__id=slot.transactional_id,
        session__timeout__ms=f"{workers.session_timeout * 1000:.0f}",
        group__session__timeouts=partial(session_bounds, admin),
        transaction__timeout__ms=f"{workers.transaction_timeout * 1000:.0f}",
        transaction__max__timeout__ms=partial(least, admin, "transaction.max.timeout.ms"),
        topics=lambda: "; ".join(topic_faults(admin, reads=reads, writes=topology.written)),
    )


def _guest(settings: Settings, workers: Workers, group: str, lead: str) -> Guest:
    """Let one more consumer into the group. What it may be given it never fetches: the client waits for a consent, for
    which nobody polls.
    """
    guest = made(Consumer, consumer_config(settings, workers, group_id=group, name="guest"))
    guest.subscribe([lead], on_assign=lambda *_: None)
    return guest


def _stop_signals() -> Callable[[], bool]:
    """Listen for SIGTERM and SIGINT; the loop asks, so a transaction is never cut in two."""
    asked: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, note)
    return lambda: bool(asked)


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000
