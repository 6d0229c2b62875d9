"""Where a partition is read on."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.structs import OffsetAndMetadata, TopicPartition

from schemas.errors import CairnError
from stream.reactions.beginning import Begin, Terms, begin, check_count, start_of, topics_made_anew
from stream.runtime.exits import Exit

AT = TopicPartition("milestone-crossed", 0)


def start(committed: int | None, begin: Begin = "now", *, accept_gap: bool = False) -> int:
    return start_of(AT, committed, 50, 80, Terms("app", begin, accept_gap, 4))


def test_the_first_time_it_begins_where_it_was_told_to() -> None:
    assert start(None, "now") == 80
    assert start(None, "earliest") == 50


@pytest.mark.parametrize("committed", [50, 60, 80])
@pytest.mark.parametrize("begin", ["now", "earliest"])
def test_later_it_goes_on_where_it_stopped(committed: int, begin: Begin) -> None:
    """Whatever happened while nobody ran is handled: `now` is the now of the first start."""
    assert start(committed, begin) == committed


@pytest.mark.parametrize(("committed", "said"), [(20, "30 records were deleted unread"), (99, "made anew")])
def test_what_is_gone_is_not_passed_over_in_silence(committed: int, said: str) -> None:
    with pytest.raises(CairnError, match=said) as raised:
        start(committed)
    assert raised.value.exit == Exit.DRIFT

    assert start(committed, accept_gap=True) == 50


def test_a_topic_that_has_grown_stops_the_worker() -> None:
    """An app that begins "now" would begin the new partition behind what is in there already."""
    terms = Terms("app", "now", accept_gap=False, partitions=4)
    check_count([TopicPartition("t", each) for each in range(4)], terms)
    with pytest.raises(CairnError, match="has a partition 4") as raised:
        check_count([TopicPartition("t", each) for each in range(5)], terms)
    assert raised.value.exit == Exit.DRIFT


REPLAY = TopicPartition("reactions", 0)
NAMED = "milestone-crossed=A reactions=R"


def terms_of(crossings: str = "A", *, accept_gap: bool = False) -> Terms:
    return Terms("app", "now", accept_gap, 1, {AT.topic: crossings, REPLAY.topic: "R"})


@pytest.mark.parametrize(
    ("committed", "crossings"),
    [
        pytest.param({REPLAY: NAMED}, "B", id="Kafka has forgotten the positions with the topic"),
        pytest.param({REPLAY: NAMED}, "A", id="the offsets were deleted by hand"),
        pytest.param({REPLAY: NAMED, AT: NAMED}, "B", id="a late commit, or offsets brought along"),
    ],
)
def test_an_app_is_not_new_in_a_topic_that_was_made_anew(committed: dict[TopicPartition, str], crossings: str) -> None:
    """Beginning "now" there would pass over what is in it already, without a word."""
    found = {at: OffsetAndMetadata(60, metadata) for at, metadata in committed.items()}
    with pytest.raises(CairnError, match="no position in milestone-crossed any more") as raised:
        topics_made_anew(found, terms_of(crossings))
    assert raised.value.exit == Exit.DRIFT

    accepted = terms_of(crossings, accept_gap=True)
    assert topics_made_anew(found, accepted) == {AT.topic}
    assert start_of(AT, None, 50, 80, accepted, {AT.topic}) == 50


@pytest.mark.parametrize("committed", [{}, {REPLAY: ""}, {REPLAY: "reactions=R"}, {REPLAY: NAMED, AT: NAMED}])
def test_a_topic_that_nothing_tells_of_is_new(committed: dict[TopicPartition, str]) -> None:
    """A new app, one of an older release, and one that reads a further topic now."""
    assert not topics_made_anew({at: OffsetAndMetadata(60, said) for at, said in committed.items()}, terms_of())


class Client:
    """A group of one member, as aiokafka shows it."""

    def __init__(self, committed: dict[TopicPartition, OffsetAndMetadata]) -> None:
        self.group = committed
        self.sought: dict[TopicPartition, int] = {}
        self._subscription = SimpleNamespace(subscription=SimpleNamespace(assignment=object()))
        self._coordinator = SimpleNamespace(generation=1, fetch_committed_offsets=self._fetch)

    async def _fetch(self, partitions: Any) -> dict[TopicPartition, OffsetAndMetadata]:
        return {at: self.group[at] for at in partitions if at in self.group}

    async def beginning_offsets(self, partitions: Any) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, 50)

    async def end_offsets(self, partitions: Any) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, 80)

    def seek(self, at: TopicPartition, offset: int) -> None:
        self.sought[at] = offset

    async def commit(self, offsets: dict[TopicPartition, OffsetAndMetadata]) -> None:
        self.group.update(offsets)


def test_the_first_commit_says_which_topics_the_app_has_begun_in() -> None:
    client = Client({})
    asyncio.run(begin(client, [AT, REPLAY], terms_of()))
    assert client.group == {AT: OffsetAndMetadata(80, NAMED), REPLAY: OffsetAndMetadata(80, NAMED)}

    # The topic is made anew: its positions are gone, the others tell.
    del client.group[AT]
    with pytest.raises(CairnError, match="milestone-crossed"):
        asyncio.run(begin(client, [REPLAY], terms_of("B")))
    begun = asyncio.run(begin(client, [AT, REPLAY], terms_of("B", accept_gap=True)))
    assert (client.sought[AT], client.sought[REPLAY]) == (50, 80)
    assert begun.metadata == "milestone-crossed=B reactions=R"
    asyncio.run(begin(client, [AT, REPLAY], terms_of("B")))


def test_a_late_commit_in_a_topic_that_was_made_anew_is_no_position() -> None:
    """A worker that has not noticed yet commits the old offset into the new topic."""
    late = {AT: OffsetAndMetadata(70, NAMED), REPLAY: OffsetAndMetadata(80, NAMED)}
    client = Client(late)
    asyncio.run(begin(client, [AT, REPLAY], terms_of("B", accept_gap=True)))
    assert (client.sought[AT], client.sought[REPLAY]) == (50, 80)


def test_offsets_that_were_brought_to_another_cluster_are_positions() -> None:
    """There every topic is another one; from the beginning, everybody would be told everything again."""
    old = "milestone-crossed=Z reactions=Y"
    client = Client({AT: OffsetAndMetadata(70, old), REPLAY: OffsetAndMetadata(75, old)})
    with pytest.raises(CairnError, match="milestone-crossed, reactions"):
        asyncio.run(begin(client, [AT, REPLAY], terms_of()))
    asyncio.run(begin(client, [AT, REPLAY], terms_of(accept_gap=True)))
    assert (client.sought[AT], client.sought[REPLAY]) == (70, 75)
    asyncio.run(begin(client, [AT, REPLAY], terms_of()))
