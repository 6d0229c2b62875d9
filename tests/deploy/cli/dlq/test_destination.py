"""Where a dead letter goes back to."""

from __future__ import annotations

from deploy.cli.dlq.letter import Letter
from deploy.cli.dlq.return_to_source import destination_of
from schemas.reaction import Address
from stream.runtime.layers import load

SETTINGS = load(environ={}, options={"topics.prefix": "acme-"}).settings


def letter(headers: tuple[tuple[str, bytes], ...] = ()) -> Letter:
    return Letter(
        partition=0,
        offset=0,
        rejected_at=0,
        key=b"c-1",
        value=b"{}",
        headers=headers,
        code="internal_error",
        message="",
        pointer="",
        source_topic="acme-milestone-crossed",
        source="acme-milestone-crossed 0:7",
        attempt=1,
    )


def test_to_the_topic_it_came_from() -> None:
    assert destination_of(letter(), SETTINGS) == "acme-milestone-crossed"


def test_what_a_reaction_could_not_handle_is_no_second_crossing_for_everybody() -> None:
    address = Address("tell-sales/tell", "milestone-crossed")
    assert destination_of(letter(tuple(address.headers())), SETTINGS) == "acme-reactions"
