"""Time zones as people and programs write them: one reading for whoever takes one in.

Tracker, planner, renderer and command line all ask here, so that a contact's days begin, and its nights end, by the
same clock everywhere.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from schemas.windows_zones import WINDOWS_ZONES


@lru_cache(maxsize=1 << 12)
def canonical_zone(given: str) -> str | None:
    """Return the IANA zone that a text names, written as this machine's database has it; None if it names none.

    Space around it, case, and spaces for underscores do not matter. Besides IANA's own names these are read: those of
    Windows and .NET, also for summer ("Pacific Daylight Time") and as Windows shows them ("(UTC-08:00) Pacific Time
    (US & Canada)"), hours from UTC ("UTC+2", "GMT-05:00", "+05:30", positive east of Greenwich), and those
    abbreviations that mean one zone all over the world. "CST", "IST" and "BST" mean several, and none is guessed.
    """
    text = " ".join(given.split()).casefold().replace("\N{MINUS SIGN}", "-")
    names = _names()
    found = names.get(text) or names.get(text.replace(" ", "_").replace("_/_", "/"))
    if found is not None:
        return found
    text = _SHOWN_OFFSET.sub("", text)
    other = _OTHERS.get(text) or _OTHERS.get(text.replace("daylight", "standard")) or _fixed(text)
    # What the table names, an old or pruned database may not have.
    return names.get(other.casefold()) if other is not None else None


def zone_or(given: str | None, product_zone: str) -> str:
    """Return the zone that a contact's clock shows: its own where the profile names one, else the product's."""
    return (canonical_zone(given) if given else None) or product_zone


def _fixed(text: str) -> str | None:
    """The zone of so much from UTC. IANA counts whole hours the other way round: Etc/GMT-2 is east."""
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    hours = int(match[2])
    if match[3] not in {None, "00"}:
        return PARTS_OF_HOURS.get(f"{match[1]}{hours}:{match[3]}")
    if hours == 0:
        return "Etc/GMT"
    east = match[1] == "+"
    return f"Etc/GMT{'-' if east else '+'}{hours}" if hours <= (14 if east else 12) else None


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    """Every name of this machine's database by its folded form. Read once: it walks a directory of 600 files."""
    return {name.casefold(): name for name in zoneinfo.available_timezones() if name not in _NO_PLACES}


_NO_PLACES = frozenset({"localtime", "Factory", "posixrules"})
"""Files of the database that are no zone of anybody: this machine's own, and one that says it was never set."""
_SHOWN_OFFSET = re.compile(r"^\((?:utc|gmt)(?:[+-]\d\d?:?\d\d)?\) ?")
"""What Windows shows before a zone's name."""
_OFFSET = re.compile(r"(?:utc|gmt)? ?([+-])(\d\d?)(?::?(\d\d))?")
PARTS_OF_HOURS: Mapping[str, str] = MappingProxyType(
    {
        "-9:30": "Pacific/Marquesas",
        "+3:30": "Asia/Tehran",
        "+4:30": "Asia/Kabul",
        "+5:30": "Asia/Kolkata",
        "+5:45": "Asia/Kathmandu",
        "+6:30": "Asia/Yangon",
        "+8:45": "Australia/Eucla",
        "+9:30": "Australia/Darwin",
    }
)
"""IANA has no fixed zones of these. Each stands for a place that shows this offset all year round (Tehran since 2022),
which -3:30, +10:30 and +12:45 are not: Newfoundland, Lord Howe and Chatham change their clocks."""
_ABBREVIATIONS = {
    "z": "UTC",
    "coordinated universal time": "UTC",
    "greenwich mean time": "Etc/GMT",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "pacific time (us & canada)": "America/Los_Angeles",
    "mdt": "America/Denver",
    "mountain time (us & canada)": "America/Denver",
    "cdt": "America/Chicago",
    "central time (us & canada)": "America/Chicago",
    "edt": "America/New_York",
    "eastern time (us & canada)": "America/New_York",
    "akst": "America/Anchorage",
    "akdt": "America/Anchorage",
    "west": "WET",
    "cest": "CET",
    "eest": "EET",
    "msk": "Europe/Moscow",
    "pkt": "Asia/Karachi",
    "hkt": "Asia/Hong_Kong",
    "sgt": "Asia/Singapore",
    "kst": "Asia/Seoul",
    "jst": "Asia/Tokyo",
    "awst": "Australia/Perth",
    "aedt": "Australia/Sydney",
    "nzst": "Pacific/Auckland",
    "nzdt": "Pacific/Auckland",
}
"""Each means one zone, or several that show the same time. IANA itself has UTC, GMT, WET, CET, EET, EST, MST and HST.
CDT is Chicago's: Cuba's is not written by software, and China's ended in 1991."""
_OTHERS: Mapping[str, str] = MappingProxyType(
    {name.casefold(): zone for name, zone in WINDOWS_ZONES.items()} | _ABBREVIATIONS
)
