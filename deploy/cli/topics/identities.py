"""Whether the topics are those that the states in the changelogs were written with (engine rule 22)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from deploy.cli.text import counted
from deploy.cli.topics.difference import Difference, Remedy

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from stream.engine.changelog import Positions
    from stream.engine.topology import Topology
    from stream.runtime.settings import Settings

NEWEST = 100
"""Offsets at the end of a changelog's partition that are looked at: each transaction ends with its positions, so only a
hundred offsets of aborted ones could hide them."""


def other_identities(clients: Clients, settings: Settings, roles: Collection[str] = ()) -> list[Difference]:
    """The topics that were made anew since a state was written: its workers stop, and no restart mends it.

    Topics that are missing, or differ in partitions, are told by `differences`; then nothing is said here.

    Raises:
        CairnError: a changelog cannot be read, or holds what only a newer release reads.
    """
    found: dict[str, Difference] = {}
    for topology in _topologies(settings, roles):
        if clients.cluster.topics.issuperset(topology.known):
            found |= {each.topic: each for each in _differences(clients, topology)}
    return list(found.values())


def _differences(clients: Clients, topology: Topology) -> Iterator[Difference]:
    from deploy.cli.topic_admin import TIMEOUT
    from schemas.errors import CairnError
    from stream.engine.cluster import Cluster
    from stream.engine.identity import ACCEPT, other_topics

    try:
        layout = Cluster(clients.admin()).layout(topology, TIMEOUT)
    except CairnError:
        return
    states = [*_positions(clients, topology)]
    for topic in dict.fromkeys(topic for each in states for topic in other_topics(topology, each.topic_ids, layout)):
        yield Difference(topic, "topic", "made anew", "the one of the state", Remedy.REFUSED, ACCEPT)
    if not states and (committed := _committed(clients, topology, layout.partitions)):
        now, wanted = "no state", f"that of {counted(committed, 'partition')}"
        yield Difference(topology.changelog, "rows", now, wanted, Remedy.REFUSED, ACCEPT)


def _positions(clients: Clients, topology: Topology) -> Iterator[Positions]:
    """The last positions of each partition that has some."""
    from deploy.cli.topic_records import TopicRecords
    from stream.engine.changelog import POSITIONS_KEY, Positions

    with closing(TopicRecords(clients, topology.changelog)) as records:
        newest = {partition: span.newest(NEWEST) for partition, span in records.spans().items()}
        last = {each.partition(): each.value() for each in records.read(newest) if each.key() == POSITIONS_KEY}
    yield from (Positions.decode(value, topology.formats) for value in last.values() if value)


def _committed(clients: Clients, topology: Topology, partitions: int) -> int:
    """How many partitions of the lead input the group has committed: each has a state somewhere."""
    from confluent_kafka import KafkaException, TopicPartition

    from deploy.cli.topic_admin import TIMEOUT, refused

    lead = topology.lead.topic
    asked = [TopicPartition(lead, each) for each in range(partitions)]
    with closing(clients.reader(group_id=topology.app)) as reader:
        try:
            answers = reader.committed(asked, timeout=TIMEOUT)
        except KafkaException as error:
            raise refused(clients.address, f"ask what group {topology.app} has committed", error) from error
    return sum(at.error is None and at.offset >= 0 for at in answers)


def _topologies(settings: Settings, roles: Collection[str]) -> Iterator[Topology]:
    from stream.planner.topology import planner_topology
    from stream.tracker.topology import tracker_topology

    prefix = settings.topics.prefix
    if not roles or "tracker" in roles:
        yield tracker_topology(prefix, settings.tracker.app_id)
    if not roles or "planner" in roles:
        yield planner_topology(prefix, settings.planner.app_id)
