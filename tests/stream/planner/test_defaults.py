"""A file that says little is celebrated by the channels, hours and cap that hold by default."""

from __future__ import annotations

from collections import Counter

import pytest

from schemas.delivery import channel_of
from tests.stream.planner.played import Played
from tests.stream.planner.test_planner import DAY, HOUR, MONDAY_TEN, SATURDAY_NIGHT, later

FILE = """
version: 1
product: {name: Boards, url: "https://app.example", time_zone: Europe/Paris}
history: complete
bundle: 0
TIERS
metrics: {documents: {sum: value, from: documents_processed}}
milestones:
  - {id: documents-10, when: {documents: 10}}
  - {id: documents-100, when: {documents: 100}, tier: major, means: A lot.}
  - {id: documents-200, when: {documents: 200}}
  - {id: documents-300, when: {documents: 300}}
  - {id: documents-400, when: {documents: 400}}
"""


@pytest.mark.parametrize(
    "tiers",
    [
        "",
        "tiers: {major: {send_window: weekdays 09:00-11:30}}",
        "tiers: {minor: {max_staleness: 1 day}, major: {max_staleness: 7 days}}",
        "tiers: {minor: {send_window: daily 09:00-11:00}, major: {channels: [email, web_push, mobile_push]}}",
    ],
)
def test_a_tier_that_is_given_in_part_keeps_its_channels(tiers: str) -> None:
    """It was silent, and `check` said sound."""
    with Played(FILE.replace("TIERS", tiers), start_ms=MONDAY_TEN) as driver:
        driver.profile(fcm_key="token-1")
        driver.crossed("documents-10", metric=None)
        driver.crossed("documents-100", tier="major", metric=None)
        later(driver, 1)
        assert driver.said() == {
            "documents-10": {"email": "channel_off", "web_push": "sent", "mobile_push": "sent"},
            "documents-100": {"email": "sent", "web_push": "sent", "mobile_push": "sent"},
        }
        assert Counter(map(channel_of, driver.deliveries())) == {"email": 1, "web_push": 2, "mobile_push": 2}


def test_nobody_is_woken_at_night_by_default() -> None:
    """The README's promise: at a decent hour. 23:00 is none, nor is 07:00; and `none` turns it off."""
    with Played(FILE.replace("TIERS", ""), start_ms=SATURDAY_NIGHT) as driver:
        driver.profile()
        driver.crossed("documents-10")
        later(driver, 8 * HOUR)
        assert driver.deliveries() == []
        later(driver, 2 * HOUR)
        assert len(driver.deliveries()) == 3
    with Played(FILE.replace("TIERS", "quiet_hours: none"), start_ms=SATURDAY_NIGHT) as driver:
        driver.profile()
        driver.crossed("documents-10")
        later(driver, 1)
        assert len(driver.deliveries()) == 3


@pytest.mark.parametrize(("cap", "days"), [("", 3), ("cap: none", 4), ("cap: {messages: 2}", 2)])
def test_nobody_is_written_to_all_the_time_by_default(cap: str, days: int) -> None:
    """Three in seven days, and the rest waits: it is not lost."""
    with Played(FILE.replace("TIERS", cap), start_ms=MONDAY_TEN) as driver:
        driver.profile(fcm_key=None)
        for milestone in ("documents-10", "documents-200", "documents-300", "documents-400"):
            driver.crossed(milestone, metric=None)
            later(driver, DAY)
        assert len(driver.deliveries()) == days
        later(driver, 7 * DAY)
        assert bool(driver.deliveries()) == (days < 4)
