"""Topics that a rig makes before anything else: there, and led."""

from __future__ import annotations

from collections.abc import Sequence

from confluent_kafka.admin import AdminClient, NewTopic

from tests.system.topic_log import ANSWER
from tests.system.waiting import until


def make_topics(admin: AdminClient, new: Sequence[NewTopic], within: float = 60.0) -> None:
    """Make them, and wait until every partition has a leader: before, a producer or reader may be told of none.

    Raises:
        AssertionError: they have none `within` seconds.
        KafkaException: one could not be made.
    """
    for future in admin.create_topics(list(new), request_timeout=ANSWER).values():
        future.result(ANSWER)

    def led() -> bool:
        known = admin.list_topics(timeout=ANSWER).topics
        return all(
            each.topic in known and all(part.leader >= 0 for part in known[each.topic].partitions.values())
            for each in new
        )

    until(led, within=within, what="the new topics have leaders")
