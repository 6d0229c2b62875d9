"""Where an app begins to read: at its committed offset, and the first time where it was told to begin.

The first position is committed at once. Without that an app that begins "now" and dies before its first commit would
begin at a later "now", and what came between would be lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import structlog
from aiokafka.errors import CommitFailedError
from aiokafka.structs import OffsetAndMetadata, TopicPartition

from schemas.errors import CairnError
from stream.runtime.exits import Exit

log = structlog.get_logger(__name__)

Begin = Literal["now", "earliest"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What an app says of its beginning; `accept_gap` goes on where retention deleted what it had not read.

    `partitions` is how many each topic has (topics.partitions).
    """

    app: str
    begin: Begin
    accept_gap: bool
    partitions: int


@dataclass(frozen=True, slots=True)
class Begun:
    """One assignment: the client's object for it, the group's generation, and where each partition is read on."""

    assignment: object
    generation: int
    starts: Mapping[tuple[str, int], int]


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
    committed = {each: await client.committed(each) for each in partitions}
    starts = {each: start_of(each, committed[each], lows[each], ends[each], terms) for each in partitions}
    for each, start in starts.items():
        client.seek(each, start)
    new = {each: OffsetAndMetadata(start, "") for each, start in starts.items() if committed[each] != start}
    if new:
        try:
            await client.commit(new)
        except CommitFailedError:
            log.info("begin_moved", app=terms.app, then="the group assigns anew")
        else:
            log.info("begins", app=terms.app, at=terms.begin, partitions=len(new))
    return Begun(assignment, generation, {(each.topic, each.partition): start for each, start in starts.items()})


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


def start_of(at: TopicPartition, committed: int | None, low: int, end: int, terms: Terms) -> int:
    """Return the offset at which a partition is read on. `low` and `end` bound what there is.

    Raises:
        CairnError: DRIFT, when the committed offset lies outside and gaps are not accepted.
    """
    if committed is None:
        return end if terms.begin == "now" else low
    if low <= committed <= end:
        return committed
    gone = f"{low - committed:,} records were deleted unread" if committed < low else "the topic was made anew"
    if terms.accept_gap:
        log.warning("gap_accepted", app=terms.app, topic=at.topic, partition=at.partition, what=gone, begins=low)
        return low
    raise CairnError(
        f"{terms.app} would go on at offset {committed}, and there is only {low} to {end}: {gone}",
        f"topic {at.topic}, partition {at.partition}",
        "with CAIRN_REACTIONS_ACCEPT_GAP=true it goes on at the first record there is",
        exit=Exit.DRIFT,
    )
