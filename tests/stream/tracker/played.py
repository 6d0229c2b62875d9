"""A tracker on the driver, with milestones that a test applies as a user does."""

from __future__ import annotations

from typing import Any, Self

from schemas.milestones import Document, read_document
from schemas.rules import RulesLog, RulesVersion
from schemas.topics import MILESTONE_RULES
from stream.core.adoption import next_version
from stream.native.accelerator import Accelerator
from stream.testing import Driver
from stream.tracker.gate import Gate
from stream.tracker.topology import Names, tracker_topology
from stream.tracker.tracker import Tracker


def accelerator() -> Accelerator | None:
    """What counts in a tracker beside the Python core: nothing, unless `conftest` puts the extension here."""
    return None


def tracker(**change: Any) -> Tracker:
    """A tracker without rules."""
    change.setdefault("accelerator", accelerator())
    return Tracker(
        tracker_topology(),
        Names.of(""),
        change.pop("admission", None) or Gate,
        **change,
    )


def read(text: str) -> Document:
    """The document of a milestones file."""
    found = read_document(text)
    assert isinstance(found, Document), found
    return found


class Played(Driver):
    """A driver whose first rules are in force from the beginning."""

    def __init__(self, rules: Document, processor: Tracker | None = None, **change: Any) -> None:
        super().__init__(processor or tracker(), **change)
        self.apply(rules)

    def apply(self, rules: Document) -> RulesVersion:
        """Put a document into force at the driver's time; the workers hear of it at the next run."""
        log = RulesLog()
        for record in self.outputs(MILESTONE_RULES):
            log.take(record.value())
        version = next_version(log.in_force, rules, self.now_ms, "the test")
        if version is not log.in_force:
            self.pipe(MILESTONE_RULES, None, version.encode())
        return version

    def __enter__(self) -> Self:
        super().__enter__()
        return self
