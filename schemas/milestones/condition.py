"""The ``when`` of a milestone: exactly one key, a metric, ``signed_up`` or ``all_of``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from schemas.limits import LARGEST
from schemas.milestones.duration import Duration, read_age
from schemas.milestones.mistakes import MalformedError, malformed, shown, written
from schemas.milestones.number import Number, read_positive
from schemas.milestones.problem import Mistake

SIGNED_UP = "signed_up"
ALL_OF = "all_of"
_EVERY = re.compile(r"every\s+(\S.*)")


@dataclass(frozen=True, slots=True)
class Reaches:
    """A metric reaches a threshold; or, as a ladder, each of several, in ascending order."""

    metric: str
    thresholds: tuple[Number, ...]
    ladder: bool

    def plain(self) -> dict[str, Any]:
        """Return it as the file writes it."""
        return {self.metric: list(self.thresholds) if self.ladder else self.thresholds[0]}


@dataclass(frozen=True, slots=True)
class Every:
    """A metric reaches a multiple of ``step``: occurrence 1 at the step, 2 at twice the step, and so on.

    Where the step was another one before, occurrences count on from the last (`stream.core.goal.Ahead`).
    """

    metric: str
    step: Number

    def plain(self) -> dict[str, Any]:
        """Return it as the file writes it."""
        return {self.metric: f"every {self.step}"}


@dataclass(frozen=True, slots=True)
class Anniversary:
    """So long after sign-up, once or again and again."""

    after: Duration
    repeats: bool

    def plain(self) -> dict[str, Any]:
        """Return it as the file writes it."""
        return {SIGNED_UP: f"every {self.after}" if self.repeats else str(self.after)}


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of these milestones has been reached."""

    milestones: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """Return it as the file writes it."""
        return {ALL_OF: list(self.milestones)}


Condition = Reaches | Every | Anniversary | AllOf


def read_condition(raw: object) -> Condition:
    """Read the mapping under ``when``. Raises MalformedError with every mistake in it."""
    if isinstance(raw, Reaches | Every | Anniversary | AllOf):
        return raw
    if not isinstance(raw, dict) or not raw:
        raise malformed(f"'when' must be a mapping with one key, not {shown(raw)}", "write when: {documents: 100}")
    if len(raw) > 1:
        keys = ", ".join(f"'{key}'" for key in raw)
        raise malformed(
            f"'when' has {len(raw)} keys ({keys}) and takes exactly one",
            "write one milestone for each, and all_of to join them",
        )
    key, value = next(iter(raw.items()))
    if key == SIGNED_UP:
        return _read_anniversary(value)
    if key == ALL_OF:
        return _read_all_of(value)
    return _read_metric(key, value)


def _read_metric(metric: str, value: object) -> Condition:
    if isinstance(value, str) and (match := _EVERY.fullmatch(value.strip())):
        text = match[1]
        step = int(text) if text.isascii() and text.isdigit() else text
        return Every(metric, read_positive(step, "the step of 'every'", (metric,)))
    if isinstance(value, list | tuple):
        return _read_ladder(metric, list(value))
    return Reaches(metric, (read_positive(value, "the threshold", (metric,)),), ladder=False)


def _read_ladder(metric: str, values: list[object]) -> Reaches:
    if not values:
        raise malformed("the ladder is empty", "write thresholds in ascending order, such as [10, 100, 500]", (metric,))
    found: list[Mistake] = []
    thresholds: list[Number] = []
    for index, value in enumerate(values):
        try:
            threshold = read_positive(value, "the threshold", (metric, index))
        except MalformedError as error:
            found.extend(error.mistakes)
            continue
        if thresholds and threshold <= thresholds[-1]:
            message = f"{threshold} comes after {thresholds[-1]}: a ladder ascends, each threshold once"
            found.append(Mistake((metric, index), message, "sort the list and remove repeats"))
        thresholds.append(max(threshold, thresholds[-1]) if thresholds else threshold)
    if found:
        raise MalformedError(*found)
    return Reaches(metric, tuple(thresholds), ladder=True)


def _read_anniversary(value: object) -> Anniversary:
    match = _EVERY.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        return Anniversary(read_age(match[1] if match else value), repeats=match is not None)
    except MalformedError as error:
        raise MalformedError(*(Mistake((SIGNED_UP,), each.message, each.hint) for each in error.mistakes)) from None


def _read_all_of(value: object) -> AllOf:
    if not isinstance(value, list | tuple) or len(value) < 2:
        raise malformed(
            "'all_of' takes a list of at least two milestone ids",
            "write all_of: [first-project, week-streak]",
            (ALL_OF,),
        )
    found = [
        Mistake((ALL_OF, index), f"a milestone id is text, not {shown(each)}")
        for index, each in enumerate(value)
        if not isinstance(each, str)
    ]
    found += [
        Mistake((ALL_OF, index), f"'{each}' stands twice in 'all_of'", "remove one")
        for index, each in enumerate(value)
        if isinstance(each, str) and each in value[:index]
    ]
    if found:
        raise MalformedError(*found)
    return AllOf(tuple(value))


_POSITIVE = {"type": "number", "exclusiveMinimum": 0, "maximum": LARGEST}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "minProperties": 1,
    "maxProperties": 1,
    "description": "What must be true, with exactly one key: a metric, signed_up or all_of",
    "properties": {
        SIGNED_UP: {
            "type": "string",
            "pattern": "^(every +)?[1-9][0-9]* +(day|week|month|year)s?$",
            "description": "Time since sign-up: 30 days, or every 1 year",
        },
        ALL_OF: {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 2,
            "uniqueItems": True,
            "description": "Ids of milestones that must all be reached",
        },
    },
    "additionalProperties": {
        "description": "A metric of this file: a threshold, a ladder of thresholds, or every N",
        "oneOf": [
            _POSITIVE,
            {"type": "array", "items": _POSITIVE, "minItems": 1, "uniqueItems": True},
            {"type": "string", "pattern": "^every +[1-9][0-9]*$"},
        ],
    },
}

When = Annotated[Condition, *written(read_condition, _SCHEMA, lambda condition: condition.plain())]
