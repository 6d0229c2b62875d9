"""The path so far tells what may be told, up to what the message is about, and nothing untrue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.contact import Contact
from schemas.delivery import Message, channel_of
from schemas.milestone_crossed import MilestoneCrossed, crossing_id
from schemas.moment import parse_rfc3339, rfc3339
from stream.core.celebration.manner import Manners
from stream.core.celebration.path import path_to, remembered
from stream.planner.topology import PEOPLE_TABLE
from tests.stream.planner.played import SOURCE, Played, read
from tests.stream.planner.test_moments import keep
from tests.stream.planner.test_planner import DAY, MONDAY_TEN, later

RULES = """
version: 1
product: {name: Boards, url: "https://app.example", time_zone: Europe/Paris}
history: complete
quiet_hours: none
cap: none
bundle: 0
metrics: {documents: {sum: value, from: documents_processed}}
milestones:
  - {id: documents, when: {documents: [10, 20, 50]}}
  - {id: pro, when: {documents: 30}, audience: {plan: pro}}
  - {id: few, when: {documents: 40}, audience: {metrics.documents: [40, 50]}}
  - {id: year, when: {documents: 1000}, tier: major, means: A year.}
"""


@pytest.fixture
def driver() -> Iterator[Played]:
    with Played(RULES, start_ms=MONDAY_TEN) as driver:
        driver.profile(fcm_key=None, web_push_targets=[])
        driver.run()
        yield driver


def mail(driver: Played, **more: Any) -> Message:
    """Cross the last milestone, and return what its mail says."""
    driver.run()
    driver.advance(1000)
    driver.crossed("year", tier="major", metric=None, threshold=1000, **more)
    later(driver, 60_000)
    return next(each for each in driver.deliveries() if channel_of(each) == "email").message


def path(message: Message) -> list[tuple[str, bool | None]]:
    return [(each.milestone, each.is_dated) for each in message.history]


@pytest.mark.parametrize(
    ("because", "told"),
    [
        (None, [("documents-10", True)]),
        ("history_incomplete", []),
        ("before_milestone", [("documents-10", False)]),
        ("adopted", [("documents-10", False)]),
        ("backfill", [("documents-10", False)]),
    ],
)
def test_what_was_not_to_be_celebrated_is_told_only_where_it_is_true(
    driver: Played, because: Any, told: list[tuple[str, bool]]
) -> None:
    """A number that may lack the past is an untruth; what was imported or adopted is a fact without a day."""
    driver.crossed("documents-10", celebrate=because is None, not_celebrated_because=because)
    assert path(mail(driver)) == told


def test_what_the_control_group_is_not_to_hear_is_not_said_by_the_way(driver: Played) -> None:
    driver.crossed("documents-10", holdout=True)
    assert path(mail(driver)) == []


def test_the_path_of_a_reader_leaves_out_what_is_for_others(driver: Played) -> None:
    """By the profile, the numbers and the rules of now; the milestone that was retired is told no more."""
    for milestone in ("documents-10", "documents-20", "pro", "few"):
        driver.crossed(milestone, metric=None)
    driver.apply(RULES.replace("[10, 20, 50]", "[20, 50]"))
    assert path(mail(driver)) == [("documents-20", True)]
    driver.profile(attributes={"plan": "pro"}, fcm_key=None, web_push_targets=[])
    assert path(mail(driver, occurrence=2)) == [("documents-20", True), ("pro", True), ("year", True)]


def test_what_came_later_is_not_on_the_way(driver: Played) -> None:
    """The mail waits, and other milestones are reached meanwhile: its path ends with what it is about."""
    driver.apply(RULES.replace("tier: major,", "tier: major, send_window: daily 12:00-13:00,"))
    driver.crossed("documents-10", metric=None)
    driver.run()
    driver.advance(1000)
    driver.crossed("year", tier="major", metric=None, threshold=1000)
    driver.run()
    driver.advance(1000)
    driver.crossed("documents-50", metric=None)
    later(driver, 140 * 60_000)
    (found,) = [each.message for each in driver.deliveries() if channel_of(each) == "email"]
    assert path(found) == [("documents-10", True)]


def test_an_event_of_the_past_has_its_place_by_when_it_was(driver: Played) -> None:
    """What came in late stands where it happened."""
    driver.crossed("documents-20", metric=None)
    driver.run()
    driver.crossed("documents-10", metric=None, occurred_at=rfc3339(driver.now_ms - DAY))
    assert [each.milestone for each in mail(driver).history] == ["documents-10", "documents-20"]


def test_what_an_earlier_release_noted_is_left_out(driver: Played) -> None:
    """It did not note whether it may be told; what comes now is told again."""
    old = {"milestone": "documents-10", "occurrence": 1, "value": 10, "occurred_at": "2026-11-20T10:00:00.000Z"}
    keep(driver, PEOPLE_TABLE, json.dumps([[], [], {}, [old], [], 0, []]).encode())
    driver.crossed("documents-20", metric=None)
    assert path(mail(driver)) == [("documents-20", True)]


MANNERS = Manners(read(RULES))


def _crossing(place: int, at: int, **more: Any) -> MilestoneCrossed:
    fields: dict[str, Any] = {"celebrate": True, "metric": None, "kind": "all_of", "tier": "minor"} | more
    return MilestoneCrossed(
        id=crossing_id("c-1", "documents-10", place),
        contact_id="c-1",
        milestone="documents-10",
        occurrence=place,
        threshold=10,
        value_before=9,
        value=10,
        occurred_at=rfc3339(MONDAY_TEN + at),
        detected_at=rfc3339(MONDAY_TEN),
        rules_version=1,
        source=SOURCE,
        **fields,
    )


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=8), st.data())
def test_every_line_lies_before_the_last(came: list[tuple[int, bool]], data: st.DataObject) -> None:
    """Of any crossings in any order: the path is in the order of time, what may be told, and before this one."""
    crossings = [
        _crossing(place, at, celebrate=fine, not_celebrated_because=None if fine else "history_incomplete")
        for place, (at, fine) in enumerate(came, 1)
    ]
    history = [each for each in map(remembered, crossings) if each is not None]
    this = data.draw(st.sampled_from(crossings))
    told = path_to([this], history, MANNERS, Contact(contact_id="c-1"), {})
    at = [parse_rfc3339(each.occurred_at) for each in told]
    assert at == sorted(at)
    fine = {each.occurrence for each in crossings if each.celebrate}
    own = parse_rfc3339(this.occurred_at)
    earlier = {each.occurrence for each in crossings if parse_rfc3339(each.occurred_at) < own}
    same = {each.occurrence for each in crossings if each.occurred_at == this.occurred_at}
    found = {each.occurrence for each in told}
    assert fine & earlier <= found <= fine & (earlier | same) - {this.occurrence}
