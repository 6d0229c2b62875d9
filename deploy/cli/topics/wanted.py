"""The topics that should be: the table of the release, with the user's prefix, count and replication."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.cli.topics.difference import Difference, WantedTopic, differences

if TYPE_CHECKING:
    from deploy.cli.topic_admin import TopicAdmin
    from stream.runtime.settings import Settings

_STATE_RESTS = "counters rest on which contact is in which partition"


def wanted_topics(settings: Settings) -> list[WantedTopic]:
    """Every topic of this release as `settings` ask for it."""
    from schemas.topics import BROKER_DEFAULT, PLANNER_CHANGELOG, TRACKER_CHANGELOG, topics
    from stream.planner.topology import planner_topology
    from stream.tracker.topology import tracker_topology

    # One with an app id of its own has a changelog of its own.
    prefix = settings.topics.prefix
    names = {
        settings.prefixed(TRACKER_CHANGELOG): tracker_topology(prefix, settings.tracker.app_id).changelog,
        settings.prefixed(PLANNER_CHANGELOG): planner_topology(prefix, settings.planner.app_id).changelog,
    }
    table = topics(settings.topics.prefix, settings.topics.partitions, settings.topics.replication or BROKER_DEFAULT)
    return [
        WantedTopic(
            name=names.get(topic.name, topic.name),
            partitions=topic.partitions,
            replication=settings.topics.replication,
            config=topic.configs,
            why_fixed=_STATE_RESTS if topic.stateful else None,
        )
        for topic in table
    ]


def found_differences(settings: Settings, admin: TopicAdmin) -> tuple[list[WantedTopic], list[Difference]]:
    """The topics that should be, and everything about those on the cluster that is not so."""
    wanted = wanted_topics(settings)
    return wanted, differences(wanted, admin.topics(topic.name for topic in wanted))
