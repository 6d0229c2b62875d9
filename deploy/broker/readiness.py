"""Whether the broker serves: asked of Kafka itself, as a client would."""

import contextlib
import socket
import time
from collections.abc import Callable

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

_POLL_S = 0.02
_GROUPS_S = 5.0


def await_ready(bootstrap_servers: str, alive: Callable[[], bool], timeout: float) -> bool:
    """True once the broker answered a metadata request, is itself in the answer, and serves consumer groups.

    False if `alive()` says that it ended, or after `timeout` seconds.
    """
    deadline = time.monotonic() + timeout
    host, port = bootstrap_servers.rsplit(":", 1)
    # A client that met a closed port backs off; knocking first saves that wait.
    while not _open(host, int(port)):
        if not alive() or time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    backoff = {"reconnect.backoff.ms": 20, "reconnect.backoff.max.ms": 50}
    client = AdminClient({"bootstrap.servers": bootstrap_servers, "log_level": 0, **backoff})
    while alive() and time.monotonic() < deadline:
        with contextlib.suppress(KafkaException):
            if client.list_topics(timeout=1).brokers:
                _await_groups(bootstrap_servers)
                return alive()
        time.sleep(_POLL_S)
    return False


def _await_groups(bootstrap_servers: str) -> None:
    """Ask for a commit of a group that is none: the answer means that the topic of commits is there.

    A new broker makes that topic when the first group asks for its coordinator. That group is then
    refused and comes back after 3 s (librdkafka's pause after "not coordinator"); asking here costs half
    a second instead.
    """
    properties = {"bootstrap.servers": bootstrap_servers, "group.id": "cairn-broker-readiness", "log_level": 0}
    consumer = Consumer(properties)
    # Not to be had in time: the broker is up all the same, only slow.
    with contextlib.suppress(KafkaException):
        consumer.committed([TopicPartition("any", 0)], timeout=_GROUPS_S)
    consumer.close()


def _open(host: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False
