"""One tracker worker: makes the slot, the clients and the processor, and runs them until told to stop."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable
from types import FrameType

import structlog
from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import AdminClient

from schemas.errors import CairnError
from schemas.partition_check import PartitionChecking
from stream.engine.cluster import Cluster
from stream.engine.figures import Figures
from stream.engine.pace import Pace
from stream.engine.probe import Probe, no_probe
from stream.engine.processor import Processor
from stream.engine.slot import Slot
from stream.engine.stores.rocks import StoreMemory
from stream.engine.stores.store import StoreError
from stream.engine.transaction import Transactions
from stream.engine.verdicts import error_of, exit_of
from stream.engine.worker import Clients, Limits, Worker
from stream.runtime.child import Child
from stream.runtime.client import made
from stream.runtime.exits import Exit
from stream.runtime.kafka import admin_config, consumer_config, producer_config, reader_config
from stream.runtime.settings import Settings
from stream.tracker.gate import Gate
from stream.tracker.topology import Names, tracker_topology
from stream.tracker.tracker import Tracker

log = structlog.get_logger(__name__)

CALL_MARGIN = 5.0
"""Seconds by which a transaction call may outlast the broker's transaction timeout: the broker answers first."""


def run_tracker(settings: Settings, child: Child, *, probe: Probe = no_probe) -> Exit:
    """Run one worker of the tracker until SIGTERM or SIGINT; OK after a clean drain.

    Raises:
        CairnError: with the exit code of what stopped it.
    """
    figures = Figures(child)

    def adopted(version: int) -> None:
        figures.rules_version = version

    return run_processor(settings, make_tracker(settings, adopted), child.worker, figures, probe=probe)


def make_tracker(settings: Settings, on_adopted: Callable[[int], None]) -> Tracker:
    """The processor as the settings want it; `on_adopted` hears the version of the rules that a task goes over to."""
    checking, limits = PartitionChecking(settings.tracker.partitioner_check), settings.tracker.door_limits
    prefix = settings.topics.prefix
    return Tracker(
        tracker_topology(prefix, settings.tracker.app_id),
        Names.of(prefix),
        lambda partition, partitions: Gate(checking, partition, partitions, limits),
        dedupe_ids=settings.tracker.dedupe_window,
        on_adopted=on_adopted,
        erasure_key=settings.tracker.erasure_secret,
    )


def run_processor(
    settings: Settings, processor: Processor, index: int, figures: Figures, *, probe: Probe = no_probe
) -> Exit:
    """Run any processor on slot `index` with the tracker's settings for memory, time and Kafka.

    Raises:
        CairnError: with the exit code of what stopped it.
    """
    tracker = settings.tracker
    slot = Slot(tracker.state_dir, processor.topology.app, tracker.host or socket.gethostname(), index)
    instance = slot.instance_id if tracker.static_members else None
    clients = Clients(
        consumer=made(Consumer, consumer_config(settings, group_id=processor.topology.app, instance_id=instance)),
        reader=made(Consumer, reader_config(settings, role="restore")),
        cluster=Cluster(made(AdminClient, admin_config(settings))),
        broadcast=made(Consumer, reader_config(settings, role="rules")),
        transactions=Transactions(
            lambda: made(Producer, producer_config(settings, transactional_id=slot.transactional_id)),
            tracker.transaction_timeout + CALL_MARGIN,
        ),
    )
    limits = Limits(
        pace=Pace(
            batch=tracker.batch_records,
            span=tracker.commit_span,
            wait_idle=tracker.poll_idle,
            wait_behind=tracker.poll_behind,
            restore_slice=tracker.restore_slice,
        ),
        row_cache_bytes=tracker.row_cache,
        flush_interval=tracker.flush_interval,
        accept_gap=tracker.accept_gap,
    )
    memory = StoreMemory(tracker.write_buffer, tracker.block_cache)
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
