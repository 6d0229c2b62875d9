"""Where an app begins to read: at its committed offset, and the first time where it was told to begin.

The first position is committed at once. Without that an app that begins "now" and dies before its first commit would
begin at a later "now", and what came between would be lost.

Kafka forgets the positions in a topic that is deleted, so in one that was made anew the app would be new again, and
pass over what is in there already. Hence each commit carries the ids of the topics that the app has begun in (as its
metadata): the positions in the other topics tell of the one that is gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import structlog
from aiokafka.errors import CommitFailedError
from aiokafka.structs import OffsetAndMetadata, TopicPartition

from schemas.errors import CairnError
from stream.runtime.exits import Exit

log = structlog.get_logger(__name__)

Begin = Literal["now", "earliest"]
ANEW = "the topic was made anew"


@dataclass(frozen=True, slots=True)
class Terms:
    """What an app says of its beginning; `accept_gap` goes on where retention deleted what it had not read.

    `partitions` is how many each topic has (topics.partitions), `topic_ids` the ids of those that the app reads.
    """

    app: str
    begin: Begin
    accept_gap: bool
    partitions: int
    topic_ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Begun:
    """One assignment: the client's object for it, the group's generation, and where each partition is read on.

    `metadata` goes with every commit under it.
    """

    assignment: object
    generation: int
    starts: Mapping[tuple[str, int], int]
    metadata: str = ""


async def begin(client: Any, assigned: Iterable[TopicPartition], terms: Terms) -> Begun:
    """Find the starts, put the client there, and commit those that are new.

    Raises:
        CairnError: DRIFT, when what the group has committed is not there any more, or a topic has grown.
        KafkaError: the brokers did not answer.
    """
    partitions = sorted(assigned)
    check_count(partitions, terms)
    assignment = client._subscription.subscription.assignment  # noqa: SLF001 - aiokafka has no other name for it
    generation = client._coordinator.generation  # noqa: SLF001
    lows = await client.beginning_offsets(partitions) if partitions else {}
    ends = await client.end_offsets(partitions) if partitions else {}
    every = [TopicPartition(topic, each) for topic in terms.topic_ids for each in range(terms.partitions)]
    committed = await client._coordinator.fetch_committed_offsets(sorted({*every, *partitions}))  # noqa: SLF001
    anew = topics_made_anew(committed, terms)
    # In one that was made anew here, an offset is a late commit of a worker that had not noticed yet. Where all of them
    # are others, this is another cluster, and the offsets were brought along.
    dropped = anew if anew < terms.topic_ids.keys() else set[str]()
    kept = {at: known.offset for at, known in committed.items() if at.topic not in dropped}
    starts = {each: start_of(each, kept.get(each), lows[each], ends[each], terms, anew) for each in partitions}
    for each, start in starts.items():
        client.seek(each, start)
    metadata = _metadata({each.topic for each in (*committed, *partitions)} | anew, terms)
    wanted = {each: OffsetAndMetadata(start, metadata) for each, start in starts.items()}
    new = {each: at for each, at in wanted.items() if committed.get(each) != at}
    if new:
        try:
            await client.commit(new)
        except CommitFailedError:
            log.info("begin_moved", app=terms.app, then="the group assigns anew")
        else:
            log.info("begins", app=terms.app, at=terms.begin, partitions=len(new))
    return Begun(assignment, generation, {(*each,): start for each, start in starts.items()}, metadata)


def topics_made_anew(committed: Mapping[TopicPartition, OffsetAndMetadata], terms: Terms) -> set[str]:
    """Return the topics in which the app has no position any more, of all that the group has committed.

    Those are topics with another id than some commit names, and those that one names and in which none is left.

    Raises:
        CairnError: DRIFT, when there are some and gaps are not accepted.
    """
    named = [each.partition("=") for at in committed.values() for each in at.metadata.split()]
    left = {at.topic for at in committed}
    anew = {
        topic
        for topic, _, known in named
        if topic in terms.topic_ids and (known != terms.topic_ids[topic] or topic not in left)
    }
    if anew and not terms.accept_gap:
        raise CairnError(
            f"{terms.app} has no position in {', '.join(sorted(anew))} any more: the topic was deleted and made anew, "
            "or its offsets were deleted",
            f"group of the app {terms.app}",
            "what it had not handled yet went with the topic; with CAIRN_REACTIONS_ACCEPT_GAP=true it goes on in the "
            "new one at the first record there is; where all of its topics are others (another cluster), at the "
            "offsets that were brought along",
            exit=Exit.DRIFT,
        )
    return anew


def _metadata(topics: Iterable[str], terms: Terms) -> str:
    """What goes with commits: the topics that the app has begun in."""
    return " ".join(f"{each}={terms.topic_ids[each]}" for each in sorted(topics) if each in terms.topic_ids)


def check_count(assigned: Iterable[TopicPartition], terms: Terms) -> None:
    """Look whether a topic has grown while the worker ran; before it starts, `cairn run` has looked.

    A new partition has no committed offset. An app that begins "now" would pass over what is in there already, and
    contacts that went there would come out of order.

    Raises:
        CairnError: DRIFT, when there are more partitions than the contract says.
    """
    for at in assigned:
        if at.partition >= terms.partitions:
            raise CairnError(
                f"the topic has a partition {at.partition}, and topics.partitions is {terms.partitions}",
                f"topic {at.topic}",
                "a partition count is for ever: `cairn topics verify` tells what differs",
                exit=Exit.DRIFT,
            )


def start_of(
    at: TopicPartition, committed: int | None, low: int, end: int, terms: Terms, anew: Collection[str] = ()
) -> int:
    """Return the offset at which a partition is read on. `low` and `end` bound what there is.

    In a topic of `anew` the app was before, so that it is not new there: it begins with the first record.

    Raises:
        CairnError: DRIFT, when the committed offset lies outside and gaps are not accepted.
    """
    if committed is None and at.topic in anew:
        log.warning("gap_accepted", app=terms.app, topic=at.topic, partition=at.partition, what=ANEW, begins=low)
        return low
    if committed is None:
        return end if terms.begin == "now" else low
    if low <= committed <= end:
        return committed
    gone = f"{low - committed:,} records were deleted unread" if committed < low else ANEW
    if terms.accept_gap:
        log.warning("gap_accepted", app=terms.app, topic=at.topic, partition=at.partition, what=gone, begins=low)
        return low
    raise CairnError(
        f"{terms.app} would go on at offset {committed}, and there is only {low} to {end}: {gone}",
        f"topic {at.topic}, partition {at.partition}",
        "with CAIRN_REACTIONS_ACCEPT_GAP=true it goes on at the first record there is",
        exit=Exit.DRIFT,
    )
