"""Two trackers on the same records, one of them with the accelerator; whatever they say must be the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

from schemas.limits import DEFAULTS
from schemas.milestones import Document
from schemas.topics import (
    CONTACT_CHANGES_DLQ,
    CONTACTS_DLQ,
    MILESTONE_CROSSED,
    MILESTONE_NUDGES,
    USAGE_EVENTS,
    USAGE_EVENTS_DLQ,
)
from stream.engine.changelog import LABEL_KEY
from stream.native.accelerator import Accelerator
from stream.native.rows import NativeRows
from stream.runtime.metrics import EVENTS, HANDED_BACK
from stream.testing.driver import START_MS
from tests.stream.tracker.played import Played, tracker

OUTPUTS = (MILESTONE_CROSSED, MILESTONE_NUDGES, USAGE_EVENTS_DLQ, CONTACTS_DLQ, CONTACT_CHANGES_DLQ)

Said = dict[bytes | None, list[tuple[bytes | None, Any]]]
"""The records of a topic by their keys, each contact's in order."""


class Twins:
    """The drivers of both. A verb given to `both` is done by the one and the other."""

    def __init__(
        self,
        rules: Document,
        module: ModuleType,
        *,
        dedupe_ids: int = 16,
        start_ms: int = START_MS,
        stores: Path | None = None,
        **change: Any,
    ) -> None:
        self.accelerator = Accelerator(module, DEFAULTS)
        bodies = {"python": None, "native": self.accelerator}
        self.python, self.native = (
            Played(
                rules,
                tracker(dedupe_ids=dedupe_ids, accelerator=accelerator),
                start_ms=start_ms,
                store=None if stores is None else stores / name,
                **change,
            )
            for name, accelerator in bodies.items()
        )

    @property
    def now_ms(self) -> int:
        """The clock of both."""
        return self.python.now_ms

    def both(self, verb: Callable[[Played], Any]) -> Any:
        """Let both do it; what they return must be the same."""
        said, found = verb(self.python), verb(self.native)
        assert said == found
        return said

    def check_said(self) -> None:
        """Compare what was written since the last look, contact by contact, and what was counted."""
        for topic in OUTPUTS:
            assert _said(self.native, topic) == _said(self.python, topic), topic
        assert _figures(self.native) == _figures(self.python)

    def check_kept(self) -> None:
        """Compare every stored row, byte by byte, timers and positions too."""
        for partition in self.python.process.tasks:
            assert _kept(self.native, partition) == _kept(self.python, partition)

    def handed_back(self) -> float:
        """The share of usage events that the accelerator handed back; 1 where it had none in hand."""
        read = self.native.count(EVENTS, (USAGE_EVENTS,))
        return self.native.count(HANDED_BACK, (USAGE_EVENTS,)) / read if read else 1.0

    def close(self) -> None:
        """End both."""
        self.python.close()
        self.native.close()

    def __enter__(self) -> Twins:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def unbroken() -> Iterator[list[int]]:
    """Fails where the extension raises: the engine would fold again in Python, and nobody would see it.

    Gives the sizes of the batches that it counted.
    """
    fold = NativeRows.fold
    broken: list[str] = []
    counted: list[int] = []

    def watched(self: NativeRows, *given: Any) -> Any:
        try:
            folded = fold(self, *given)
        except BaseException as error:
            broken.append(repr(error))
            raise
        counted.append(len(given[1]) - len(folded.handed_back))
        return folded

    with patch.object(NativeRows, "fold", watched):
        yield counted
    assert not broken, broken


def _said(driver: Played, topic: str) -> Said:
    said: Said = {}
    for record in driver.read(topic):
        said.setdefault(record.key(), []).append((record.value(), record.headers()))
    return said


def _figures(driver: Played) -> Any:
    meter = driver._figures.meter
    counters = {name: series for name, series in meter.counters.items() if name != HANDED_BACK.name}
    histograms = {
        name: {labels: tally.counts for labels, tally in series.items()} for name, series in meter.histograms.items()
    }
    histograms.pop("cairn_commit_seconds", None)
    return counters, {name: series for name, series in histograms.items() if "detection" in name}


def _kept(driver: Played, partition: int) -> dict[bytes, bytes]:
    return {key: value for key, value in driver.store(partition).scan(b"\x00", b"\xff") if key != LABEL_KEY}
