"""How records are received (rule 6): the client waits its whole time out for a batch, so one is waited for alone."""

from __future__ import annotations

from typing import Any, cast

import pytest
from confluent_kafka import Consumer

from stream.engine.intake import Intake
from tests.contracts.tally import Tally

NOW = 100.0


class FakeConsumer:
    """Has so many records; notes how it was asked."""

    def __init__(self, records: int) -> None:
        self.left = records
        self.asked: list[tuple[int, float]] = []

    def consume(self, most: int, seconds: float) -> list[object]:
        self.asked.append((most, round(seconds, 6)))
        taken = min(most, self.left)
        self.left -= taken
        return [object()] * taken


def receive(records: int, most: int, until: float) -> tuple[int, list[tuple[int, float]]]:
    client = FakeConsumer(records)
    intake = Intake(cast(Consumer, client), Tally().topology, clock=lambda: NOW)
    return len(intake.receive(most, 0.05, until)), client.asked


@pytest.mark.parametrize(
    ("records", "most", "until", "found", "asked"),
    [
        pytest.param(3, 4000, NOW - 1, 3, [(1, 0.05), (3999, 0.0)], id="what is there is taken at once"),
        pytest.param(3, 4000, NOW + 0.002, 3, [(1, 0.05), (3999, 0.002)], id="the gap is used"),
        pytest.param(0, 4000, NOW + 0.002, 0, [(1, 0.05), (3999, 0.002)], id="the gap is kept without records too"),
        pytest.param(0, 4000, NOW - 1, 0, [(1, 0.05)], id="nothing came"),
        pytest.param(9000, 4000, NOW - 1, 4000, [(1, 0.05), (3999, 0.0)], id="no more than asked for"),
        pytest.param(3, 1, NOW - 1, 1, [(1, 0.05)], id="a batch of one"),
    ],
)
def test_the_first_record_ends_the_wait(
    records: int, most: int, until: float, found: int, asked: list[tuple[int, float]]
) -> None:
    """Rule 6."""
    assert receive(records, most, until) == (found, asked)


def test_a_full_batch_is_waited_for_when_behind() -> None:
    """In one call: the client is the one that gathers."""
    client: Any = FakeConsumer(9000)
    assert len(Intake(client, Tally().topology).receive_many(4000, 0.05)) == 4000
    assert client.asked == [(4000, 0.05)]
