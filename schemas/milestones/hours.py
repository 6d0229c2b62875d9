"""Hours of the day and days of the week, always in the contact's own time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from schemas.milestones.mistakes import malformed, shown, written
from schemas.milestones.optional import NONE, is_nearly_none
from schemas.milestones.spelling import listed, nearest

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_GROUPS = {"daily": frozenset(range(7)), "weekdays": frozenset(range(5)), "weekends": frozenset((5, 6))}
_RANGE = re.compile(r"(\S+?) ?- ?(\S+)")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of the day, in minutes after midnight; start inclusive, end exclusive.

    ``end`` below ``start`` means that it crosses midnight. ``24:00`` is written ``00:00``.
    """

    start: int
    end: int

    def minutes(self) -> frozenset[int]:
        """Return every minute of the day that lies inside."""
        length = (self.end - self.start) % 1440
        return frozenset((self.start + passed) % 1440 for passed in range(length))

    def __str__(self) -> str:
        return f"{self.start // 60:02}:{self.start % 60:02}-{self.end // 60:02}:{self.end % 60:02}"


@dataclass(frozen=True, slots=True)
class Window:
    """When a message may be sent: hours of the day on some days of the week (0 is Monday)."""

    days: frozenset[int]
    hours: Hours

    def __str__(self) -> str:
        for name, days in _GROUPS.items():
            if days == self.days:
                return str(self.hours) if name == "daily" else f"{name} {self.hours}"
        return f"{','.join(DAYS[day] for day in sorted(self.days))} {self.hours}"


def read_hours(raw: object) -> Hours:
    """Read ``21:00-08:00``. Raises MalformedError."""
    if isinstance(raw, Hours):
        return raw
    cure = "write hours and minutes with two digits each, such as 21:00-08:00"
    if not isinstance(raw, str) or not (match := _RANGE.fullmatch(raw.strip())):
        raise malformed(f"{shown(raw)} is not a part of the day", cure)
    start, end = (_minute(text, raw, cure) for text in match.groups())
    if start == end:
        raise malformed(f"{shown(raw)} starts and ends at the same minute", cure)
    return Hours(start, end)


def read_window(raw: object) -> Window:
    """Read ``weekdays 09:00-11:30``, ``mon,wed 09:00-12:00`` or hours alone. Raises MalformedError."""
    if isinstance(raw, Window):
        return raw
    if not isinstance(raw, str):
        raise malformed(f"{shown(raw)} is not a send window", "write days and hours, such as weekdays 09:00-11:30")
    days, _, hours = re.sub(r" *([-,]) *", r"\1", raw.strip()).rpartition(" ")
    window = Window(_days(days.strip(), raw) if days else _GROUPS["daily"], read_hours(hours))
    if window.hours.end < window.hours.start and window.hours.end:
        raise malformed(f"the send window {shown(raw)} crosses midnight", "end it at 00:00 or earlier")
    return window


def _minute(text: str, raw: str, cure: str) -> int:
    match = _CLOCK.fullmatch(text)
    if match:
        return int(match[1]) * 60 + int(match[2])
    if text == "24:00":
        raise malformed(f"{shown(raw)}: there is no hour 24", "write 00:00 for midnight")
    raise malformed(f"{shown(raw)}: '{text}' is not a time of day", cure)


def _days(text: str, raw: str) -> frozenset[int]:
    if text.lower() in _GROUPS:
        return _GROUPS[text.lower()]
    days: set[int] = set()
    for word in re.split(r" *, *", text.lower()):
        first, dash, last = word.partition("-")
        for name in (first, last) if dash else (first,):
            if name not in DAYS:
                known = [*_GROUPS, *DAYS]
                raise malformed(
                    f"{shown(raw)}: unknown day '{name}'", nearest(name, known) or f"use {listed(known, 10)}"
                )
        begin, end = DAYS.index(first), DAYS.index(last or first)
        days.update((begin + passed) % 7 for passed in range((end - begin) % 7 + 1))
    return frozenset(days)


def read_quiet_hours(raw: object) -> Hours | None:
    """Read hours, or ``none`` for no quiet hours at all: None. Raises MalformedError."""
    if is_nearly_none(raw):
        message = f"{shown(raw)} is said here, which could mean two things"
        raise malformed(message, f"write 21:00-08:00, or {NONE} to write to people at any hour")
    return None if raw == NONE else read_hours(raw)


QuietHours = Annotated[
    Hours | None,
    *written(
        read_quiet_hours,
        {
            "type": "string",
            "pattern": f"^([0-2][0-9]:[0-5][0-9] ?- ?[0-2][0-9]:[0-5][0-9]|{NONE})$",
            "description": "Hours without messages, in the contact's time; may cross midnight. none: there are none",
        },
        lambda hours: NONE if hours is None else str(hours),
    ),
]
SendWindow = Annotated[
    Window,
    *written(
        read_window,
        {
            "type": "string",
            "pattern": "[0-2][0-9]:[0-5][0-9] ?- ?[0-2][0-9]:[0-5][0-9]$",
            "description": "When messages may be sent, in the contact's time: weekdays 09:00-11:30",
        },
    ),
]
