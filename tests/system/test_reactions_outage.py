"""Reactions whose Kafka goes away and comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.broker import EmbeddedKafka
from deploy.broker.ports import free_port
from stream.runtime.exits import Exit
from tests.system.reactions_rig import ReactionsRig
from tests.system.waiting import until

pytestmark = pytest.mark.system


def test_they_go_on_where_they_were(tmp_path: Path) -> None:
    """What was in hand is handled while the broker is away, and what comes after it as soon as it is back."""
    with EmbeddedKafka(tmp_path / "kafka", free_port()) as broker:
        rig = ReactionsRig(broker.bootstrap_servers, "outage-", tmp_path)
        try:
            run = rig.run(rig.module("tell"))
            before = rig.cross(f"c-{each}" for each in range(20))
            rig.wait_done(before)
            broker.kill()
            until(lambda: "commit_failed" in run.said or "Unable connect" in run.said, within=60, what="it notices")
            broker.restart()
            after = rig.cross((f"c-{each}" for each in range(20)), occurrence=2)

            rig.wait_done(after, within=120)
            assert run.stop() == Exit.OK
        finally:
            rig.close()
