"""Topics have an identity: the id that Kafka gives a topic when it is made, and its partition count (engine rule 22).

Positions and rows mean something in the topics that they were written with, and nowhere else. A topic that was deleted
and made anew has the same name and other records: going on in it passes over what is unread, or says again what was
said. So the state remembers the ids, they are compared at the start, before each restore and while running, and what
does not fit stops the worker: a restart, a wipe or a later offset never makes it right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.errors import CairnError
from stream.engine.topology import Topology
from stream.runtime.exits import Exit


@dataclass(frozen=True, slots=True)
class Layout:
    """The topics of a topology as they are: ids, and the one partition count of all that a task reads or writes.

    A broadcast is among the ids; it has one partition.
    """

    topic_ids: Mapping[str, str]
    partitions: int


ACCEPT = (
    "if it was a mistake, bring the old topic back before anything else is written; if it is deliberate (another "
    "cluster, a restored backup), stop all workers and run `cairn topics accept`: it checks what can go on and says so"
)


def made_anew(topology: Topology, topic: str, where: str) -> CairnError:
    """The refusal to go on in a topic that was deleted and made anew."""
    kind, means = _meaning(topology, topic)
    return CairnError(
        f"the {kind} {topic} was deleted and made anew: {means}", where=where, fix=ACCEPT, exit=Exit.DRIFT
    )


def partial(changelog: str, partition: int) -> CairnError:
    """The refusal to take the tail of a state for all of it."""
    return CairnError(
        f"partition {partition} of {changelog} does not hold its beginning: rows are missing",
        where="it has positions, and lacks the row that the first transaction of a state writes",
        fix="it was made anew under a running worker, or truncated: `cairn topics accept` looks for a local store that "
        "holds the whole state, and writes it back; or restore the topic from a backup",
        exit=Exit.DRIFT,
    )


def recounted(topic: str, then: int, now: int, where: str) -> CairnError:
    """The refusal to go on with another partition count."""
    return CairnError(
        f"{topic} had {then} partitions when the state was written, now it has {now}: a contact's records would be "
        "split over two partitions, and counted twice",
        where=where,
        fix=recount_fix(topic, then),
        exit=Exit.DRIFT,
    )


def recount_fix(topic: str, right: int) -> str:
    """What to do about a topic with another count than the state's `right` one."""
    return (
        f"do not give the other topics more partitions as well: every contact would move. Kafka cannot take partitions "
        f"away, so stop the producers of {topic}, keep its unread records, make it anew with {right} partitions, write "
        "them again by key, and run `cairn topics accept`; or begin anew under another app id"
    )


REWRITE = (
    "while a whole local store of each partition is there: stop all workers, delete the changelog, make it with "
    "`cairn topics apply`, and `cairn topics accept` on every machine writes it back from its stores; without one, "
    "restore the topic from a backup. See that its cleanup.policy is compact alone (`cairn topics verify`)"
)
"""What to do about a changelog that lost its head: its first offset never becomes 0 again."""


def check_layout(topology: Topology, then: Layout, now: Layout, where: str) -> None:
    """See that each topic is still the one that it was.

    Raises:
        CairnError: DRIFT: a topic has another id, or all have another partition count.
    """
    if then.partitions != now.partitions:
        raise recounted(topology.lead.topic, then.partitions, now.partitions, where)
    for topic in other_topics(topology, then.topic_ids, now):
        raise made_anew(topology, topic, where)


def other_topics(topology: Topology, ids: Mapping[str, str], now: Layout) -> list[str]:
    """Return the topics that have another id than the known one; what was not known fits."""
    return [topic for topic in topology.known if ids.get(topic, now.topic_ids[topic]) != now.topic_ids[topic]]


def other_names(topology: Topology, offsets: Mapping[str, int]) -> str | None:
    """Name the inputs of a state that has positions in them, and none in the leading input; None where the names fit.

    Every state has one there. Without, all of its topics had other names, and its positions would be passed over.
    """
    if not offsets or topology.lead.topic in offsets:
        return None
    return ", ".join(sorted(offsets))


def renamed(topology: Topology, named: str, where: str) -> CairnError:
    """The refusal to go on in topics of other names than those that a state was written with."""
    return CairnError(
        f"the state was written with positions in {named}, and {topology.lead.topic} is read: they say nothing there",
        where=where,
        fix="set topics.prefix to what it was; to move to another cluster, mirror every topic under its old name, "
        "stop all workers and run `cairn topics accept`",
        exit=Exit.DRIFT,
    )


def _meaning(topology: Topology, topic: str) -> tuple[str, str]:
    """What a topic is to this topology, and what it means that it is another one."""
    if topic == topology.changelog:
        return "changelog", "the rows and positions that this state is made of are not in it"
    if topology.broadcast is not None and topic == topology.broadcast.topic:
        return "broadcast topic", "versions are numbered anew in it, and a state never goes on with an older one"
    if any(each.topic == topic for each in topology.inputs):
        return "input", "the state's positions say nothing there, so records would be passed over or counted twice"
    if any(each.dead_letters == topic for each in topology.inputs):
        return "dead-letter topic", "the records that were put aside in it are gone"
    return "output", "what was written to it is gone for its readers, and is never said again"
