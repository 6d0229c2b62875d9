"""The topics that should be: the table of the release, with the user's prefix, count, replication and retentions."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from deploy.cli.topics.difference import Difference, WantedTopic, differences

if TYPE_CHECKING:
    from deploy.cli.topic_admin import TopicAdmin
    from schemas.topics import Topic
    from stream.runtime.settings import Settings

_COMPRESSION = "compression.type"
_STATE_RESTS = "counters rest on which contact is in which partition"


def wanted_topics(settings: Settings, roles: Collection[str] = ()) -> list[WantedTopic]:
    """Every topic of this release as `settings` ask for it; with `roles`, as `cairn run` names them, only theirs."""
    from schemas.topics import BROKER_DEFAULT, PLANNER_CHANGELOG, TOPICS, TRACKER_CHANGELOG, topics
    from schemas.traffic import used_by
    from stream.planner.topology import planner_topology
    from stream.tracker.topology import tracker_topology

    # One with an app id of its own has a changelog of its own.
    prefix = settings.topics.prefix
    names = {
        settings.prefixed(TRACKER_CHANGELOG): tracker_topology(prefix, settings.tracker.app_id).changelog,
        settings.prefixed(PLANNER_CHANGELOG): planner_topology(prefix, settings.planner.app_id).changelog,
    }
    used = used_by(roles) if roles else {each.name for each in TOPICS}
    table = topics(prefix, settings.topics.partitions, settings.topics.replication or BROKER_DEFAULT)
    return [
        WantedTopic(
            name=names.get(topic.name, topic.name),
            partitions=topic.partitions,
            replication=settings.topics.replication,
            config=_configs(settings, topic),
            why_fixed=_STATE_RESTS if topic.stateful else None,
            asked=frozenset(_asked(settings, topic)),
            changelog=topic.name in names,
        )
        for topic in table
        if topic.name.removeprefix(prefix) in used
    ]


def _configs(settings: Settings, topic: Topic) -> dict[str, str]:
    configs = {**topic.configs, **_asked(settings, topic)}
    if settings.topics.compression == "producer":  # Kafka's default; some managed clusters let nobody name it
        configs.pop(_COMPRESSION, None)
    return configs


def _asked(settings: Settings, topic: Topic) -> dict[str, str]:
    """The configs of a topic that the user's settings name."""
    asked = {}
    if topic.retention is not None and (ms := settings.topics.retention.ms(topic.retention.name)) is not None:
        asked["retention.ms"] = str(ms)
    if _COMPRESSION in topic.configs:
        asked[_COMPRESSION] = settings.topics.compression
    return asked


def found_differences(
    settings: Settings, admin: TopicAdmin, roles: Collection[str] = ()
) -> tuple[list[WantedTopic], list[Difference]]:
    """The topics that should be, and everything about those on the cluster that is not so."""
    wanted = wanted_topics(settings, roles)
    return wanted, differences(wanted, admin.topics(topic.name for topic in wanted))
