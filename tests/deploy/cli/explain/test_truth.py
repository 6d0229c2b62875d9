"""What is said to come does come: each moment that a wait names is the one at which the planner decides."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import product

import pytest

from deploy.cli.explain.waits import Wait, waits_of
from schemas.decision import decode_decision
from schemas.moment import parse_rfc3339
from schemas.topics import CELEBRATION_DECISIONS
from stream.core.celebration.manner import Manners
from stream.core.celebration.subject import decode_subject
from stream.planner.kept import subject_key
from stream.planner.topology import PEOPLE, PROFILES, SUBJECTS
from tests.stream.planner.played import Played, read

NOON = parse_rfc3339("2026-11-23T11:00:00Z")  # 12:00 in Paris
NIGHT = parse_rfc3339("2026-11-23T22:00:00Z")
FILE = """
version: 1
product: {name: Boards, url: "https://app.example", time_zone: Europe/Paris}
history: complete
cap: {messages: 1, within: 2 hours}
metrics: {documents: {sum: value, from: documents_processed}}
milestones:
  - {id: documents-10, when: {documents: 10}}
  - {id: documents-20, when: {documents: 20}}
"""
MINUTE = 60_000


def _nothing(driver: Played) -> None:
    """No profile at all."""


def _reached(driver: Played) -> None:
    driver.profile()


def _without_consent(driver: Played) -> None:
    driver.profile(web_push_subscription=False)


def _without_address(driver: Played) -> None:
    driver.profile(fcm_key=[], web_push_targets=[])


def _after_another(driver: Played) -> None:
    driver.profile()
    driver.crossed("documents-20", metric=None)
    driver.run()
    driver.advance(MINUTE)
    driver.run()


def waits(driver: Played) -> list[Wait]:
    """What `explain` would say of what waits."""
    row = driver.row(PEOPLE, "c-1")
    profile = None
    with suppress(KeyError):
        profile = driver.row(PROFILES, "c-1")
    (waiting,) = row.waiting
    subject = decode_subject(driver.row(SUBJECTS, subject_key(b"c-1", waiting.id)), is_nudge=False)
    return waits_of(Manners(read(FILE)), {waiting.id: subject}, profile, row, driver.now_ms)[waiting.id]


@pytest.mark.parametrize(
    ("before", "start_ms"),
    [
        *product([_nothing, _reached, _without_consent, _without_address], [NOON, NIGHT]),
        (_after_another, NOON),
    ],
)
def test_the_planner_decides_when_it_is_said_to(before: Callable[[Played], None], start_ms: int) -> None:
    """Not a millisecond before; and where a look is said to end in a no, it does."""
    with Played(FILE, start_ms=start_ms) as driver:
        before(driver)
        driver.run()
        driver.crossed("documents-10", metric=None)
        driver.run()
        driver.advance(MINUTE // 2)
        driver.run()
        for _ in range(4):
            if not driver.row(PEOPLE, "c-1").waiting:
                break
            told = waits(driver)
            at_ms = min(each.until_ms for each in told if each.until_ms is not None)
            if at_ms > driver.now_ms + 1:
                driver.advance(at_ms - driver.now_ms - 1)
                driver.run()
                still = {each.channel for each in told}
                assert {*driver.row(PEOPLE, "c-1").waiting[0].channels} == still, "before its time nothing is decided"
            driver.read(CELEBRATION_DECISIONS)
            driver.advance(max(at_ms - driver.now_ms, 1))
            driver.run()
            decided = {
                each.channel: each.because
                for each in map(
                    decode_decision, (record.value() or b"" for record in driver.read(CELEBRATION_DECISIONS))
                )
            }
            for each in told:
                if each.until_ms != at_ms:
                    assert each.channel not in decided
                elif each.cause in ("hours", "cap"):
                    assert decided[each.channel] is None
                elif each.cause in ("consent", "unreachable"):
                    assert decided[each.channel] == each.cause
                elif each.cause == "profile":
                    assert decided[each.channel] == "contact_unknown"
        assert not driver.row(PEOPLE, "c-1").waiting
