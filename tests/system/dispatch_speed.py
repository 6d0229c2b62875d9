"""How many deliveries a second the runtime of a dispatcher takes: one worker, a sender that delivers at once, a receipt
for each. Measure it with `python -m tests.system.dispatch_speed`.
"""

from __future__ import annotations

import tempfile
import time
import uuid
from pathlib import Path

from deploy.broker import EmbeddedKafka
from tests.system.dispatch_rig import DispatchRig
from tests.system.topic_log import TopicLog
from tests.system.waiting import until

DELIVERIES = 60_000
LEASE_MS = 3_600_000


def measure() -> float:
    """Deliveries per second from the first receipt to the last, by the receipts' timestamps on the broker's log."""
    with tempfile.TemporaryDirectory() as directory, EmbeddedKafka(Path(directory) / "kafka") as broker:
        rig = DispatchRig(broker.bootstrap_servers, f"s{uuid.uuid4().hex[:8]}-", Path(directory), partitions=12)
        try:
            rig.release((f"up.ok.{number}" for number in range(DELIVERIES)), lease_ms=LEASE_MS)
            worker = rig.worker("d", instant=True)
            with TopicLog(rig.bootstrap, rig.receipts, rig.partitions) as log:
                until(lambda: sum(log.ends().values()) >= DELIVERIES, within=120, what="all receipts")
                stamps: list[int] = sorted(each.timestamp()[1] for each in log.read_all())
            worker.stop()
        finally:
            rig.close()
    return DELIVERIES / ((stamps[-1] - stamps[0]) / 1000)


if __name__ == "__main__":
    began = time.monotonic()
    print(f"{measure():,.0f} deliveries/s ({time.monotonic() - began:.0f} s in all)")
