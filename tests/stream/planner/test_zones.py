"""The contact's clock: however the profile writes its zone, nobody is woken at night."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schemas.moment import parse_rfc3339
from schemas.topics import CONTACTS_DLQ
from stream.planner.topology import PROFILES, PROFILES_TABLE
from tests.stream.planner.played import Played
from tests.stream.planner.test_moments import keep, old_profile
from tests.stream.planner.test_planner import RULES, later

NIGHT_IN_LA = parse_rfc3339("2026-11-23T10:00:00Z")  # 02:00 in Los Angeles, 11:00 in Paris
MORNING_IN_LA = parse_rfc3339("2026-11-23T16:00:00Z")  # 08:00
QUARTER = 900_000


@pytest.fixture
def driver() -> Iterator[Played]:
    with Played(RULES, start_ms=NIGHT_IN_LA) as driver:
        yield driver


@pytest.mark.parametrize(
    "zone",
    [
        "America/Los_Angeles",
        "america/los_angeles",
        " America/Los_Angeles ",
        "Pacific Standard Time",
        "PST",
        "UTC-08:00",
    ],
)
def test_quiet_hours_are_those_of_the_zone_however_it_is_written(driver: Played, zone: str) -> None:
    driver.profile(time_zone=zone)
    driver.crossed("documents-10")
    later(driver, 1)
    later(driver, MORNING_IN_LA - 1 - driver.now_ms)
    assert driver.deliveries() == []
    later(driver, QUARTER + 1)
    found = driver.deliveries()
    assert len(found) == 3
    assert {each.message.time_zone for each in found} <= {"America/Los_Angeles", "Etc/GMT+8"}


def test_a_zone_that_nobody_knows_is_the_products(driver: Played) -> None:
    """As for the tracker: it is 11:00 in Paris, and UTC has no say."""
    driver.profile(time_zone="Mars/Olympus")
    driver.crossed("documents-10")
    later(driver, 1)
    assert {each.message.time_zone for each in driver.deliveries()} == {"Europe/Paris"}


@pytest.mark.parametrize("zone", ["america/los_angeles", "Pacific Standard Time"])
def test_a_profile_that_an_earlier_release_kept_is_read_the_same_way(driver: Played, zone: str) -> None:
    """It kept the zone as it came."""
    keep(driver, PROFILES_TABLE, old_profile(time_zone=zone, as_of_ms=driver.now_ms))
    driver.crossed("documents-10")
    later(driver, 1)
    assert driver.deliveries() == []
    later(driver, MORNING_IN_LA + QUARTER - driver.now_ms)
    assert {each.message.time_zone for each in driver.deliveries()} == {"America/Los_Angeles"}


def test_one_letter_tells_of_a_zone_that_nobody_knows(driver: Played) -> None:
    """The tracker's, which reads the same topic: the planner takes the rest of the profile in silence."""
    driver.profile(time_zone="Mars/Olympus")
    driver.run()
    assert driver.read(CONTACTS_DLQ) == []
    assert driver.row(PROFILES, "c-1").time_zone is None
