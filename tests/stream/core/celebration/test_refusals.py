"""The third refusal in a row buries a place."""

from __future__ import annotations

from typing import Any

from schemas.receipt import Receipt
from stream.core.celebration.person import new_person
from stream.core.celebration.refusals import MOST_PLACES, MOST_REFUSALS, count_refusal

PLACE, OTHER = "a" * 64, "b" * 64


def receipt(outcome: Any = "rejected", place: str | None = PLACE, channel: Any = "email") -> Receipt:
    return Receipt(
        id="r",
        delivery_id="d",
        decision_id="x",
        contact_id="c-1",
        channel=channel,
        attempt=1,
        outcome=outcome,
        refused_place=place,
        code="550",
        provider="mail.example",
        released_at="2026-11-20T14:41:07.120Z",
        at="2026-11-20T14:41:08.120Z",
    )


def test_the_third_in_a_row_is_a_bounce_of_that_place() -> None:
    row = new_person()
    assert [count_refusal(row, receipt()) for _ in range(MOST_REFUSALS - 1)] == [None, None]
    bounce = count_refusal(row, receipt())
    assert bounce is not None
    assert (bounce.change, bounce.digest, bounce.contact_id) == ("hard_bounce", PLACE, "c-1")
    assert row.standing.is_dead(PLACE)
    assert row.refusals == {}


def test_a_message_that_was_sent_begins_anew() -> None:
    """So do places: each has a count of its own."""
    row = new_person()
    for each in (receipt(), receipt(), receipt("sent", None), receipt(), receipt(place=OTHER), receipt()):
        assert count_refusal(row, each) is None
    assert row.refusals == {OTHER: 1, PLACE: 2}


def test_other_endings_and_channels_are_no_refusals() -> None:
    row = new_person()
    for each in (receipt(place=None), receipt("gone"), receipt("unknown"), receipt(channel="web_push")):
        assert count_refusal(row, each) is None
    assert row.refusals == {}


def test_the_row_is_bounded() -> None:
    row = new_person()
    for number in range(50):
        count_refusal(row, receipt(place=f"{number:064x}"))
    assert len(row.refusals) == MOST_PLACES
