"""Lengths of time as people write them: ``7 days``, ``1 year``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from schemas.milestones.mistakes import malformed, shown, written
from schemas.milestones.optional import NONE, is_nearly_none
from schemas.milestones.spelling import nearest


class Unit(StrEnum):
    """The units of a duration. Months and years are calendar units: they have no fixed length."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


_SECONDS = {Unit.SECOND: 1, Unit.MINUTE: 60, Unit.HOUR: 3600, Unit.DAY: 86_400, Unit.WEEK: 604_800}
_DURATION = re.compile(r"(\S+) +(\S+)")
_CLOCK_UNITS = frozenset({Unit.MINUTE, Unit.HOUR, Unit.DAY, Unit.WEEK})
_PAUSE_UNITS = frozenset({Unit.SECOND, Unit.MINUTE, Unit.HOUR})
_CALENDAR_UNITS = frozenset({Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.YEAR})
_LONGEST = 36_500
_LONGEST_PAUSE = 86_400
"""Seconds, a day: what waits longer is an archive, and most of it is stale by then."""
_NOTHING = re.compile(r"0(?: +(?:second|minute|hour)s?)?")


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: a whole amount above zero of one unit; only a pause may be zero (seconds)."""

    amount: int
    unit: Unit

    @property
    def seconds(self) -> int:
        """The length in seconds. Raises KeyError for months and years, which have no fixed length."""
        return self.amount * _SECONDS[self.unit]

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}{'' if self.amount == 1 else 's'}"


def read_span(raw: object) -> Duration:
    """Read a duration of fixed length, from minutes to weeks. Raises MalformedError."""
    return _read(raw, _CLOCK_UNITS, "7 days")


def read_age(raw: object) -> Duration:
    """Read a duration in calendar units, from days to years. Raises MalformedError."""
    return _read(raw, _CALENDAR_UNITS, "30 days")


def read_pause(raw: object) -> Duration:
    """Read a duration from nothing (`0`, `none`) to a day, in seconds, minutes or hours. Raises MalformedError."""
    if is_nearly_none(raw):
        raise malformed(f"{shown(raw)} is not a duration", "write one such as 30 seconds, or 0 to turn it off")
    if raw == NONE:
        return Duration(0, Unit.SECOND)
    if raw == 0 and not isinstance(raw, bool):
        return Duration(0, Unit.SECOND)
    if isinstance(raw, str) and _NOTHING.fullmatch(raw.strip().lower()):
        return Duration(0, Unit.SECOND)
    found = _read(raw, _PAUSE_UNITS, "30 seconds")
    if found.seconds > _LONGEST_PAUSE:
        raise malformed(f"{shown(raw)} is longer than a day", "write at most 24 hours, or 0 to turn it off")
    return found


def _read(raw: object, units: frozenset[Unit], example: str) -> Duration:
    if isinstance(raw, Duration):
        return raw
    cure = f"write a number and a unit, such as '{example}'"
    if not isinstance(raw, str) or not (match := _DURATION.fullmatch(raw.strip())):
        raise malformed(f"{shown(raw)} is not a duration", cure)
    digits, word = match.groups()
    if not (digits.isascii() and digits.isdigit()):
        raise malformed(f"the amount of {shown(raw)} is not a whole number", cure)
    singular = word.lower().removesuffix("s")
    if singular not in units:
        names = [unit for unit in Unit if unit in units]
        if singular in set(Unit):
            message = f"{shown(raw)}: {word} cannot be used here"
        else:
            message = f"{shown(raw)}: unknown unit '{word}'"
        guess = nearest(word, [f"{name}s" for name in names])
        raise malformed(message, guess or f"use {', '.join(f'{name}s' for name in names[:-1])} or {names[-1]}s")
    amount = int(digits[:10])
    if not 0 < amount <= _LONGEST:
        raise malformed(f"the amount of {shown(raw)} must be from 1 to {_LONGEST}", cure)
    return Duration(amount, Unit(singular))


def _schema(units: frozenset[Unit], description: str) -> dict[str, object]:
    names = "|".join(unit for unit in Unit if unit in units)
    return {"type": "string", "pattern": f"^[1-9][0-9]* +({names})s?$", "description": description}


Span = Annotated[Duration, *written(read_span, _schema(_CLOCK_UNITS, "A length of time, such as 7 days"))]
"""A duration of fixed length."""
Pause = Annotated[
    Duration,
    *written(
        read_pause,
        {
            "anyOf": [
                {"type": "string", "pattern": "^([1-9][0-9]* +(second|minute|hour)s?|0( +(second|minute|hour)s?)?)$"},
                {"const": 0},
                {"const": NONE},
            ],
            "description": "A short length of time, such as 10 minutes; 0 for none",
        },
    ),
]
"""A duration of at most a day, or none."""
