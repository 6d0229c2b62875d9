"""The processor that the engine runs: the rules in force, and one fold for each partition."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from schemas.errors import CairnError
from schemas.record import Record
from schemas.rules import NewerRulesError, RulesLog, RulesVersion
from schemas.topics import TRACKER_APP
from stream.core.rules import DEDUPE_IDS, Rules, compile_rules
from stream.engine.processor import Fold
from stream.engine.topology import Topology
from stream.runtime.exits import Exit
from stream.tracker.admission import Admission
from stream.tracker.erased import ErasureHash
from stream.tracker.fold import TrackerFold
from stream.tracker.topology import Names

log = structlog.get_logger(__name__)


class Tracker:
    """Counts usage events under the rules of the topic milestone-rules.

    `dedupe_ids` is the window of promise 6 in events per contact; `on_adopted` hears the version of the rules whenever
    a task goes over to it; `erasure_key` is the secret under which erased contacts are remembered.
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
    ) -> None:
        self.topology = topology
        self.names = names
        self.on_adopted = on_adopted
        self.erasure_hash = ErasureHash(erasure_key)
        self._admission = admission
        self._dedupe_ids = dedupe_ids
        self._log = RulesLog()
        self._compiled: tuple[RulesVersion, Rules] | None = None

    @property
    def ready(self) -> bool:
        """Whether there are rules to count by."""
        return self._log.in_force is not None

    @property
    def in_force(self) -> RulesVersion | None:
        """The newest version of the rules that was read; None before the first is applied."""
        return self._log.in_force

    def broadcast(self, records: Sequence[Record]) -> None:
        """Read on in the log of rules.

        Raises:
            CairnError: DRIFT, when a version is in force that only a later release can read.
        """
        for record in records:
            try:
                refused = self._log.take(record.value())
            except NewerRulesError as newer:
                raise CairnError(
                    str(newer),
                    where=f"{record.topic()}, offset {record.offset()}",
                    fix="upgrade this worker to the release that applied it",
                    exit=Exit.DRIFT,
                ) from newer
            if refused is not None:
                log.warning("rules_record_passed_over", offset=record.offset(), reason=refused)

    def compiled(self, version: RulesVersion) -> Rules:
        """The rules of a version, compiled once for all partitions of this worker."""
        if self._compiled is None or self._compiled[0] is not version:
            rules = compile_rules(version.document, version.adoption, dedupe_ids=self._dedupe_ids)
            self._compiled = (version, rules)
        return self._compiled[1]

    def open(self, partition: int, partitions: int) -> Fold:
        """Make the fold of one partition."""
        return TrackerFold(self, self._admission(partition, partitions))
