"""What the planner's bench measures is what it says: hours that are open, or closed, for everybody."""

from __future__ import annotations

import pytest

from schemas.milestone_crossed import decode_crossing
from schemas.milestones.expand import expand
from stream.core.celebration.manner import Manners
from tests.bench.celebrants import ZONES, Celebrants, rules

NOW = 1_795_000_000_000
HOUR = 3_600_000


@pytest.mark.parametrize("hour", range(24))
def test_closed_is_closed_for_every_contact_for_an_hour(hour: int) -> None:
    now_ms = NOW + hour * HOUR
    document = rules("closed", now_ms)
    manners = Manners(document)
    for each in expand(document):
        if (manner := manners.of(each.id)) is None:
            continue  # drafted, or retired
        for zone in ZONES:
            opens = manner.opening.next_open(now_ms, zone)
            assert opens is not None
            assert HOUR <= opens[0] - now_ms <= 24 * HOUR


def test_open_is_open_and_crossings_are_of_the_file() -> None:
    document = rules("open", NOW)
    manners = Manners(document)
    for _, value in Celebrants(200).crossings(NOW):
        manner = manners.of(decode_crossing(value).milestone)
        assert manner is not None
        assert manner.opening.always
