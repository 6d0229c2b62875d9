"""Where a partition is read on."""

from __future__ import annotations

import pytest
from aiokafka.structs import TopicPartition

from schemas.errors import CairnError
from stream.reactions.beginning import Begin, Terms, start_of
from stream.runtime.exits import Exit

AT = TopicPartition("milestone-crossed", 0)


def start(committed: int | None, begin: Begin = "now", *, accept_gap: bool = False) -> int:
    return start_of(AT, committed, 50, 80, Terms("app", begin, accept_gap))


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
