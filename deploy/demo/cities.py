"""Where people live, so that it is day for most of them whenever the demo runs, and night for one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

# Zones without daylight saving: a day back is always the same time of the day before, which makes streaks of the past
# simple to write. Every hour of the clock has one.
CITIES = (
    "Pacific/Pago_Pago", "Pacific/Honolulu", "Pacific/Gambier", "America/Phoenix", "America/Mexico_City",
    "America/Bogota", "America/La_Paz", "America/Sao_Paulo", "Atlantic/South_Georgia", "Atlantic/Cape_Verde",
    "Africa/Dakar", "Africa/Lagos", "Africa/Johannesburg", "Africa/Nairobi", "Asia/Dubai", "Asia/Karachi",
    "Asia/Kolkata", "Asia/Dhaka", "Asia/Bangkok", "Asia/Singapore", "Asia/Tokyo", "Australia/Brisbane",
    "Pacific/Noumea", "Pacific/Majuro", "Pacific/Tongatapu",
)  # fmt: skip
HOMES: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "fr": {
        "Pacific/Noumea": "fr-NC", "Pacific/Wallis": "fr-WF", "Pacific/Gambier": "fr-PF", "America/Martinique": "fr-MQ",
        "America/Cayenne": "fr-GF", "Africa/Dakar": "fr-SN", "Africa/Kinshasa": "fr-CD", "Indian/Reunion": "fr-RE",
    },
    "pl": {"Europe/Warsaw": "pl-PL"},
    "ar": {
        "Africa/Algiers": "ar-DZ", "Africa/Tripoli": "ar-LY", "Asia/Baghdad": "ar-IQ", "Asia/Riyadh": "ar-SA",
        "Asia/Dubai": "ar-AE",
    },
})  # fmt: skip
"""Where a language is spoken, and as what locale. No clock changes there either, but in Warsaw."""
_ABROAD: Mapping[str, str] = MappingProxyType({"fr": "fr-FR", "pl": "pl-PL", "ar": "ar-EG"})
"""What the browser asks for of somebody who lives where another language is spoken."""
_DAY = range(9, 17)
"""Hours of the local clock at which the day people begin: the quiet hours (21:00) are four hours away."""
_NIGHT = (22, 23, 0, 1, 2, 3, 4, 5)
"""Hours at which the night person sleeps: the quiet hours end (08:00) two hours later, or more."""


def awake(now_ms: int) -> list[str]:
    """Return the zones where it is day at a moment (epoch ms); 7 at least."""
    return [each for each in CITIES if _hour(now_ms, each) in _DAY]


class Home(NamedTuple):
    """Where somebody lives, and what language their browser asks for there."""

    time_zone: str
    locale: str


def home(language: str, now_ms: int, choice: int) -> Home:
    """Choose a home where it is day: where the language is spoken, else abroad, where people keep their language."""
    there = [Home(zone, locale) for zone, locale in HOMES.get(language, {}).items() if _hour(now_ms, zone) in _DAY]
    homes = there or [Home(zone, _ABROAD.get(language, language)) for zone in awake(now_ms)]
    return homes[choice % len(homes)]


def asleep(now_ms: int) -> list[str]:
    """Return the zones where it is night; 7 at least."""
    return [each for each in CITIES if _hour(now_ms, each) in _NIGHT]


def _hour(now_ms: int, zone: str) -> int:
    return datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(ZoneInfo(zone)).hour
