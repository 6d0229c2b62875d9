"""May a state go on in topics that are others than those it was written with? Decided for each partition. Pure.

Topics are made anew on purpose as well: another cluster, a restored backup. Then the state holds the old identities,
and every worker refuses (`identity.py`). Here is decided what can be taken over:

- the state itself: the changelog if it is whole, else a local store that is whole and no older than what was committed;
- of each input that is the same topic, the position; of one that is another topic, where its operator says;
- every other topic as it is: what was said into the old one is not said again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from stream.engine.changelog import Positions
from stream.engine.cluster import Span
from stream.engine.identity import Layout, other_names, other_topics
from stream.engine.topology import Topology


class Source(StrEnum):
    """Where the state of a partition is."""

    CHANGELOG = "changelog"
    STORE = "local store"
    NOTHING = "nothing yet"
    """Nothing was ever committed here: the next worker begins at the start of every input."""
    LOST = "nowhere"


Start = Callable[[int, Span, int], int]
"""The offset at which to go on in a partition, of what the topic holds and the position in the state."""


def beginning(partition: int, span: Span, kept: int) -> int:
    """At the first record there is."""
    return span.low


def end(partition: int, span: Span, kept: int) -> int:
    """Behind the last one: what is there was counted, or is not to be."""
    return span.high


def kept(partition: int, span: Span, kept: int) -> int:
    """At the position in the state: a backup that kept the offsets."""
    return kept


@dataclass(frozen=True, slots=True)
class State:
    """What a changelog or a store says of itself. `whole`: it holds the beginning of the state."""

    positions: Positions
    whole: bool


@dataclass(frozen=True, slots=True)
class StateEvidence:
    """What is known of one partition.

    `span` is the changelog's, `inputs` those of each input, `committed` what the group has committed of the inputs.
    `starts` say where to go on in inputs that are other topics now, as the operator chose.
    """

    partition: int
    span: Span
    inputs: Mapping[str, Span]
    committed: Mapping[str, int]
    changelog: State | None = None
    store: State | None = None
    path: Path | None = None
    """The directory of `store`."""
    starts: Mapping[str, Start] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What becomes of one partition: where its state is, the offsets at which it goes on, and every obstacle."""

    partition: int
    source: Source
    offsets: Mapping[str, int]
    faults: tuple[str, ...] = ()
    changed: bool = False
    """Whether anything has to be written."""
    path: Path | None = None


def decide(topology: Topology, now: Layout, found: StateEvidence) -> Acceptance:
    """Say what a partition can go on with in the topics as they are `now`."""
    source, state, lost = _source(topology, found)
    if state is None:
        return Acceptance(found.partition, source, {}, lost)
    positions = state.positions
    if (named := other_names(topology, positions.offsets)) is not None:
        fault = f"the state has positions in topics of other names: {named}; set topics.prefix to what it was"
        return Acceptance(found.partition, source, {}, (fault,))
    faults = [
        f"it holds the state of partition {positions.partition}"
        for _ in range(positions.partition not in (None, found.partition))
    ]
    faults += [
        f"{topic} had {then} partitions, now it has {now.partitions}"
        for topic, then in positions.partitions.items()
        if topic in topology.topics and then != now.partitions
    ]
    others = other_topics(topology, positions.topic_ids, now)
    offsets: dict[str, int] = {}
    for topic, span in found.inputs.items():
        if topic in others:
            start = found.starts.get(topic)
            if start is None:
                faults.append(f"{topic} is another topic: say where to go on in it (--from)")
                continue
            at = start(found.partition, span, positions.offsets.get(topic, span.low))
            if not span.low <= at <= span.high:
                faults.append(f"{topic} holds {span.low} to {span.high}: {at} is not in it")
            offsets[topic] = at
            continue
        at = positions.offsets.get(topic, span.low)
        if not span.low <= at <= span.high:
            faults.append(
                f"{topic} is the same topic and holds {span.low} to {span.high}, but the state stands at {at}"
            )
        offsets[topic] = at
    changed = source is Source.STORE or any(
        positions.topic_ids.get(topic) != now.topic_ids[topic] for topic in topology.known
    )
    return Acceptance(found.partition, source, offsets, tuple(faults), changed, found.path)


def _source(topology: Topology, found: StateEvidence) -> tuple[Source, State | None, tuple[str, ...]]:
    """Where the state is; without one, why there is none."""
    if found.changelog is not None and found.changelog.whole and not found.span.low:
        return Source.CHANGELOG, found.changelog, ()
    if found.store is not None and found.store.whole:
        older = _behind(found.store.positions.offsets, found.committed)
        if found.changelog is not None:
            older += _behind(found.store.positions.offsets, found.changelog.positions.offsets)
        if not older:
            return Source.STORE, found.store, ()
        return Source.LOST, None, (f"the local store {found.path} is older than what was committed: {older[0]}",)
    if found.changelog is None and not found.span.high and not found.committed:
        return Source.NOTHING, None, ()
    if found.span.low:
        why = f"the changelog {topology.changelog} was truncated: it begins at {found.span.low}, not at 0"
    elif found.changelog is None:
        why = f"the changelog {topology.changelog} holds no state, though offsets were committed"
    else:
        why = f"the changelog {topology.changelog} holds a part of the state only"
    here = "no local store" if found.store is None else f"the local store {found.path} is not whole either"
    return Source.LOST, None, (f"{why}; {here} on this machine can stand in for it",)


def _behind(state: Mapping[str, int], other: Mapping[str, int]) -> list[str]:
    return [f"{topic} {state.get(topic, 'none')} < {at}" for topic, at in other.items() if state.get(topic, -1) < at]
