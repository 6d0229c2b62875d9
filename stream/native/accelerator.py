"""What the tracker uses of the extension: its table of rows, and its rules."""

from __future__ import annotations

import dataclasses
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING

import structlog

from schemas.limits import Limits
from stream.core.rules import Rules
from stream.engine.topology import Topology
from stream.native.rows import NativeRows
from stream.native.spec import UnfitRulesError, spec_of

if TYPE_CHECKING:
    from stream.native import cairn_native

log = structlog.get_logger(__name__)


class Accelerator:
    """One for each worker; `limits` are those of the door of usage-events."""

    def __init__(self, module: ModuleType, limits: Limits) -> None:
        self.limits = limits
        self._module = module
        self._compiled: tuple[Rules, cairn_native.Rules | None] | None = None

    def fitted(self, topology: Topology, table: str) -> Topology:
        """Return the topology with this table's memory in the extension."""
        opens = partial(NativeRows, self._module)
        tables = (dataclasses.replace(each, opens=opens) if each.name == table else each for each in topology.tables)
        return dataclasses.replace(topology, tables=tuple(tables))

    @property
    def is_active(self) -> bool:
        """Whether the extension counts by the rules that were compiled last."""
        return self._compiled is not None and self._compiled[1] is not None

    def compiled(self, rules: Rules) -> cairn_native.Rules | None:
        """The rules for the extension, once for all partitions; None if it cannot hold them, which the log says."""
        if self._compiled is None or self._compiled[0] is not rules:
            self._compiled = (rules, self._compile(rules))
        return self._compiled[1]

    def _compile(self, rules: Rules) -> cairn_native.Rules | None:
        try:
            compiled: cairn_native.Rules = self._module.Rules(spec_of(rules))
        except UnfitRulesError as unfit:
            log.warning("accelerator_rests", rules_version=rules.version, reason=str(unfit))
            return None
        return compiled
