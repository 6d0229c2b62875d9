"""Whether changelogs hold their beginning. One that is compacted only begins at 0, whatever compaction has removed."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from typing import TYPE_CHECKING

from deploy.cli.topics.difference import Difference, Remedy, WantedTopic
from stream.engine.identity import REWRITE

if TYPE_CHECKING:
    from deploy.cli.clients import Clients


def lost_heads(clients: Clients, wanted: Iterable[WantedTopic]) -> list[Difference]:
    """The changelogs among `wanted` that begin behind offset 0: a worker without a whole local store cannot start.

    One that has its store goes on, so it is not asked before a worker starts.

    Raises:
        CairnError: the offsets of a topic cannot be read.
    """
    from deploy.cli.topic_records import TopicRecords

    there = clients.cluster.topics
    found = []
    for topic in wanted:
        if not topic.changelog or topic.name not in there:
            continue
        with closing(TopicRecords(clients, topic.name)) as records:
            lows = {each: span.low for each, span in records.spans().items() if span.low}
        if lows:
            first = ", ".join(f"{low} in partition {each}" for each, low in sorted(lows.items()))
            fix = f"rows are missing from it; {REWRITE}"
            found.append(Difference(topic.name, "first offset", first, "0", Remedy.REFUSED, fix))
    return found
