"""The tracker that a worker runs is the one that the settings describe."""

from __future__ import annotations

import json

from schemas.dead_letter import reason_of
from schemas.topics import MILESTONE_RULES, USAGE_EVENTS, USAGE_EVENTS_DLQ
from stream.core.adoption import next_version
from stream.runtime.settings import Settings, Topics, Tracker
from stream.testing import Driver
from stream.tracker.run import make_tracker
from tests.stream.tracker.played import read

MILESTONES = """
version: 1
product: {name: Acme Boards, url: "https://app.acme.example"}
metrics: {projects: {count: events, from: project_created}}
milestones: [{id: first-project, when: {projects: 1}}]
"""


def test_the_door_keeps_to_the_limits_of_the_settings() -> None:
    """An event that the defaults let in becomes a dead letter where the settings allow less."""
    version = next_version(None, read(MILESTONES), 1)
    settings = Settings(topics=Topics(prefix="t-"), tracker=Tracker(record_size=256))

    with Driver(make_tracker(settings, lambda _version: None)) as driver:
        driver.pipe(f"t-{MILESTONE_RULES}", None, version.encode())
        body = {"id": "e-1", "contact_id": "c-1", "event": "project_created", "at": driver.now_ms}
        driver.pipe(f"t-{USAGE_EVENTS}", "c-1", json.dumps(body))
        driver.pipe(f"t-{USAGE_EVENTS}", "c-1", json.dumps(body | {"id": "e-2", "note": "x" * 300}))
        driver.run()
        reasons = [reason_of(letter.headers()) for letter in driver.read(f"t-{USAGE_EVENTS_DLQ}")]

    assert [reason and reason.code for reason in reasons] == ["too_large"]
