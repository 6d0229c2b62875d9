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
_READABLE = "gzip"
_RECORD_BYTES = 1_048_588
_DLQ_MARGIN_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Retention:
    """How long records of a kind are kept, where that may be chosen: the setting `topics.retention.<name>`.

    `ms` is the default in milliseconds, -1 for ever.
    """

    name: str
    holds: str
    ms: int


_USAGE_EVENTS = Retention("usage_events", "usage events", 30 * _DAY_MS)
_CROSSINGS = Retention("crossings", "crossings", _FOR_EVER)
_NUDGES = Retention("nudges", "nudges", 7 * _DAY_MS)
_DECISIONS = Retention("decisions", "decisions", 90 * _DAY_MS)
_DELIVERIES = Retention("deliveries", "deliveries", 7 * _DAY_MS)
_RECEIPTS = Retention("receipts", "receipts", 90 * _DAY_MS)
_REACTIONS = Retention("reactions", "records that one reaction is to have again", 7 * _DAY_MS)
_DLQ = Retention("dlq", "dead letters", 30 * _DAY_MS)
# They hold addresses too, and so go as early.
_DELIVERIES_DLQ = Retention("deliveries_dlq", "dead letters of deliveries", 7 * _DAY_MS)

RETENTIONS: Mapping[str, Retention] = MappingProxyType(
    {
        each.name: each
        for each in (
            _USAGE_EVENTS,
            _CROSSINGS,
            _NUDGES,
            _DECISIONS,
            _DELIVERIES,
            _RECEIPTS,
            _REACTIONS,
            _DLQ,
            _DELIVERIES_DLQ,
        )
    }
)
"""What users may keep for longer or shorter, by the setting's name. The rules and the contacts' changes are not among
it: state is made of them, so they are kept for ever."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: what it holds, how it is keyed, how it is kept.

    `key` names what the key holds; an empty one is a topic without keys and with one partition. `stateful`: somebody's
    state rests on the partition count, so it can never change. `configs` are Kafka topic configs, all values text.
    `retention` is the setting that says how long its records are kept; None where nobody may choose.
    """

    name: str
    holds: str
    key: str
    configs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    stateful: bool = True
    partitions: int = PARTITIONS
    replication: int = BROKER_DEFAULT
    retention: Retention | None = None

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
            retention=each.retention,
        )
        for each in TOPICS
    )


def _for_ever(record_bytes: int = _RECORD_BYTES) -> Mapping[str, str]:
    return _kept(_FOR_EVER, record_bytes) | {"retention.bytes": str(_FOR_EVER)}


def _kept(retention_ms: int, record_bytes: int = _RECORD_BYTES) -> dict[str, str]:
    return {
        "cleanup.policy": "delete",
        "retention.ms": str(retention_ms),
        "max.message.bytes": str(record_bytes),
    }


def _read_by_others(configs: Mapping[str, str]) -> Mapping[str, str]:
    """The broker compresses what is not so already: every client reads gzip, where KafkaJS cannot read LZ4 and
    kafka-python and aiokafka need another package. Changelogs, deliveries and what applications write stay as they are
    written, which costs no time of the broker.
    """
    return MappingProxyType({**configs, "compression.type": _READABLE})


def _stream(name: str, holds: str, retention: Retention, *, for_others: bool = False) -> Topic:
    """The row of a topic whose records are deleted when they are old."""
    configs: Mapping[str, str] = _for_ever() if retention.ms == _FOR_EVER else _kept(retention.ms)
    configs = _read_by_others(configs) if for_others else MappingProxyType(dict(configs))
    return Topic(name, holds, "contact_id", configs, retention=retention)


def _letters(name: str, refused: str, retention: Retention = _DLQ) -> Topic:
    """The row of a dead-letter topic: the reason's headers come on top of a record that its topic took."""
    configs = _read_by_others(_kept(retention.ms, _RECORD_BYTES + _DLQ_MARGIN_BYTES))
    return Topic(name, f"{refused}, with the reason", "contact_id", configs, retention=retention)


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
    _stream(USAGE_EVENTS, "usage events, written by applications", _USAGE_EVENTS),
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
        _read_by_others(_for_ever()),
    ),
    _stream(
        MILESTONE_CROSSED,
        "crossings, one for each contact, milestone and occurrence",
        _CROSSINGS,
        for_others=True,
    ),
    _stream(MILESTONE_NUDGES, "contacts near a milestone, or stuck before it", _NUDGES, for_others=True),
    _letters(USAGE_EVENTS_DLQ, "usage events that were refused"),
    _letters(CONTACTS_DLQ, "contacts that were refused"),
    _letters(CONTACT_CHANGES_DLQ, "changes of contacts that were refused"),
    Topic(
        MILESTONE_RULES,
        "versions of the milestones file, each one record",
        "",
        _read_by_others(_for_ever()),
        stateful=False,
    ),
    Topic(TRACKER_CHANGELOG, "the tracker's rows and positions", "row", _CHANGELOG),
    _letters(MILESTONE_CROSSED_DLQ, "crossings that the planner could not read"),
    _letters(MILESTONE_NUDGES_DLQ, "nudges that the planner could not read"),
    _stream(
        CELEBRATION_DECISIONS,
        "one final yes or no for each crossing or nudge and channel, with the reason",
        _DECISIONS,
        for_others=True,
    ),
    *(
        _stream(name, f"messages for the {channel.replace('_', ' ')} dispatcher; they hold addresses", _DELIVERIES)
        for channel, name in DELIVERIES.items()
    ),
    *(
        _letters(
            name, f"{channel.replace('_', ' ')} messages that could not be sent by a fault of ours", _DELIVERIES_DLQ
        )
        for channel, name in DELIVERIES_DLQ.items()
    ),
    _stream(DELIVERY_RECEIPTS, "what became of each attempt of a delivery", _RECEIPTS, for_others=True),
    _letters(DELIVERY_RECEIPTS_DLQ, "receipts that the planner could not read"),
    # Written by a replay of dead letters alone: on their own topics they would be new to everybody else.
    _stream(REACTIONS, "records that one reaction is to have again", _REACTIONS),
    _letters(REACTIONS_DLQ, "records that a reaction could not handle"),
    Topic(PLANNER_CHANGELOG, "the planner's rows and positions", "row", _CHANGELOG),
)
"""The table before prefix and settings."""
_NAMES = frozenset(each.name for each in TOPICS)
DEAD_LETTERS: Mapping[str, str] = MappingProxyType(
    {each.name: dead_letter_topic(each.name) for each in TOPICS if dead_letter_topic(each.name) in _NAMES}
)
"""The dead-letter topic of each topic that has one; their keys are contacts."""
KEYED = tuple(each.name for each in TOPICS if each.key == "contact_id" and each.name not in DEAD_LETTERS.values())
"""The topics whose keys are contacts, each in the partition of murmur2; a dead letter lies where its record lay."""
