"""The embedded broker: a real Apache Kafka (KRaft, one node) for the demo, tests, benchmarks and trying things.

kafka           `EmbeddedKafka`: start, stop, kill and restart one node in a directory
java, distribution, maven, jar_store, jars.lock
                a Java runtime from a wheel; Kafka's jars, fetched once and checked against committed hashes
keeper, kept_process
                the broker ends with its owner, even when that is killed with SIGKILL
ports, server_properties, node, readiness, diagnosis
                free ports, settings fit for tests, is it up, and if not, why
announcement    how `cairn events send` in a second terminal finds it
"""

from deploy.broker.announcement import Announcement, announced, find_announcement, running_broker
from deploy.broker.errors import BrokerError
from deploy.broker.java import Jvm
from deploy.broker.kafka import EmbeddedKafka
from deploy.broker.progress import OnProgress, Progress, ProgressLine

__all__ = [
    "Announcement",
    "BrokerError",
    "EmbeddedKafka",
    "Jvm",
    "OnProgress",
    "Progress",
    "ProgressLine",
    "announced",
    "find_announcement",
    "running_broker",
]
