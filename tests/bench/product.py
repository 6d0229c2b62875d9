"""Cairn as its users run it: `cairn run tracker`, under a settings file of the run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.topics import MILESTONE_CROSSED, MILESTONE_NUDGES, MILESTONE_RULES, USAGE_EVENTS_DLQ
from stream.tracker.topology import tracker_topology
from tests.bench.entry import Entry, Outputs
from tests.bench.ground import Ground
from tests.bench.order import Order
from tests.bench.profiles import PROFILES
from tests.bench.rules import apply_once


@contextmanager
def tracker_entry(ground: Ground, prefix: str, partitions: int, profile: str, workers: int) -> Iterator[Entry]:
    """Prepare a new tracker with an empty state; all of it is gone afterwards."""
    apply_once(ground.servers, prefix + MILESTONE_RULES, PROFILES[profile].document())
    with ground.tracker(prefix, partitions) as (app_id, state):
        topology = tracker_topology(prefix, app_id)
        order = Order(ground.servers, prefix, app_id, partitions, state, profile, until="told")
        yield Entry(
            commands=(_as_users_do(order, workers),),
            group=topology.app,
            outputs=Outputs(prefix + MILESTONE_CROSSED, prefix + MILESTONE_NUDGES, prefix + USAGE_EVENTS_DLQ),
            changelog=topology.changelog,
        )


def _as_users_do(order: Order, workers: int) -> list[str]:
    file = Path(order.state_dir).with_suffix(".toml")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(order.settings_file(), "utf-8")
    options = ["--config", str(file), "--workers", str(workers), "--http-port", "off"]
    return [sys.executable, "-m", "tests.bench.command_line", "run", "tracker", *options]
