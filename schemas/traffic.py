"""Who writes and who reads each topic, as data: for the AsyncAPI document, and for rights."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from schemas.channel import CHANNELS
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
    PLANNER_APP,
    PLANNER_CHANGELOG,
    REACTIONS_DLQ,
    TRACKER_APP,
    TRACKER_CHANGELOG,
    USAGE_EVENTS,
)
from schemas.topics import REACTIONS as REACTIONS_AGAIN

APPLICATIONS = "applications"
ANALYSTS = "analysts"
TRACKER = "tracker"
PLANNER = "planner"
PORTAL = "portal"
REACTIONS = "reactions"
COMMAND = "command"
DISPATCHERS: Mapping[str, str] = MappingProxyType({each: each.replace("_", "-") for each in CHANNELS})
"""The role of each channel's dispatcher, as `cairn run` names it."""

ROLES: Mapping[str, str] = MappingProxyType(
    {
        TRACKER: "counts usage, and says what was reached",
        PLANNER: "decides whom to celebrate, when and where",
        **{role: f"sends by {role.replace('-', ' ')}" for role in DISPATCHERS.values()},
        PORTAL: "serves the pages that messages link to",
        REACTIONS: "runs what reacts to milestones",
        COMMAND: "does what an operator asks of it: the command `cairn`",
    }
)
"""What each part of Cairn does, by its name."""
OUTSIDE: Mapping[str, str] = MappingProxyType({APPLICATIONS: "your applications", ANALYSTS: "whoever wants to know"})
"""Those who are no part of Cairn."""
GROUPS: Mapping[str, str] = MappingProxyType(
    {TRACKER: TRACKER_APP, PLANNER: PLANNER_APP, **{role: f"cairn-{role}" for role in DISPATCHERS.values()}}
)
"""The consumer group of a role, before prefix and settings; the others have none of their own."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Names of `ROLES` and `OUTSIDE`, each in the order of those tables."""

    writers: tuple[str, ...]
    readers: tuple[str, ...]


_SENDERS = tuple(DISPATCHERS.values())
_INPUTS = {
    USAGE_EVENTS: Traffic((COMMAND, APPLICATIONS), (TRACKER, COMMAND)),
    CONTACTS: Traffic((COMMAND, APPLICATIONS), (TRACKER, PLANNER, COMMAND)),
    # Dispatchers look whether somebody has said no since a delivery was released; the planner tells of addresses that
    # were refused again and again.
    CONTACT_CHANGES: Traffic(
        (*_SENDERS, PLANNER, PORTAL, COMMAND, APPLICATIONS), (TRACKER, PLANNER, *_SENDERS, COMMAND)
    ),
    MILESTONE_CROSSED: Traffic((TRACKER,), (PLANNER, REACTIONS, COMMAND, ANALYSTS)),
    MILESTONE_NUDGES: Traffic((TRACKER,), (PLANNER, REACTIONS, COMMAND)),
    DELIVERY_RECEIPTS: Traffic((PLANNER, *_SENDERS), (PLANNER, REACTIONS, COMMAND, ANALYSTS)),
    REACTIONS_AGAIN: Traffic((COMMAND,), (REACTIONS,)),
    **{topic: Traffic((PLANNER,), (DISPATCHERS[channel],)) for channel, topic in DELIVERIES.items()},
}
_PASSED_OVER_BY: Mapping[str, tuple[str, ...]] = MappingProxyType({CONTACT_CHANGES: _SENDERS})
"""Who passes over what it cannot read on a topic: planner and tracker set the same record aside."""
TRAFFIC: Mapping[str, Traffic] = MappingProxyType(
    {
        **_INPUTS,
        CELEBRATION_DECISIONS: Traffic((PLANNER,), (REACTIONS, COMMAND, ANALYSTS)),
        MILESTONE_RULES: Traffic((COMMAND,), (TRACKER, PLANNER, PORTAL, COMMAND)),
        TRACKER_CHANGELOG: Traffic((TRACKER,), (TRACKER, COMMAND)),
        PLANNER_CHANGELOG: Traffic((PLANNER,), (PLANNER, COMMAND)),
        # Whoever works on a topic sets aside what it cannot read; the command looks at it, and sends it back.
        **{
            letters: Traffic(
                tuple(
                    each
                    for each in _INPUTS[topic].readers
                    if each in GROUPS and each not in _PASSED_OVER_BY.get(topic, ())
                ),
                (COMMAND,),
            )
            for topic, letters in DEAD_LETTERS.items()
        },
        # Reactions have one of their own, whatever they read: each app is a group of its own, by the name it was given.
        REACTIONS_DLQ: Traffic((REACTIONS,), (COMMAND,)),
    }
)
"""Of every topic, by its name before the prefix."""


def used_by(roles: Collection[str]) -> frozenset[str]:
    """Return the topics that any of these names of `ROLES` writes or reads, before the prefix."""
    wanted = frozenset(roles)
    return frozenset(name for name, each in TRAFFIC.items() if wanted & {*each.writers, *each.readers})
