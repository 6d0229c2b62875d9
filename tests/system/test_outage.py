"""What a worker asks the cluster is answered again after its broker was away."""

from __future__ import annotations

from pathlib import Path

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from deploy.broker import EmbeddedKafka
from deploy.broker.ports import free_port
from stream.engine.cluster import Cluster, Span
from stream.runtime.kafka import admin_config
from stream.runtime.layers import load
from tests.system.waiting import until

pytestmark = pytest.mark.system


def test_where_partitions_end_is_known_again_after_a_restart_of_their_leader(tmp_path: Path) -> None:
    """Timers and restores ask it, of one client that lives as long as the worker.

    Mutation: let the admin client keep its metadata as long as it likes, and it is refused for a quarter of an hour.
    """
    with EmbeddedKafka(tmp_path / "kafka", free_port()) as broker:
        settings = load(environ={}, options={"kafka.bootstrap_servers": broker.bootstrap_servers}).settings
        admin = AdminClient({**admin_config(settings), "log_level": 2})
        admin.create_topics([NewTopic("asked", 1, 1)])["asked"].result(10)
        cluster = Cluster(admin)

        def spans() -> dict[tuple[str, int], Span]:
            try:
                return cluster.spans([("asked", 0)], timeout=2.0)
            except KafkaException:
                return {}

        until(spans, within=60, what="the ends of a new topic")
        broker.kill()
        broker.restart()
        assert until(spans, within=30, what="the ends after the restart") == {("asked", 0): Span(0, 0)}
