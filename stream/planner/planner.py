"""The processor that the engine runs: the rules in force, and one fold for each partition."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.partition_check import PartitionCheck
from schemas.record import Record
from schemas.topics import PLANNER_APP
from stream.core.celebration.manner import Manners
from stream.core.celebration.timing import Timing
from stream.core.erased import ErasureHash
from stream.engine.processor import Fold
from stream.engine.topology import Topology
from stream.planner.fold import PlannerFold
from stream.planner.topology import Names
from stream.rulebook import Rulebook


class Planner:
    """Decides on crossings and nudges under the rules of the topic milestone-rules.

    `reward_key` is the secret of reward codes, `erasure_key` the one under which erased contacts are remembered.
    """

    def __init__(
        self,
        topology: Topology,
        names: Names,
        *,
        reward_key: str,
        erasure_key: str = PLANNER_APP,
        timing: Timing | None = None,
    ) -> None:
        self.topology = topology
        self._names = names
        waits = timing or Timing()
        self._rulebook = Rulebook(
            lambda version: Manners(version.document, reward_key, version.adoption.version, waits)
        )
        self._erasure_hash = ErasureHash(erasure_key)

    @property
    def ready(self) -> bool:
        """Whether there are rules to decide by."""
        return self._rulebook.in_force is not None

    def broadcast(self, records: Sequence[Record]) -> None:
        """Read on in the log of rules. Raises `CairnError` as `Rulebook.read`."""
        self._rulebook.read(records)

    def open(self, partition: int, partitions: int) -> Fold:
        """Make the fold of one partition."""
        check = PartitionCheck(partition, partitions)
        return PlannerFold(self._names, self._manners, self._erasure_hash, check)

    def _manners(self) -> Manners:
        version = self._rulebook.in_force
        assert version is not None  # noqa: S101 - the engine asks `ready` before it opens anything
        return self._rulebook.compiled(version)
