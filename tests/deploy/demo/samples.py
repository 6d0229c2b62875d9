"""A crossing to judge and to word."""

from __future__ import annotations

from schemas.milestone_crossed import EventSource, MilestoneCrossed

CROSSED = MilestoneCrossed(
    id="x",
    contact_id="c-1",
    milestone="documents-10",
    occurrence=1,
    metric="documents",
    kind="sum",
    tier="minor",
    threshold=10,
    value_before=9,
    value=12,
    occurred_at="2026-11-20T14:41:07.120Z",
    detected_at="2026-11-20T14:41:07.163Z",
    celebrate=True,
    rules_version=1,
    source=EventSource(topic="usage-events", partition=0, offset=5, event_source="boards", event_id="e"),
)
