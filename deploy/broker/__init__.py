"""The embedded broker: a real Apache Kafka for the demo, tests and benchmarks."""

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
