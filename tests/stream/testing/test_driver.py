"""What the driver does beyond the suite over both stores: several inputs, and processors that stop the worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import structlog

from schemas.errors import CairnError
from schemas.record import Record
from stream.engine.topology import Formats, Input
from stream.engine.view import View
from stream.runtime.exits import Exit
from stream.testing import Driver
from tests.contracts.tally import CHANGELOG, IN, LETTERS, TOTALS, Tally, TallyFold, Total, tally_topology


class _Listening(TallyFold):
    """Notes the batches as they come."""

    def __init__(self, heard: list[tuple[str, list[bytes | None]]]) -> None:
        self.heard = heard

    def fold(self, topic: str, records: Sequence[Record], decoded: Any, view: View, now_ms: int) -> None:
        self.heard.append((topic, [each.value() for each in records]))


@dataclass(frozen=True)
class _Listener(Tally):
    heard: list[tuple[str, list[bytes | None]]] = field(default_factory=list)

    def open(self, partition: int, partitions: int) -> TallyFold:
        return _Listening(self.heard)


def test_of_several_inputs_the_older_record_comes_first() -> None:
    """Each input in its own order; among inputs the lower timestamp, ties by the order of the topology."""
    listener = _Listener(tally_topology(attached=(Input("contacts", dead_letters="contacts-dlq"),)))
    driver = Driver(listener)
    for topic, value, at in [(IN, "1", 10), (IN, "2", 30), ("contacts", "3", 20), ("contacts", "4", 30)]:
        driver.pipe(topic, "k", value, timestamp_ms=at)
    driver.run()
    assert listener.heard == [(IN, [b"1"]), ("contacts", [b"3"]), (IN, [b"2"]), ("contacts", [b"4"])]
    assert driver.positions(0) == {IN: 2, "contacts": 2}


def test_what_stops_a_worker_stops_the_driver_and_loses_nothing() -> None:
    """Culprits of eleven contacts: the error comes out of `run`; a mended release goes on from the same records."""
    with structlog.testing.capture_logs():
        driver = Driver(Tally())
        driver.pipe(IN, "k", "1")
        driver.run()
        for number in range(11):
            driver.pipe(IN, f"k-{number}", "boom")
        with pytest.raises(CairnError) as stopped:
            driver.run()
    assert stopped.value.exit == Exit.POISONED
    assert driver.read(LETTERS) == []

    class Mended(Tally):
        def open(self, partition: int, partitions: int) -> TallyFold:
            return _Mended()

    driver.restart(Mended())
    driver.run()
    assert sum(row.value for row in driver.rows(TOTALS).values()) == 12


class _Mended(TallyFold):
    def decode(self, topic: str, records: Sequence[Record], now_ms: int) -> list[str]:
        return [word.replace("boom", "1") for word in super().decode(topic, records, now_ms)]


def test_old_and_new_releases_run_on_the_same_state() -> None:
    """Rule 15: a release that reads both formats writes the older one, so that going back is possible; one that reads
    only the older refuses what was finalized.
    """
    both = replace(tally_topology(), formats=Formats(reads=frozenset({1, 2}), writes=1))
    driver = Driver(Tally())
    for release in (Tally(both), Tally(), Tally(both)):
        driver.pipe(IN, "k", "1")
        driver.restart(release)
        driver.run()
    assert driver.row(TOTALS, "k") == Total(3)
    driver.restart(Tally(replace(both, formats=Formats(reads=frozenset({1, 2}), writes=2))))
    driver.pipe(IN, "k", "1")
    driver.run()
    assert driver.row(TOTALS, "k") == Total(4)
    with pytest.raises(CairnError, match="format 2") as refused:
        driver.restart(Tally())
    assert refused.value.exit == Exit.DRIFT


def test_a_head_that_retention_deleted_stops_the_worker() -> None:
    """Rule 2: records that were never read are gone; exit 3, not a silent gap."""
    driver = Driver(Tally())
    driver.pipe(IN, "k", "1")
    driver.run()
    driver.close()
    for _ in range(3):
        driver.pipe(IN, "k", "1")
    driver.log.partition(IN, 0).delete_before(3)
    with pytest.raises(CairnError, match="deleted before they were read") as stopped:
        driver.run()
    assert stopped.value.exit == Exit.DRIFT


def test_an_unsound_topology_is_refused_at_once() -> None:
    """As the worker does, before the first record."""
    with pytest.raises(CairnError, match="also an input or an output"):
        Driver(Tally(replace(tally_topology(), outputs=(CHANGELOG,))))


def test_the_worker_dies_before_a_commit_only_where_asked() -> None:
    """A crash armed for one run does not hit the next."""
    driver = Driver(Tally())
    driver.pipe(IN, "k", "1")
    assert not driver.crash()
    driver.run()
    assert driver.row(TOTALS, "k") == Total(1)
