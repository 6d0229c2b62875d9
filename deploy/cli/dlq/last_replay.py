"""How far a dead-letter topic was when it was last replayed: offsets of a consumer group that has no members.

They are committed in the transaction of the replay. What the broker forgets (`offsets.retention.minutes`) is counted
again, which is the side to err on.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING

from deploy.cli.topic_admin import TIMEOUT, refused
from deploy.cli.topic_records import Span

if TYPE_CHECKING:
    from confluent_kafka import Producer

    from deploy.cli.clients import Clients
    from stream.runtime.settings import Settings


def replays(settings: Settings) -> str:
    """The name of the group, which is that of the replay's transactional id too."""
    return settings.prefixed(f"{settings.tracker.app_id}-dlq-replay")


def note_replay(
    clients: Clients, settings: Settings, producer: Producer, topic: str, spans: Mapping[int, Span], timeout: float
) -> None:
    """Commit the ends of `spans`, of a dead-letter topic by its full name, in the open transaction of `producer`.

    Raises:
        KafkaException: as the client's `send_offsets_to_transaction`.
    """
    from confluent_kafka import TopicPartition

    ends = [TopicPartition(topic, partition, span.high) for partition, span in spans.items()]
    with closing(clients.reader(group_id=replays(settings))) as member:
        producer.send_offsets_to_transaction(ends, member.consumer_group_metadata(), timeout)


def last_replay(
    clients: Clients, settings: Settings, topics: Mapping[str, Mapping[int, Span]]
) -> dict[str, dict[int, int]]:
    """The end that each partition had at its last replay, by full topic name; left out where there was none.

    Raises:
        CairnError: exit 4, when the brokers refuse or do not answer.
    """
    from confluent_kafka import KafkaException, TopicPartition

    wanted = [TopicPartition(topic, partition) for topic, spans in topics.items() for partition in spans]
    if not wanted:
        return {}
    with closing(clients.reader(group_id=replays(settings))) as member:
        try:
            found = member.committed(wanted, timeout=TIMEOUT)
        except KafkaException as error:
            raise refused(clients.address, "ask when dead letters were last replayed", error) from error
    ends: dict[str, dict[int, int]] = {}
    for place in found:
        if place.offset >= 0:
            ends.setdefault(place.topic, {})[place.partition] = place.offset
    return ends
