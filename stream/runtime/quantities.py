"""Durations and sizes as people write them: `10 s`, `500 ms`, `7 days`, `64 MB`."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator

_QUANTITY = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*")

_SECONDS = {
    **dict.fromkeys(("", "s", "sec", "second", "seconds"), 1.0),
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), 0.001),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86400.0),
}
FOR_EVER = -1
"""As a retention: nothing is deleted for its age."""
# Shorter than a delivery may be tried, or in a number that Kafka does not take.
MIN_RETENTION, MAX_RETENTION = 3_600.0, 36_500 * 86_400.0
_BYTES = {
    **dict.fromkeys(("", "b", "byte", "bytes"), 1),
    **dict.fromkeys(("kb", "kib", "k"), 1 << 10),
    **dict.fromkeys(("mb", "mib", "m"), 1 << 20),
    **dict.fromkeys(("gb", "gib", "g"), 1 << 30),
}


def parse_seconds(value: Any) -> Any:
    """Seconds of a text such as `10 s` or `1.5 min`; a number is seconds already.

    Raises:
        ValueError: no number with a known unit.
    """
    if not isinstance(value, str):
        return value
    number, unit = _split(value, "10 s, 500 ms, 5 min, 12 h or 7 days")
    if unit.lower() not in _SECONDS:
        raise ValueError(f"unknown unit {unit!r}; write it like 10 s, 500 ms, 5 min, 12 h or 7 days")
    return round(float(number) * _SECONDS[unit.lower()], 6)


def parse_bytes(value: Any) -> Any:
    """Bytes of a text such as `64 MB` (1,024 based); a number is bytes already.

    Raises:
        ValueError: no number with a known unit.
    """
    if not isinstance(value, str):
        return value
    number, unit = _split(value, "65536, 64 KB, 128 MB or 1 GB")
    if unit.lower() not in _BYTES:
        raise ValueError(f"unknown unit {unit!r}; write it like 65536, 64 KB, 128 MB or 1 GB")
    return int(float(number) * _BYTES[unit.lower()])


def show_seconds(value: float) -> str:
    """The shortest of the forms that `parse_seconds` reads: 0.005 -> `5 ms`, 60 -> `60 s`, 604800 -> `7
    days`."""
    if value < 1:
        return f"{value * 1000:g} ms"
    if value >= 172800 and value % 86400 == 0:
        return f"{value / 86400:g} days"
    return f"{value:g} s"


def parse_retention(value: Any) -> Any:
    """Seconds of a text as `parse_seconds` reads it; -1 is for ever, as in Kafka's own retention.ms.

    Raises:
        ValueError: no number with a known unit, or a retention in which nothing could be read again.
    """
    seconds = parse_seconds(value)
    if isinstance(seconds, (int, float)) and seconds != FOR_EVER and not MIN_RETENTION <= seconds <= MAX_RETENTION:
        raise ValueError("write -1 for ever, or from 1 hour to 36500 days")
    return seconds


def show_retention(value: float) -> str:
    """The shortest of the forms that `parse_retention` reads."""
    return str(FOR_EVER) if value == FOR_EVER else show_seconds(value)


def show_bytes(value: int) -> str:
    """The largest unit that divides `value`: 67108864 -> `64 MB`."""
    for unit, size in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if value and value % size == 0:
            return f"{value // size} {unit}"
    return f"{value} bytes"


def _split(text: str, forms: str) -> tuple[str, str]:
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise ValueError(f"not a quantity; write it like {forms}")
    return match[1], match[2]


Seconds = Annotated[float, BeforeValidator(parse_seconds)]
Bytes = Annotated[int, BeforeValidator(parse_bytes)]
Retained = Annotated[float | None, BeforeValidator(parse_retention)]
