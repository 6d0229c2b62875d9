"""What a worker tells its parent: one frame per cycle over a pipe, never waiting for the reader.

A frame is a 4-byte big-endian length and a msgpack body. The loop adds to local numbers and publishes them
here, so that metrics and health are rendered in the parent and never take the loop's GIL. Times are
`time.monotonic()` seconds, which on Linux and macOS is one clock for all processes of a machine and does
not jump when the wall clock is set.
"""

from enum import StrEnum

import msgspec

Labels = tuple[str, ...]
Numbers = dict[str, dict[Labels, float]]
"""Metric name -> label values (in the order of `Metric.labels`) -> number."""


class Phase(StrEnum):
    """What the loop is doing. Health gives each phase its own bound."""

    STARTING = "starting"
    """Connecting, opening stores, `init_transactions`."""
    JOINING = "joining"
    """Subscribed, no assignment seen yet."""
    RESTORING = "restoring"
    """At least one task reads its changelog; progress means that rows move."""
    RUNNING = "running"
    """Consuming and folding, or waiting for records."""
    COMMITTING = "committing"
    """Inside send_offsets, commit or abort; bounded by the transaction timeout."""
    DRAINING = "draining"
    """Told to stop: finishing the batch, committing, closing."""


class TaskState(StrEnum):
    """The state of one task as others see it (the engine's own states map onto these)."""

    RESTORING = "restoring"
    RUNNING = "running"
    CLOSING = "closing"
    FAILED = "failed"


class Lag(msgspec.Struct, frozen=True, array_like=True):
    """How far one input of a task is behind: records not yet read, and the age in seconds of the oldest of
    them."""

    topic: str
    records: int
    seconds: float


class TaskFigures(msgspec.Struct, frozen=True):
    """One owned partition."""

    partition: int
    state: TaskState
    lag: tuple[Lag, ...] = ()
    rows_to_restore: int = 0
    state_bytes: int = 0
    error: str | None = None
    """Why the task is FAILED, or is RESTORING with no rows to read, in one sentence."""


class Tally(msgspec.Struct, array_like=True):
    """One histogram series: `counts` per bucket (not cumulative, the last one endless) and the `total` of
    all observations."""

    counts: list[int]
    total: float


class Snapshot(msgspec.Struct, tag="snapshot"):
    """All figures of one worker at one moment; counters run from the start of its process."""

    worker: int
    pid: int
    phase: Phase
    phase_since: float
    turned_at: float
    """When the loop last came round (`time.monotonic()`)."""
    progress_at: float
    """When work last moved on: records or rows, or nothing was left to do."""
    joined: bool = False
    """A first assignment was received, an empty one counts."""
    restored_once: bool = False
    """Every task of that first assignment has been restored."""
    broker_reachable: bool = True
    """False while the client reports that all brokers are down: waiting for them is not being stuck."""
    stalled: str | None = None
    """Why nothing gets done though the loop turns, in one sentence; None while something does, or nothing waits."""
    rules_version: int | None = None
    counters: Numbers = {}
    gauges: Numbers = {}
    histograms: dict[str, dict[Labels, Tally]] = {}
    tasks: list[TaskFigures] = []


class Farewell(msgspec.Struct, tag="farewell"):
    """The last frame of a worker that gives up: the three lines of its error, for the parent to repeat."""

    what: str
    where: str | None = None
    fix: str | None = None


Message = Snapshot | Farewell
