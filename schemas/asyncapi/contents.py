"""Which messages lie in which topic."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schemas.topics import (
    CELEBRATION_DECISIONS,
    CONTACT_CHANGES,
    CONTACTS,
    DEAD_LETTERS,
    DELIVERIES,
    DELIVERY_RECEIPTS,
    MILESTONE_CROSSED,
    MILESTONE_NUDGES,
    MILESTONE_RULES,
    PLANNER_CHANGELOG,
    REACTIONS,
    TRACKER_CHANGELOG,
    USAGE_EVENTS,
    Topic,
)

_HELD: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        USAGE_EVENTS: ("usageEvent", "cloudEventStructured", "cloudEventBinary"),
        CONTACTS: ("contact", "contactRemoved"),
        CONTACT_CHANGES: ("contactChange",),
        MILESTONE_CROSSED: ("milestoneCrossed",),
        MILESTONE_NUDGES: ("milestoneNudge",),
        MILESTONE_RULES: ("rules",),
        CELEBRATION_DECISIONS: ("decision",),
        **dict.fromkeys(DELIVERIES.values(), ("delivery",)),
        DELIVERY_RECEIPTS: ("receipt",),
        REACTIONS: ("milestoneCrossed", "milestoneNudge", "decision", "receipt"),
        TRACKER_CHANGELOG: ("stateRow",),
        PLANNER_CHANGELOG: ("stateRow",),
    }
)
_LETTERS = ("deadLetter", "oversize")


def contents(topic: Topic) -> tuple[str, ...]:
    """Return the names of the messages in a topic of the table, names before the prefix.

    Raises:
        KeyError: the table has a topic that is not known here.
    """
    return _LETTERS if topic.name in DEAD_LETTERS.values() else _HELD[topic.name]
