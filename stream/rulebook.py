"""The rulebook of a worker: the log of rules as far as it was read, and what is in force, compiled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import structlog

from schemas.errors import CairnError
from schemas.record import Record
from schemas.rules import NewerRulesError, RulesLog, RulesVersion
from stream.runtime.exits import Exit

log = structlog.get_logger(__name__)

Compiled = TypeVar("Compiled")


class Rulebook(Generic[Compiled]):
    """All folds of a worker look into the same one; `compiles` makes of a version what they work with."""

    def __init__(self, compiles: Callable[[RulesVersion], Compiled]) -> None:
        self._compiles = compiles
        self._log = RulesLog()
        self._compiled: tuple[RulesVersion, Compiled] | None = None

    @property
    def in_force(self) -> RulesVersion | None:
        """The newest version of the rules that was read; None before the first is applied."""
        return self._log.in_force

    def read(self, records: Sequence[Record]) -> None:
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

    def compiled(self, version: RulesVersion) -> Compiled:
        """What is made of a version, once for all partitions of this worker."""
        if self._compiled is None or self._compiled[0] is not version:
            self._compiled = (version, self._compiles(version))
        return self._compiled[1]
