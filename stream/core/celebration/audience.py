"""Whom a milestone is for: attributes of the profile, and numbers of the contact's metrics."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.milestones.match import Match
from stream.core.filters import compile_filter

METRICS = "metrics."
"""What the name of a metric begins with, where attributes are named too."""

Numbers = Mapping[str, object]
"""The last known value by metric."""


class Audience:
    """A compiled `audience`; an empty one is everybody."""

    __slots__ = ("_attributes", "_metrics")

    def __init__(self, wanted: Mapping[str, Match]) -> None:
        metrics = {name: match for name, match in wanted.items() if name.startswith(METRICS)}
        self._attributes = compile_filter({name: match for name, match in wanted.items() if name not in metrics})
        self._metrics = compile_filter({name.removeprefix(METRICS): match for name, match in metrics.items()})

    def holds(self, attributes: Mapping[str, object], numbers: Numbers) -> bool:
        """Whether a contact with these attributes and numbers belongs to it; what is not there is null."""
        if self._attributes is not None and not self._attributes(attributes):
            return False
        return self._metrics is None or self._metrics(numbers)
