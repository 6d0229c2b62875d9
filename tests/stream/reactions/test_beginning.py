"""Where a partition is read on."""

from __future__ import annotations

import pytest
from aiokafka.structs import TopicPartition

from schemas.errors import CairnError
from stream.reactions.beginning import Begin, Terms, check_count, start_of
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
