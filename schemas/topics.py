"""The topic table: every topic of Cairn with its settings, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from schemas.channel import CHANNELS, Channel
from schemas.dead_letter import dead_letter_topic

USAGE_EVENTS = "usage-events"
CONTACTS = "contacts"
CONTACTS_DLQ = dead_letter_topic(CONTACTS)
CONTACT_CHANGES = "contact-changes"
CONTACT_CHANGES_DLQ = dead_letter_topic(CONTACT_CHANGES)
MILESTONE_CROSSED = "milestone-crossed"
MILESTONE_NUDGES = "milestone-nudges"
MILESTONE_RULES = "milestone-rules"
USAGE_EVENTS_DLQ = dead_letter_topic(USAGE_EVENTS)
MILESTONE_CROSSED_DLQ = dead_letter_topic(MILESTONE_CROSSED)
MILESTONE_NUDGES_DLQ = dead_letter_topic(MILESTONE_NUDGES)
CELEBRATION_DECISIONS = "celebration-decisions"
DELIVERIES: Mapping[Channel, str] = MappingProxyType(
    {each: f"deliveries-{each.replace('_', '-')}" for each in CHANNELS}
)
"""The topic of each channel's deliveries."""
DELIVERIES_DLQ: Mapping[Channel, str] = MappingProxyType(
    {channel: dead_letter_topic(name) for channel, name in DELIVERIES.items()}
)
DELIVERY_RECEIPTS = "delivery-receipts"
DELIVERY_RECEIPTS_DLQ = dead_letter_topic(DELIVERY_RECEIPTS)
REACTIONS = "reactions"
REACTIONS_DLQ = dead_letter_topic(REACTIONS)

TRACKER_APP = "cairn-tracker"
"""The tracker's application id, before the prefix: its group; transactional ids and changelog start with it."""
TRACKER_CHANGELOG = f"{TRACKER_APP}-changelog"
PLANNER_APP = "cairn-planner"
"""The planner's application id, likewise."""
PLANNER_CHANGELOG = f"{PLANNER_APP}-changelog"

PARTITIONS = 12
BROKER_DEFAULT = -1
"""As a replication factor: the broker's own default."""

_DAY_MS = 86_400_000
_FOR_EVER = -1
_RECORD_BYTES = 1_048_588
_DLQ_MARGIN_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: what it holds, how it is keyed, how it is kept.

    `key` names what the key holds; an empty one is a topic without keys and with one partition. `stateful`: somebody's
    state rests on the partition count, so it can never change. `configs` are Kafka topic configs, all values text.
    """

    name: str
    holds: str
    key: str
    configs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    stateful: bool = True
    partitions: int = PARTITIONS
    replication: int = BROKER_DEFAULT

    @property
    def compacted(self) -> bool:
        """Whether Kafka keeps the last record of each key."""
        return "compact" in self.configs["cleanup.policy"]

    @property
    def retention_ms(self) -> int:
        """How long records are kept, in milliseconds; -1 for ever."""
        return int(self.configs.get("retention.ms", str(_FOR_EVER)))


def prefixed(prefix: str, name: str) -> str:
    """Return a topic's, group's or application's full name: the setting `topic_prefix` is put before every one."""
    return prefix + name


def topics(prefix: str = "", partitions: int = PARTITIONS, replication: int = BROKER_DEFAULT) -> tuple[Topic, ...]:
    """Return the table with full names.

    All keyed topics have one partition count: a contact has the same partition number in each, so that a worker that
    owns it writes what belongs to it side by side.

    Raises:
        ValueError: fewer than one partition.
    """
    if partitions < 1:
        raise ValueError(f"a topic has at least 1 partition, not {partitions}")
    return tuple(
        Topic(
            name=prefixed(prefix, each.name),
            holds=each.holds,
            key=each.key,
            configs=each.configs,
            stateful=each.stateful,
            partitions=partitions if each.key else 1,
            replication=replication,
        )
        for each in TOPICS
    )


def _deleted(retention_ms: int, record_bytes: int = _RECORD_BYTES) -> Mapping[str, str]:
    return MappingProxyType(
        {
            "cleanup.policy": "delete",
            "retention.ms": str(retention_ms),
            "max.message.bytes": str(record_bytes),
        }
    )


def _letters(name: str, refused: str, retention_ms: int = 30 * _DAY_MS) -> Topic:
    """The row of a dead-letter topic: the reason's headers come on top of a record that its topic took."""
    kept = _deleted(retention_ms, _RECORD_BYTES + _DLQ_MARGIN_BYTES)
    return Topic(name, f"{refused}, with the reason", "contact_id", kept)


def _compacted(**configs: str) -> Mapping[str, str]:
    return MappingProxyType(
        {
            "cleanup.policy": "compact",
            # A worker away for less than half of this may trust its local rows: it cannot have missed a tombstone.
            "delete.retention.ms": str(7 * _DAY_MS),
            **configs,
        }
    )


_CHANGELOG = _compacted(
    **{
        # The active segment is never compacted: small ones keep a restore short.
        "segment.bytes": str(64 * 1024 * 1024),
        "segment.ms": str(3_600_000),
        "min.cleanable.dirty.ratio": "0.2",
        "max.message.bytes": str(_RECORD_BYTES),
    }
)

TOPICS = (
    Topic(USAGE_EVENTS, "usage events, written by applications", "contact_id", _deleted(30 * _DAY_MS)),
    Topic(
        CONTACTS,
        "contacts, the last profile of each; null removes it",
        "contact_id",
        _compacted(
            **{
                # What was replaced or removed must be gone within days, not whenever a segment happens to fill.
                "segment.ms": str(_DAY_MS),
                "max.compaction.lag.ms": str(7 * _DAY_MS),
                "max.message.bytes": str(_RECORD_BYTES),
            }
        ),
    ),
    Topic(
        CONTACT_CHANGES,
        "what happened to contacts: erase, unsubscribe, mute and the like",
        "contact_id",
        # Each change stands for itself: compaction would let a later mute hide an unsubscribe.
        _deleted(_FOR_EVER),
    ),
    Topic(
        MILESTONE_CROSSED,
        "crossings, one for each contact, milestone and occurrence",
        "contact_id",
        _deleted(_FOR_EVER),
    ),
    Topic(MILESTONE_NUDGES, "contacts near a milestone, or stuck before it", "contact_id", _deleted(7 * _DAY_MS)),
    _letters(USAGE_EVENTS_DLQ, "usage events that were refused"),
    _letters(CONTACTS_DLQ, "contacts that were refused"),
    _letters(CONTACT_CHANGES_DLQ, "changes of contacts that were refused"),
    Topic(MILESTONE_RULES, "versions of the milestones file, each one record", "", _deleted(_FOR_EVER), stateful=False),
    Topic(TRACKER_CHANGELOG, "the tracker's rows and positions", "row", _CHANGELOG),
    _letters(MILESTONE_CROSSED_DLQ, "crossings that the planner could not read"),
    _letters(MILESTONE_NUDGES_DLQ, "nudges that the planner could not read"),
    Topic(
        CELEBRATION_DECISIONS,
        "one final yes or no for each crossing or nudge and channel, with the reason",
        "contact_id",
        _deleted(90 * _DAY_MS),
    ),
    *(
        Topic(
            name,
            f"messages for the {channel.replace('_', ' ')} dispatcher; they hold addresses",
            "contact_id",
            _deleted(7 * _DAY_MS),
        )
        for channel, name in DELIVERIES.items()
    ),
    # They hold addresses too, and so go as early.
    *(
        _letters(name, f"{channel.replace('_', ' ')} messages that could not be sent by a fault of ours", 7 * _DAY_MS)
        for channel, name in DELIVERIES_DLQ.items()
    ),
    Topic(DELIVERY_RECEIPTS, "what became of each attempt of a delivery", "contact_id", _deleted(90 * _DAY_MS)),
    _letters(DELIVERY_RECEIPTS_DLQ, "receipts that the planner could not read"),
    # Written by a replay of dead letters alone: on their own topics they would be new to everybody else.
    Topic(REACTIONS, "records that one reaction is to have again", "contact_id", _deleted(7 * _DAY_MS)),
    _letters(REACTIONS_DLQ, "records that a reaction could not handle"),
    Topic(PLANNER_CHANGELOG, "the planner's rows and positions", "row", _CHANGELOG),
)
"""The table before prefix and settings."""
_NAMES = frozenset(each.name for each in TOPICS)
DEAD_LETTERS: Mapping[str, str] = MappingProxyType(
    {each.name: dead_letter_topic(each.name) for each in TOPICS if dead_letter_topic(each.name) in _NAMES}
)
"""The dead-letter topic of each topic that has one; their keys are contacts."""
