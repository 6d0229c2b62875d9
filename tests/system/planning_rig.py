"""A rig that has the planner's topics too, and starts planners."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from confluent_kafka import Producer

from schemas.topics import (
    CELEBRATION_DECISIONS,
    DELIVERIES,
    DELIVERY_RECEIPTS,
    DELIVERY_RECEIPTS_DLQ,
    MILESTONE_CROSSED_DLQ,
    MILESTONE_NUDGES_DLQ,
    PLANNER_APP,
    PLANNER_CHANGELOG,
)
from tests.system.planner_order import PlannerOrder
from tests.system.rig import MILESTONES, SHORT, Option, Rig
from tests.system.running_worker import RunningWorker

SOON = f"{MILESTONES}bundle: 1 second\n"
"""Tests need not wait for what a contact might reach within half a minute."""


class PlanningRig(Rig):
    """Its tracker is there as well; `planner_group` is the planner's group."""

    def __init__(self, bootstrap: str, prefix: str, directory: Path, *, partitions: int = 4) -> None:
        super().__init__(bootstrap, prefix, directory, partitions=partitions, milestones=SOON)
        self.planner_group = prefix + PLANNER_APP
        wanted = (
            CELEBRATION_DECISIONS,
            *DELIVERIES.values(),
            DELIVERY_RECEIPTS,
            DELIVERY_RECEIPTS_DLQ,
            MILESTONE_CROSSED_DLQ,
            MILESTONE_NUDGES_DLQ,
            PLANNER_CHANGELOG,
        )
        self.make_topics(*(prefix + each for each in wanted))
        self._profiles = Producer({"bootstrap.servers": bootstrap, "partitioner": "murmur2_random"})

    def planner(self, name: str, *, mischief: Mapping[str, Any] | None = None, **planner: Option) -> RunningWorker:
        """Start a planner on the slot of host `name`; `planner` overrides settings of its section."""
        options: dict[str, Any] = {
            "kafka.bootstrap_servers": self.bootstrap,
            "topics.prefix": self.prefix,
            "topics.partitions": self.partitions,
            "log.level": "debug",
            "log.format": "json",
            **{name.replace("tracker.", "planner."): value for name, value in SHORT.items()},
            "planner.host": name,
            "planner.state_dir": str(self.state_of(name)),
            **{f"planner.{key}": value for key, value in planner.items()},
        }
        log = str(self.directory / f"{name}-{uuid.uuid4().hex[:6]}.log")
        worker = RunningWorker(name, PlannerOrder(options=options, log=log, mischief=dict(mischief or {})))
        self.workers.append(worker)
        return worker

    def put(self, topic: str, contact: str, **body: Any) -> None:
        """Write a record of a contact."""
        self._profiles.produce(self.prefix + topic, json.dumps({"contact_id": contact} | body), contact)

    def flush(self) -> None:
        """Wait until the broker has what was put."""
        assert not self._profiles.flush(30)

    def values(self, topic: str) -> list[bytes]:
        """What readers see on a topic now."""
        with self.log(self.prefix + topic) as log:
            return [each.value() for each in log.read_all()]
