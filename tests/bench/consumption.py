"""The ceiling: a bare `Consumer.consume()` with the tracker's settings. `python -m tests.bench.consumption ORDER`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from schemas.topics import USAGE_EVENTS
from stream.engine.pace import Pace
from stream.runtime.kafka import consumer_config
from tests.bench.guard import end_with_parent
from tests.bench.order import Order, Run
from tests.bench.stopwatch import now


def consume(order: Order) -> Run:
    """Read the order's events and do nothing with them; the clock starts as the tracker's, with the first in hand."""
    pace = Pace()
    settings = order.settings()
    consumer = Consumer(consumer_config(settings, settings.tracker, group_id=settings.prefixed(order.app_id)))
    topic = settings.prefixed(USAGE_EVENTS)
    consumer.assign([TopicPartition(topic, each, OFFSET_BEGINNING) for each in range(order.partitions)])
    seen, began = 0, None
    while seen < order.events:
        messages = consumer.consume(pace.batch, pace.wait_behind)
        if began is None and messages:
            began = now()
        seen += sum(message.error() is None for message in messages)
    taken = now().since(began or now())
    consumer.close()
    return Run(events=seen, seconds=taken.wall, cpu=taken.cpu, loop=taken.loop)


if __name__ == "__main__":
    end_with_parent()
    print(json.dumps(asdict(consume(Order(**json.loads(sys.argv[1]))))), flush=True)
