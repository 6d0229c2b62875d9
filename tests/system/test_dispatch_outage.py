"""A dispatcher whose Kafka goes away and comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.broker import EmbeddedKafka
from deploy.broker.ports import free_port
from stream.runtime.exits import Exit
from tests.system.dispatch_audit import faults
from tests.system.dispatch_rig import DispatchRig
from tests.system.waiting import until

pytestmark = pytest.mark.system


def test_receipts_wait_for_a_broker_that_is_away(tmp_path: Path) -> None:
    """What was sent while the broker was away gets its one receipt when it is back; nothing is sent again, and the
    worker lives on.
    """
    with EmbeddedKafka(tmp_path / "kafka", free_port()) as broker:
        rig = DispatchRig(broker.bootstrap_servers, "outage-", tmp_path)
        try:
            rig.switch("hold", on=True)
            released = rig.release([f"up.ok.{number}" for number in range(100)])
            # A session as long as the outage: else the group gives the partitions away, and what is sent is repeated.
            worker = rig.worker("d", in_flight=100, session_timeout=60, heartbeat=1, max_poll=60)
            until(lambda: len(rig.requests()) == 100, within=30, what="all are under way")
            broker.kill()
            rig.switch("hold", on=False)
            until(lambda: worker.counted("cairn_receipts_total") == 100, within=30, what="all are sent")
            broker.restart()
            until(lambda: sum(rig.finals().values()) >= 100, within=60, what="all receipts are written")
            rig.wait_committed(within=60)

            assert worker.stop() == Exit.OK
            assert faults([each.id for each in released], rig.requests(), rig.finals()) == []
        finally:
            rig.close()
