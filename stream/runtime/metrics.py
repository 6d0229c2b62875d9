"""Every metric Cairn publishes, as data: name, kind, labels, help. Nothing here counts or renders.

The loop of a worker adds to plain numbers (`meter.Meter`), the parent renders them
(`collect.WorkersCollector`); this table is what both, the Grafana boards and the alert rules are checked
against. No label ever carries a contact id.
"""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """How numbers of one name combine over time and over workers."""

    COUNTER = "counter"
    """Only grows; summed over workers, dead ones included."""
    GAUGE = "gauge"
    """The figure of now; a worker that is gone takes its figures with it."""
    HISTOGRAM = "histogram"
    """Counts per bucket; adds up like a counter."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `buckets` are upper bounds in the metric's unit (histograms only), without the last,
    endless one."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


# From the tick of an idle loop (5 ms) to the transaction timeout (10 s): the targets p50 <= 30 ms and p99 <=
# 100 ms each end a bucket.
_COMMIT_BUCKETS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_DETECTION_BUCKETS = (0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 3600.0, 86400.0)
_RESTORE_BUCKETS = (0.05, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)


def _counter(name: str, help_: str, *labels: str) -> Metric:
    return Metric(name, Kind.COUNTER, help_, labels)


def _gauge(name: str, help_: str, *labels: str) -> Metric:
    return Metric(name, Kind.GAUGE, help_, labels)


def _histogram(name: str, help_: str, buckets: tuple[float, ...], *labels: str) -> Metric:
    return Metric(name, Kind.HISTOGRAM, help_, labels, buckets)


# Records and what became of them.
EVENTS = _counter("cairn_events_total", "Records read from an input, whatever became of them.", "topic")
REJECTS = _counter("cairn_rejects_total", "Records refused, by reject code.", "topic", "code")
DUPLICATES = _counter(
    "cairn_duplicates_total",
    "Events dropped because their source and id were seen within the window.",
    "topic",
)
IGNORED = _counter("cairn_ignored_total", "Valid events that no metric of the rules counts.", "topic")
HANDED_BACK = _counter(
    "cairn_accelerator_handed_back_total",
    "Usage events that the native accelerator handed back to Python, which counted or refused them.",
    "topic",
)
ERASED = _counter("cairn_erased_total", "Records of erased contacts, dropped.", "topic")
DEAD_LETTERS = _counter("cairn_dead_letters_total", "Records written to a dead-letter topic.", "topic")
CROSSINGS = _counter(
    "cairn_crossings_total", "Milestones crossed; `celebrate` is yes, or why not.", "milestone", "celebrate"
)
NUDGES = _counter(
    "cairn_nudges_total", "Contacts told to be near a milestone, or stuck before it.", "milestone", "kind"
)
DECISIONS = _counter(
    "cairn_decisions_total", "Final decisions of the planner; `reason` is sent, or why not.", "channel", "reason"
)
RELEASED = _counter("cairn_released_total", "Deliveries handed to a dispatcher, one for each place.", "channel")
LINES_DROPPED = _counter(
    "cairn_lines_dropped_total",
    "Milestones that a further attempt of a message tells no more, because they may not be told by then; "
    "`reason` is why.",
    "channel",
    "reason",
)
DETECTION_SECONDS = _histogram(
    "cairn_detection_seconds",
    "From the moment the event occurred to the moment its crossing was detected.",
    _DETECTION_BUCKETS,
)

# Deliveries at the dispatchers.
_ATTEMPT_BUCKETS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_DELIVERY_BUCKETS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)
RECEIPTS = _counter(
    "cairn_receipts_total", "Attempts of deliveries that ended, by what became of them.", "channel", "outcome"
)
REQUESTS = _counter(
    "cairn_provider_requests_total", "Requests to providers, by the code of the answer.", "channel", "code"
)
REQUEST_SECONDS = _histogram(
    "cairn_provider_request_seconds", "One request to a provider.", _ATTEMPT_BUCKETS, "channel"
)
DELIVERY_SECONDS = _histogram(
    "cairn_delivery_seconds",
    "From the release by the planner until the provider took it.",
    _DELIVERY_BUCKETS,
    "channel",
)
UNKNOWN_OUTCOMES = _counter(
    "cairn_unknown_outcomes_total",
    "Requests after which nobody knows whether the provider took the message; `then` is resend or drop.",
    "channel",
    "then",
)
IN_FLIGHT = _gauge("cairn_deliveries_in_flight", "Deliveries taken in and not finished.", "worker")
CLOCK_SKEW_SECONDS = _gauge(
    "cairn_clock_skew_seconds",
    "Seconds by which this machine's clock is ahead of the planner's, as far as is certain; negative: behind.",
    "worker",
)
CHANGES_AGE_SECONDS = _gauge(
    "cairn_contact_changes_age_seconds",
    "Seconds since a dispatcher last knew all of contact-changes; above 2 it sends nothing.",
    "worker",
)
BREAKERS_OPEN = _gauge("cairn_breakers_open", "Providers that are left alone for now.", "worker")

# The public pages.
PORTAL_REQUESTS = _counter(
    "cairn_portal_requests_total", "Requests that the portal answered, by page and HTTP status.", "page", "status"
)
PORTAL_CONNECTIONS_CLOSED = _counter(
    "cairn_portal_connections_closed_total",
    "Connections that the portal refused or closed: the client was too slow, or held or asked for too many.",
    "reason",
)
UNSUBSCRIPTIONS = _counter(
    "cairn_unsubscriptions_total", "Unsubscriptions that the portal has written to contact-changes.", "channel"
)
PORTAL_PICTURES = _counter(
    "cairn_portal_pictures_total", "Pictures served; `source` is drawn, or memory.", "kind", "source"
)
PORTAL_TEXTS_LEFT_OUT = _counter(
    "cairn_portal_texts_left_out_total",
    "Texts left out of drawn pictures because no font has their characters.",
    "text",
)
PORTAL_PICTURE_SECONDS = _histogram(
    "cairn_portal_picture_seconds", "Drawing one picture.", (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0), "kind"
)

# Reactions.
_REACTION_BUCKETS = (0.01, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)
REACTIONS_HANDLED = _counter("cairn_reactions_handled_total", "Records that reactions are done with.", "reaction")
REACTIONS_FAILED = _counter(
    "cairn_reactions_failed_total", "Tries of records that failed; they are tried again.", "reaction"
)
REACTIONS_SET_ASIDE = _counter(
    "cairn_reactions_set_aside_total", "Records that went to the dead letters of reactions.", "reaction", "code"
)
REACTION_SECONDS = _histogram(
    "cairn_reaction_seconds", "One record in the hands of a reaction that handled it.", _REACTION_BUCKETS, "reaction"
)
REACTION_LAG = _gauge(
    "cairn_reaction_lag_records", "Records that an app has not handled yet.", "app", "topic", "partition"
)
REACTION_COMMITS = _counter(
    "cairn_reaction_commits_total", "Commits of offsets by an app; `outcome` is done, or refused.", "app", "outcome"
)
WEBHOOK_REQUESTS = _counter(
    "cairn_webhook_requests_total", "Requests to webhook endpoints, by host and the code of the answer.", "host", "code"
)
WEBHOOKS_GONE = _gauge(
    "cairn_webhooks_gone", "1 for an endpoint that answered 410: nothing is posted to it any more.", "host"
)

# Transactions and the group.
COMMIT_SECONDS = _histogram(
    "cairn_commit_seconds", "Sending the offsets and committing one transaction.", _COMMIT_BUCKETS
)
ABORTS = _counter(
    "cairn_transactions_aborted_total",
    "Transactions rolled back; their records are processed again.",
    "reason",
)
REBALANCES = _counter("cairn_rebalances_total", "Partitions assigned, revoked or lost, by callback.", "kind")

# Time.
TIMERS_FIRED = _counter("cairn_timers_fired_total", "Due timers handled.", "timer")
TIMERS_DROPPED = _counter(
    "cairn_timers_dropped_total", "Due timers that broke the processor and were removed; see the log.", "timer"
)

# Tasks.
RESTORE_SECONDS = _histogram("cairn_restore_seconds", "From assignment to running, per task.", _RESTORE_BUCKETS)
RESTORED_ROWS = _counter("cairn_restored_rows_total", "Changelog records read while restoring.")
REBUILDS = _counter(
    "cairn_store_rebuilds_total", "Local stores wiped and read again from the changelog, by reason.", "reason"
)
ASSIGNED = _gauge("cairn_assigned_partitions", "Partitions owned by the workers of this process.", "worker")
TASKS = _gauge("cairn_tasks", "Tasks of this process by state.", "state")
LAG_RECORDS = _gauge("cairn_lag_records", "Records not yet read.", "topic", "partition")
LAG_SECONDS = _gauge(
    "cairn_lag_seconds", "Age of the oldest record not yet read; 0 when all are.", "topic", "partition"
)
ROWS_TO_RESTORE = _gauge("cairn_rows_to_restore", "Changelog records a restoring task has still to read.", "partition")
STATE_BYTES = _gauge("cairn_state_bytes", "Size of the local store on disk.", "partition")
CACHE_ROWS = _gauge("cairn_cache_rows", "Rows kept in memory between transactions.", "worker")

# The worker itself.
ACCELERATOR = _gauge(
    "cairn_accelerator_active",
    "1 while the native accelerator counts the plain usage events of this tracker worker, 0 while Python counts all.",
    "worker",
)
RULES_VERSION = _gauge("cairn_rules_version", "Version of the milestones in force.", "worker")
RULES_WAITING = _gauge(
    "cairn_rules_waiting",
    "Tasks that wait for rules not yet read, or 1 while the worker has none at all; 0 in peace.",
    "worker",
)
STALLED = _gauge(
    "cairn_stalled",
    "1 while the loop turns and nothing gets done: aborts in a row, records that wait, brokers that do not answer.",
    "worker",
)
LAST_PROGRESS = _gauge(
    "cairn_loop_last_progress_timestamp_seconds", "When the loop last made progress (Unix time).", "worker"
)
MEMORY_BYTES = _gauge("cairn_worker_memory_bytes", "Resident memory.", "worker")
WORKER_UP = _gauge("cairn_worker_up", "1 while the worker's process lives.", "worker")
WORKER_RESTARTS = _counter(
    "cairn_worker_restarts_total", "Workers started again after they died, by what they said.", "exit"
)
SNAPSHOTS_DROPPED = _counter(
    "cairn_snapshots_dropped_total", "Figures a worker could not hand over because the pipe was full."
)

METRICS: tuple[Metric, ...] = (
    EVENTS, REJECTS, DUPLICATES, IGNORED, HANDED_BACK, ERASED, DEAD_LETTERS, CROSSINGS, NUDGES, DECISIONS, RELEASED,
    LINES_DROPPED, DETECTION_SECONDS, RECEIPTS, REQUESTS, REQUEST_SECONDS, DELIVERY_SECONDS, UNKNOWN_OUTCOMES,
    IN_FLIGHT, CLOCK_SKEW_SECONDS, CHANGES_AGE_SECONDS, BREAKERS_OPEN, PORTAL_REQUESTS, PORTAL_CONNECTIONS_CLOSED,
    UNSUBSCRIPTIONS,
    PORTAL_PICTURES, PORTAL_TEXTS_LEFT_OUT, PORTAL_PICTURE_SECONDS,
    REACTIONS_HANDLED, REACTIONS_FAILED, REACTIONS_SET_ASIDE, REACTION_SECONDS, REACTION_LAG, REACTION_COMMITS,
    WEBHOOK_REQUESTS, WEBHOOKS_GONE,
    COMMIT_SECONDS, ABORTS, REBALANCES, TIMERS_FIRED, TIMERS_DROPPED, RESTORE_SECONDS, RESTORED_ROWS, REBUILDS,
    ASSIGNED, TASKS, LAG_RECORDS, LAG_SECONDS, ROWS_TO_RESTORE, STATE_BYTES, CACHE_ROWS, ACCELERATOR,
    RULES_VERSION, RULES_WAITING, STALLED, LAST_PROGRESS, MEMORY_BYTES, WORKER_UP, WORKER_RESTARTS, SNAPSHOTS_DROPPED,
)  # fmt: skip
"""All of them, in the order they are shown."""

BY_NAME = {metric.name: metric for metric in METRICS}
