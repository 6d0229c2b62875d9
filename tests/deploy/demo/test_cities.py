"""The demo works at every hour of the week: it is day for most of its people, and night for one."""

from __future__ import annotations

from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest

from deploy.cli.milestones_file import sound_milestones
from deploy.demo.cities import CITIES, HOMES, asleep, awake, home
from deploy.demo.installation import installation
from deploy.demo.people import HERO, REGULARS, SLEEPER, person, regular
from schemas.milestones import expand
from schemas.moment import parse_rfc3339
from stream.core.celebration.hours import Opening
from stream.core.celebration.manner import Manners
from templates.languages.languages import load

MONDAY = parse_rfc3339("2026-11-16T00:00:00Z")
QUARTER = 900_000
SATURDAY_23 = parse_rfc3339("2026-11-21T23:00:00Z")
LONG = 4 * 3_600_000
"""A demo that somebody watches through an afternoon."""
MOMENTS = [*(MONDAY + quarter * QUARTER for quarter in range(7 * 96)), SATURDAY_23]


@pytest.fixture(scope="module")
def openings() -> list[Opening]:
    _, document = sound_milestones(installation().tracker.milestones)
    manners = Manners(document)
    found = [manners.of(each.id) for each in expand(document)]
    return [each.opening for each in found if each is not None]


def is_open(opening: Opening, at_ms: int, zone: str) -> bool:
    span = opening.next_open(at_ms, zone)
    return span is not None and span[0] == at_ms


def test_whoever_is_awake_hears_at_once_and_the_sleeper_in_the_morning(openings: list[Opening]) -> None:
    """For every milestone of the demo's file, at every quarter of an hour of a week, Saturday 23:00 among them."""
    for now_ms in MOMENTS:
        people = [regular(number, kind, now_ms) for number, kind in enumerate(REGULARS)]
        people += [person(number, Random(number), now_ms) for number in range(5)]
        assert [each.sleeps for each in people if each.id in (HERO, SLEEPER)] == [False, True]
        for who in people:
            for opening in openings:
                at_once = [is_open(opening, now_ms + wait, who.time_zone) for wait in (0, LONG)]
                if who.sleeps:
                    assert at_once[0] is False, (who, now_ms)
                else:
                    assert at_once == [True, True], (who, now_ms)


def test_there_are_always_some_of_both() -> None:
    for now_ms in MOMENTS:
        assert min(len(awake(now_ms)), len(asleep(now_ms))) >= 7


def test_people_live_where_their_language_is_spoken_or_keep_it_abroad() -> None:
    """The CLDR knows each locale, so that numbers are written as there."""
    words = installation().templates
    languages = load(words.languages, words.folder)
    for now_ms in MOMENTS[::4]:
        for language, homes in HOMES.items():
            where = home(language, now_ms, 3)
            assert languages.pick(where.locale).tag == where.locale
            assert languages.pick(where.locale).name == language
            assert homes.get(where.time_zone) == where.locale or where.time_zone in CITIES
            assert where.time_zone in homes or not any(each in awake_at(now_ms) for each in homes)
        assert home("en", now_ms, 3).locale == "en"


def awake_at(now_ms: int) -> set[str]:
    zones = [zone for each in HOMES.values() for zone in each]
    return {each for each in zones if 9 <= datetime.fromtimestamp(now_ms / 1000, ZoneInfo(each)).hour < 17}


def test_whose_month_ends_today_lives_where_no_clock_changes() -> None:
    """Else it might end an hour from now."""
    for now_ms in MOMENTS:
        for number, kind in enumerate(REGULARS):
            if kind.signed_up_days_ago == 30:
                assert regular(number, kind, now_ms).time_zone != "Europe/Warsaw"


@pytest.mark.parametrize("zone", [*CITIES, *HOMES["fr"], *HOMES["ar"]])
def test_no_city_changes_its_clock(zone: str) -> None:
    """Streaks of the past are written a day apart, and mean the same hour."""
    year = [parse_rfc3339(f"2026-{month:02d}-01T12:00:00Z") / 1000 for month in range(1, 13)]
    assert len({datetime.fromtimestamp(each, ZoneInfo(zone)).utcoffset() for each in year}) == 1
