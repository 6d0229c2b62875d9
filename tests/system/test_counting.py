"""Events in, crossings out, through the real worker process on a real Kafka."""

from __future__ import annotations

import json

import pytest

from stream.runtime.exits import Exit
from tests.system.rig import Rig
from tests.system.usage import Usage

pytestmark = pytest.mark.system


def test_a_crossing_appears_for_every_contact_that_reaches_a_milestone(rig: Rig) -> None:
    """A contact who passes 10 documents has one record, on the partition of its event, and a reader sees it at once."""
    rig.usage.send(Usage(f"c-{i}", f"e-{i}-{j}", value=6) for i in range(50) for j in range(2))
    worker = rig.worker("a").wait_owning(4)
    rig.wait_processed()
    with rig.log(rig.crossed) as crossed:
        found = [json.loads(each.value()) for each in crossed.read_all()]
        places = {(each.partition(), json.loads(each.value())["source"]["partition"]) for each in crossed.records}
    assert sorted((each["contact_id"], each["milestone"]) for each in found) == sorted(
        (f"c-{i}", "documents-10") for i in range(50)
    )
    assert all(ours == theirs for ours, theirs in places)
    assert worker.stop() == Exit.OK
