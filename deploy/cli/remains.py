"""What Kafka still holds of an erased contact, and for how long: Cairn deletes its own rows, not records of topics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deploy.cli.text import counted
from schemas.topics import (
    CELEBRATION_DECISIONS,
    CONTACT_CHANGES,
    CONTACT_CHANGES_DLQ,
    CONTACTS,
    CONTACTS_DLQ,
    DELIVERIES,
    MILESTONE_CROSSED,
    MILESTONE_NUDGES,
    USAGE_EVENTS,
    USAGE_EVENTS_DLQ,
)
from stream.planner.topology import planner_topology
from stream.tracker.topology import tracker_topology

if TYPE_CHECKING:
    from deploy.cli.topic_admin import TopicAdmin, TopicState
    from stream.runtime.settings import Settings

_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000

_HELD = (
    (USAGE_EVENTS, "its events"),
    (USAGE_EVENTS_DLQ, "its refused events"),
    (CONTACTS, "its last profiles"),
    (CONTACTS_DLQ, "its refused profiles"),
    (CONTACT_CHANGES, "its id, with this erasure"),
    (CONTACT_CHANGES_DLQ, "its refused changes"),
    (MILESTONE_CROSSED, "its id, with what it reached"),
    (MILESTONE_NUDGES, "its id, with what it was near"),
    (CELEBRATION_DECISIONS, "its id, with what was decided"),
    *((topic, "messages to it, with addresses") for topic in DELIVERIES.values()),
)


@dataclass(frozen=True)
class Remains:
    """What one topic still holds; `ms` is None where it is for ever, `compacted` where compaction removes it."""

    topic: str
    what: str
    ms: int | None
    compacted: bool

    @property
    def how_long(self) -> str:
        """In words."""
        if self.compacted:
            return "until compaction" + (f", at most {_length(self.ms)} and a little" if self.ms is not None else "")
        return "for ever" if self.ms is None else f"at most {_length(self.ms)}, and the segment's end"

    def document(self) -> dict[str, Any]:
        """For --json."""
        return {"topic": self.topic, "what": self.what, "retention_ms": self.ms, "compacted": self.compacted}


def remains_of(settings: Settings, admin: TopicAdmin) -> list[Remains]:
    """What each topic that exists will hold, by its settings on the brokers.

    Raises:
        CairnError: exit 4, when those cannot be read.
    """
    prefix = settings.topics.prefix
    changelogs = (
        tracker_topology(prefix, settings.tracker.app_id).changelog,
        planner_topology(prefix, settings.planner.app_id).changelog,
    )
    held = [
        *((settings.prefixed(name), what) for name, what in _HELD),
        *((each, "its last rows") for each in changelogs),
    ]
    there = admin.topics(topic for topic, _ in held)
    return [_remains(topic, what, there[topic]) for topic, what in held if topic in there]


def _remains(topic: str, what: str, state: TopicState) -> Remains:
    compacted = "compact" in state.config.get("cleanup.policy", "")
    name = "max.compaction.lag.ms" if compacted else "retention.ms"
    ms = int(state.config.get(name, "-1"))
    # Kafka's own default for the lag is the largest number there is.
    return Remains(topic, what, ms if 0 <= ms < 2**63 - 1 else None, compacted)


def _length(ms: int) -> str:
    return counted(ms // _DAY_MS, "day") if ms >= _DAY_MS else counted(max(1, ms // _HOUR_MS), "hour")
