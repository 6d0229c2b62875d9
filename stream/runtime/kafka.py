"""The Kafka client factory: our defaults, over them the user's properties, over those what correctness
rests on.

All functions give plain dictionaries for confluent_kafka, so that a caller may add what only it knows
(callbacks).
"""

from collections.abc import Mapping
from typing import Any

from stream.runtime.client_log import ClientLog
from stream.runtime.settings import Group, Settings, Workers

Config = dict[str, Any]

PRODUCER_MESSAGE_BYTES = 100 * 1000 * 1000
"""Room for any record that a topic took, and its dead letter: at the default of 1 MB such a record loops
for ever."""

BATCH_BYTES = 1_000_000
"""librdkafka's own default for batch.size."""
BATCH_OVERHEAD = 512
"""What a batch has beside what the client counts: 61 bytes of header, and up to 21 a record that it estimates."""

_NETWORK: Config = {
    "socket.keepalive.enable": True,
    "log.connection.close": False,  # brokers close idle connections; that is no news
    "reconnect.backoff.max.ms": 2000,  # at the default of 10 s a broker that is back looks dead for as long
}
_FETCHING: Config = {
    "queued.min.messages": 100_000,
    # What one answer brings comes on top of the queue, whose bound counts the bytes of keys and values alone: 4 MB of
    # LZ4 are some 90,000 events of 200 B, each with 450 B of the client's own: 60 MB. With 32 MB it was 480 MB at once,
    # half of what a worker of 12 partitions took. 90,000 events are a quarter of a second's work: nobody waits.
    "fetch.message.max.bytes": 1 << 20,
    "fetch.max.bytes": 4 << 20,
    "fetch.wait.max.ms": 100,
    "fetch.queue.backoff.ms": 20,  # the default of 1 s pauses a loop that has just emptied a full queue
}
_SENDING: Config = {
    "compression.type": "gzip",  # every client reads it: what others read comes from these producers
    "batch.num.messages": 10_000,
    "queue.buffering.max.messages": 2_000_000,
    "queue.buffering.max.kbytes": 256 << 10,  # 256 MB: a full queue makes the loop wait, not the machine swap
}
# Most of what a worker writes are rows for its changelog, which it alone reads: LZ4 takes a fraction of the time. Where
# others read, the topic's compression.type has the broker compress again.
_SENDING_ROWS: Config = _SENDING | {
    "compression.type": "lz4",
    # What a coordinator refuses because the last transaction's markers do not stand yet is asked again after this, and
    # after twice as long each time, up to the default of 1 s. With the default of 100 ms the p99 of that step was 100.
    "retry.backoff.ms": 5,
}
_ASKING: Config = {
    # An admin client keeps what it knows of leaders, and after a restart of their broker every question where a
    # partition ends is refused (FENCED_LEADER_EPOCH) until that is forgotten: at the default after 15 minutes, in
    # which no timer of a quiet partition fires and no restore ends. 5 s are one small question each.
    "metadata.max.age.ms": 5_000,
}
_READING: Config = {
    "enable.auto.commit": False,  # positions are committed inside the transaction
    "enable.auto.offset.store": False,
    "auto.offset.reset": "error",  # a lost position must stop us, not skip or repeat records in silence
    "enable.partition.eof": True,
}

OWNED: Mapping[str, str] = {
    "enable.auto.commit": "positions are committed inside transactions",
    "enable.auto.offset.store": "positions are committed inside transactions",
    "auto.offset.reset": "a lost position stops the worker; see tracker.accept_gap",
    "isolation.level": "a worker must not read what may yet be aborted",
    "enable.partition.eof": "a restore needs it",
    "enable.idempotence": "transactions need it",
    "acks": "transactions need all",
    "partitioner": "every keyed topic uses murmur2, as Java does",
    "message.max.bytes": "a dead letter must fit whatever its topic took",
    "linger.ms": "the loop hands over whole batches; waiting only adds latency",
    "group.id": "it is topics.prefix and tracker.app_id together",
    "group.instance.id": "it is made of tracker.host and the worker's number; see tracker.membership",
    "group.protocol": "use tracker.group_protocol",
    "group.remote.assignor": "every task holds as much as any other",
    "partition.assignment.strategy": "a worker hands partitions over one by one",
    "session.timeout.ms": "use tracker.session_timeout",
    "heartbeat.interval.ms": "use tracker.heartbeat",
    "max.poll.interval.ms": "use tracker.max_poll",
    "transactional.id": "each worker makes its own",
    "transaction.timeout.ms": "use tracker.transaction_timeout",
    "message.timeout.ms": "use tracker.transaction_timeout",
    "queued.max.messages.kbytes": "use tracker.fetch_queue",
}
"""librdkafka properties that users may not set, each with the reason or the setting to use."""


def consumer_config(
    settings: Settings,
    workers: Group,
    *,
    group_id: str,
    instance_id: str | None = None,
    name: str = "consumer",
) -> Config:
    """The consumer of one of these workers; `instance_id` makes it a static member (classic protocol only), `name` is
    what tells it from others in the brokers' logs and quotas."""
    ours = _READING | {
        "group.id": group_id,
        "isolation.level": "read_committed",
        "max.poll.interval.ms": _ms(workers.max_poll),
        "queued.max.messages.kbytes": workers.fetch_queue >> 10,
        "group.protocol": workers.group_protocol,
    }
    if workers.group_protocol == "consumer":
        ours |= {"group.remote.assignor": "uniform"}  # session and heartbeat are the broker's to set
    else:
        ours |= {
            "partition.assignment.strategy": "cooperative-sticky",
            "session.timeout.ms": _ms(workers.session_timeout),
            "heartbeat.interval.ms": _ms(workers.heartbeat),
        }
        if instance_id is not None:
            ours["group.instance.id"] = instance_id
    return _client(settings, name, _FETCHING, ours)


def reader_config(
    settings: Settings,
    *,
    committed: bool = True,
    role: str = "reader",
    group_id: str | None = None,
    workers: Group | None = None,
) -> Config:
    """A consumer that is told where to read and joins no group: restores, and commands that show a topic.

    `committed=False` reads records of open and aborted transactions too; its end of a partition is the high
    watermark, where a committed reader's is the last stable offset. `group_id` is the group whose offsets it may be
    asked for. `workers` says how much is fetched ahead; None: as the tracker's do.
    """
    ours = _READING | {
        # librdkafka wants a name; nothing is committed under it
        "group.id": group_id or settings.prefixed(f"cairn-{role}"),
        "isolation.level": "read_committed" if committed else "read_uncommitted",
        "queued.max.messages.kbytes": (workers or settings.tracker).fetch_queue >> 10,
    }
    return _client(settings, role, _FETCHING, ours)


def producer_config(
    settings: Settings,
    *,
    transactional_id: str | None = None,
    workers: Workers | None = None,
    batch_bytes: int | None = None,
) -> Config:
    """A producer; with `transactional_id` it takes part in transactions bounded by the `transaction_timeout` of
    `workers` (None: of the tracker's). That of `workers` writes a changelog. `batch_bytes` is what every topic takes: a
    larger batch would be refused whole.
    """
    ours: Config = {
        "enable.idempotence": True,
        "acks": "all",
        "linger.ms": 0,
        "partitioner": "murmur2_random",
        "message.max.bytes": PRODUCER_MESSAGE_BYTES,
    }
    if batch_bytes is not None:
        wanted = int(settings.kafka.properties.get("batch.size", BATCH_BYTES))
        ours["batch.size"] = max(min(wanted, batch_bytes - BATCH_OVERHEAD), 1)
    if transactional_id is not None:
        timeout = _ms((workers or settings.tracker).transaction_timeout)
        # A record that waited longer than its transaction may live would only be refused later.
        ours |= {
            "transactional.id": transactional_id,
            "transaction.timeout.ms": timeout,
            "message.timeout.ms": timeout,
        }
        waiting = settings.kafka.properties.get("socket.timeout.ms")
        if waiting is not None:  # librdkafka refuses one that is longer than the transaction
            ours["socket.timeout.ms"] = min(int(waiting), timeout)
    return _client(settings, "producer", _SENDING if workers is None else _SENDING_ROWS, ours)


def admin_config(settings: Settings) -> Config:
    """An admin client."""
    return _client(settings, "admin", _ASKING, {})


def _client(settings: Settings, role: str, defaults: Config, ours: Config) -> Config:
    """One client's dictionary; the later of the layers wins. `role` tells clients apart in the brokers'
    logs and quotas."""
    return {
        **_NETWORK,
        **defaults,
        **settings.kafka.properties,
        **ours,
        "bootstrap.servers": settings.kafka.bootstrap_servers,
        "client.id": f"{settings.kafka.client_id}-{role}",
        "logger": ClientLog(role),
    }


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
