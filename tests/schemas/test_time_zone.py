"""Zones as people and programs write them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.time_zone import PARTS_OF_HOURS, canonical_zone, zone_or
from schemas.windows_zones import WINDOWS_ZONES

PLACES = sorted(available_timezones() - {"localtime", "Factory", "posixrules"})


@given(
    st.sampled_from(PLACES), st.sampled_from([str.lower, str.upper, str.title, str]), st.sampled_from(["", " ", "\n\t"])
)
def test_case_and_space_do_not_matter(name: str, cased: object, space: str) -> None:
    """For every zone of the database, and its own spelling comes out."""
    assert callable(cased)
    assert canonical_zone(f"{space}{cased(name)}{space}") == name
    assert canonical_zone(cased(name).replace("_", " ")) == name


def test_every_name_of_windows_is_a_zone_that_this_machine_knows() -> None:
    """Windows itself has 141 names, two of which are its own alone; CLDR maps the other 139."""
    assert len(WINDOWS_ZONES) == 139
    for name, zone in WINDOWS_ZONES.items():
        found = canonical_zone(name)
        # "UTC" is IANA's own name too, and means the same.
        assert found == canonical_zone(f" {name.upper()} ") == (name if name in PLACES else zone)


@pytest.mark.parametrize(
    ("given", "zone"),
    [
        ("america/los_angeles", "America/Los_Angeles"),
        (" Europe/Paris", "Europe/Paris"),
        ("Europe / Paris", "Europe/Paris"),
        ("America/New York", "America/New_York"),
        ("US/Pacific", "US/Pacific"),
        ("Pacific Standard Time", "America/Los_Angeles"),
        ("Pacific Daylight Time", "America/Los_Angeles"),
        ("(UTC-08:00) Pacific Time (US & Canada)", "America/Los_Angeles"),
        ("(UTC) Coordinated Universal Time", "UTC"),
        ("utc", "UTC"),
        ("Z", "UTC"),
        ("CEST", "CET"),
        ("JST", "Asia/Tokyo"),
        ("UTC+2", "Etc/GMT-2"),
        ("GMT-05:00", "Etc/GMT+5"),
        ("-0800", "Etc/GMT+8"),
        ("+00:00", "Etc/GMT"),
        ("Etc/GMT+5", "Etc/GMT+5"),
        ("UTC-11", "Etc/GMT+11"),
        ("UTC\N{MINUS SIGN}5", "Etc/GMT+5"),
        ("+05:30", "Asia/Kolkata"),
        ("GMT+5:45", "Asia/Kathmandu"),
        ("+0930", "Australia/Darwin"),
        ("UTC-09:30", "Pacific/Marquesas"),
    ],
)
def test_what_means_one_zone_is_read(given: str, zone: str) -> None:
    assert canonical_zone(given) == zone


@pytest.mark.parametrize(
    "given",
    ["", " ", "Mars/Olympus", "CST", "IST", "BST", "-03:30", "+10:30", "+05:15", "UTC+15", "GMT-13", "Europe",
     "../etc/passwd", "\x00", "posix/Europe/Paris", "localtime", "Factory", "5", "(UTC+01:00)", "Standard Time"],
)  # fmt: skip
def test_what_means_none_or_several_is_not_guessed(given: str) -> None:
    assert canonical_zone(given) is None
    assert zone_or(given, "Europe/Paris") == "Europe/Paris"


@given(st.text(max_size=64))
def test_any_text_is_read_or_not_and_breaks_nothing(text: str) -> None:
    """And what was read is read as itself."""
    zone = canonical_zone(text)
    assert zone is None or canonical_zone(zone) == zone


def test_offsets_are_those_of_the_earth() -> None:
    """East is positive, as people write it; IANA's own Etc/GMT names are the other way round."""
    for hours in range(1, 15):
        assert canonical_zone(f"UTC+{hours}") in (f"Etc/GMT-{hours}", WINDOWS_ZONES.get(f"UTC+{hours}"))
        assert re.fullmatch(rf"Etc/GMT\+{hours}", canonical_zone(f"-{hours:02}:00") or "") or hours > 12


@pytest.mark.parametrize(("given", "zone"), PARTS_OF_HOURS.items())
def test_an_offset_of_a_part_of_an_hour_is_a_place_that_shows_it_all_year(given: str, zone: str) -> None:
    assert canonical_zone(f"UTC{given}") == zone
    sign, hours, minutes = given[0], *given[1:].split(":")
    offset = timedelta(hours=int(hours), minutes=int(minutes)) * (1 if sign == "+" else -1)
    for month in range(1, 13):
        assert datetime(2026, month, 1, tzinfo=ZoneInfo(zone)).utcoffset() == offset
