"""One worker of any processor: makes the slot and the clients, and runs it until told to stop."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable
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
from stream.engine.roster import Roster
from stream.engine.slot import Slot
from stream.engine.stores.rocks import StoreMemory
from stream.engine.stores.store import StoreError
from stream.engine.transaction import Transactions
from stream.engine.worker import Clients, Limits, Worker
from stream.runtime.client import made
from stream.runtime.exits import Exit
from stream.runtime.kafka import admin_config, consumer_config, producer_config, reader_config
from stream.runtime.settings import Settings, Workers
from stream.runtime.verdicts import error_of, exit_of

CALL_MARGIN = 5.0
"""Seconds by which a transaction call may outlast the broker's transaction timeout: the broker answers first."""


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
    clients = Clients(
        consumer=made(Consumer, consumer_config(settings, workers, group_id=group, instance_id=instance)),
        reader=made(Consumer, reader_config(settings, role="restore", workers=workers)),
        cluster=Cluster(admin),
        broadcast=made(Consumer, reader_config(settings, role="rules", workers=workers)),
        transactions=Transactions(
            lambda: made(Producer, producer_config(settings, transactional_id=slot.transactional_id, workers=workers)),
            workers.transaction_timeout + CALL_MARGIN,
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
        accept_gap=workers.accept_gap,
    )
    memory = StoreMemory(workers.write_buffer, workers.block_cache)
    stopping = _stop_signals()
    try:
        worker = Worker(processor, slot, clients, memory, limits=limits, figures=figures, wall_ms=_wall_ms, probe=probe)
        worker.run(stopping)
    except KafkaException as raised:
        raise exit_of(error_of(raised)) from raised
    except StoreError as error:
        raise CairnError(
            "a local store failed",
            where=str(error),
            fix="look for a full disk or missing rights; the changelog still holds every row",
            exit=Exit.STORE,
        ) from error
    return Exit.OK


def _guest(settings: Settings, workers: Workers, group: str, lead: str) -> Guest:
    """Let one more consumer into the group. What it may be given it never fetches: the client waits for a consent, for
    which nobody polls.
    """
    guest = made(Consumer, consumer_config(settings, workers, group_id=group))
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
