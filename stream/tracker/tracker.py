"""The processor that the engine runs: the rulebook, and one fold for each partition."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from schemas.contact_door import ContactDoor
from schemas.partition_check import PartitionCheck
from schemas.record import Record
from schemas.topics import TRACKER_APP
from stream.core.erased import ErasureHash
from stream.core.rules import DEDUPE_IDS, compile_rules
from stream.engine.processor import Fold
from stream.engine.topology import Topology
from stream.native.accelerator import Accelerator
from stream.rulebook import Rulebook
from stream.tracker.admission import Admission
from stream.tracker.fold import TrackerFold
from stream.tracker.topology import PROGRESS, Names


class Tracker:
    """Counts usage events under the rules of the topic milestone-rules.

    `dedupe_ids` is the window of guarantee G6, in events; `on_adopted` hears the version of the rules whenever
    a task goes over to it; `erasure_key` is the secret under which erased contacts are remembered; `accelerator`
    counts the plain events where there is one.
    """

    def __init__(
        self,
        topology: Topology,
        names: Names,
        admission: Callable[[int, int], Admission],
        *,
        dedupe_ids: int = DEDUPE_IDS,
        on_adopted: Callable[[int], None] = lambda version: None,
        erasure_key: str = TRACKER_APP,
        accelerator: Accelerator | None = None,
    ) -> None:
        self.topology = accelerator.fitted(topology, PROGRESS) if accelerator is not None else topology
        self._accelerator = accelerator
        self._names = names
        self._admission = admission
        self._rulebook = Rulebook(
            lambda version: compile_rules(version.document, version.adoption, dedupe_ids=dedupe_ids)
        )
        self._on_adopted = on_adopted
        self._erasure_hash = ErasureHash(erasure_key)

    @property
    def ready(self) -> bool:
        """Whether there are rules to count by."""
        return self._rulebook.in_force is not None

    def broadcast(self, records: Sequence[Record]) -> None:
        """Read on in the log of rules. Raises `CairnError` as `Rulebook.read`."""
        self._rulebook.read(records)

    def open(self, partition: int, partitions: int) -> Fold:
        """Make the fold of one partition."""
        admission = self._admission(partition, partitions)
        contact_door = ContactDoor(PartitionCheck(partition, partitions))
        return TrackerFold(
            self._names,
            self._rulebook,
            admission,
            contact_door,
            self._erasure_hash,
            self._on_adopted,
            self._accelerator,
        )
