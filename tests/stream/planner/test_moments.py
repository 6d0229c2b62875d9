"""Moments that cannot be, at the planner's doors and in rows that an earlier release wrote: the no wins."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from schemas.contact_change import Change
from schemas.moment import parse_rfc3339
from schemas.topics import CONTACTS, MILESTONE_CROSSED, MILESTONE_CROSSED_DLQ
from stream.planner.topology import DUE, ERASED, PEOPLE, PROFILES, PROFILES_TABLE
from tests.stream.planner.played import PROFILE, Played

MONDAY_TEN = parse_rfc3339("2026-11-23T09:00:00Z")  # 10:00 in Paris
HOUR = 3_600_000
DAY = 24 * HOUR
RULES = """
version: 1
product: {name: Boards, url: "https://app.example", time_zone: Europe/Paris}
bundle: 0
history: complete
quiet_hours: none
cap: none
metrics:
  documents: {sum: value, from: documents_processed}
milestones:
  - {id: documents, when: {documents: [10, 100, 500]}, tier: major, means: A lot, call_to_action: {text: Go, url: /go}}
"""
AGAINST: list[Change] = ["unsubscribe", "mute", "complaint", "hard_bounce"]


@pytest.fixture
def driver() -> Iterator[Played]:
    with Played(RULES, start_ms=MONDAY_TEN) as driver:
        yield driver


def by_email(driver: Played, milestone: str = "documents-10") -> str:
    """Cross now, and return what becomes of the email."""
    driver.run()
    driver.crossed(milestone)
    driver.advance(1)
    driver.run()
    return driver.said()[milestone]["email"]


def keep(driver: Played, table: Any, row: bytes, contact: str = "c-1") -> None:
    """Put a row into the store as an earlier release wrote it."""
    driver.profile("c-2")  # a store in which nothing was committed is made anew
    driver.run()
    driver.store(0).write([(table.prefix_bytes + contact.encode(), b"\x01" + row)])
    driver.restart()


def old_profile(**more: Any) -> bytes:
    return json.dumps({"contact_id": "c-1"} | PROFILE | more).encode()


@pytest.mark.parametrize("what", AGAINST)
@pytest.mark.parametrize("ahead_ms", [HOUR // 7, 10 * HOUR, 365 * DAY])
@pytest.mark.parametrize("later", [1, 11 * HOUR, 25 * HOUR])
def test_a_consent_dated_ahead_defeats_no_later_word(driver: Played, what: Change, ahead_ms: int, later: int) -> None:
    """A local time written with Z is hours ahead. The unsubscribe comes after the consent, and holds: at once, and when
    the date of the consent has passed.
    """
    driver.profile(consent_email_at=driver.now_ms + ahead_ms)
    driver.run()
    driver.advance(60_000)
    driver.change(what)
    driver.advance(later)
    assert by_email(driver) in {"suppressed", "muted"}


@pytest.mark.parametrize("what", AGAINST)
def test_a_consent_of_the_same_moment_does_not_defeat_it_either(driver: Played, what: Change) -> None:
    """On a tie the no wins, also where the consent was dated a little ahead."""
    driver.profile(consent_email_at=driver.now_ms + 5000)
    driver.change(what)
    assert by_email(driver) in {"suppressed", "muted"}


@pytest.mark.parametrize("what", AGAINST)
def test_a_consent_that_was_given_later_opens_email_again(driver: Played, what: Change) -> None:
    """The rule as it was: a later word for messages."""
    driver.change(what)
    driver.advance(60_000)
    driver.profile(consent_email_at=driver.now_ms - 1000)
    assert by_email(driver) == "sent"


def test_a_resubscribe_dated_ahead_defeats_no_later_word(driver: Played) -> None:
    """Within the minutes that clocks are forgiven."""
    driver.profile()
    driver.change("resubscribe", at=driver.now_ms + 9 * 60_000)
    driver.advance(60_000)
    driver.change("unsubscribe")
    assert by_email(driver) == "suppressed"


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00Z", 1_795_000_000, "9999-12-31T23:59:59-05:00", "0000-00-00T00:00:00Z", 10**30, None]
)
@pytest.mark.parametrize("what", AGAINST)
def test_a_no_with_a_date_that_cannot_be_is_obeyed(driver: Played, what: Change, at: Any) -> None:
    """Who said no is not written to because somebody wrote a zero date."""
    driver.profile()
    driver.change(what, at=at)
    assert by_email(driver) in {"suppressed", "muted"}


@pytest.mark.parametrize("what", AGAINST)
@pytest.mark.parametrize("wait", [1, 11 * HOUR])
def test_a_consent_that_an_earlier_release_kept_heals_when_a_no_comes(driver: Played, what: Change, wait: int) -> None:
    """For good: not until its date has passed."""
    keep(driver, PROFILES_TABLE, old_profile(consent_email_at="2026-11-23T19:00:00Z"))
    driver.change(what)
    driver.run()
    driver.advance(wait)
    assert by_email(driver) in {"suppressed", "muted"}
    assert driver.row(PROFILES, "c-1").consent_email_at is None


def test_a_profile_that_an_earlier_release_kept_heals_when_it_is_read(driver: Played) -> None:
    """The no was there before; the look for a message heals the profile, and what comes later finds it so."""
    driver.change("unsubscribe")
    keep(driver, PROFILES_TABLE, old_profile(consent_email_at="2026-11-23T19:00:00Z"))
    assert by_email(driver) == "suppressed"
    driver.advance(11 * HOUR)
    assert by_email(driver, "documents-100") == "suppressed"


def test_a_sound_profile_that_an_earlier_release_kept_is_as_it_was(driver: Played) -> None:
    driver.change("unsubscribe", at=MONDAY_TEN - DAY)
    keep(driver, PROFILES_TABLE, old_profile(consent_email_at=MONDAY_TEN - HOUR))
    assert by_email(driver) == "sent"


@pytest.mark.parametrize("signed_up_at", ["2026-11-24T00:00:00Z", "9999-12-31T23:59:59-05:00", 4_102_444_800_000])
def test_a_sign_up_ahead_of_the_clock_survives_no_erasure(driver: Played, signed_up_at: Any) -> None:
    """Neither one that comes now nor one that an earlier release kept."""
    driver.profile(signed_up_at=signed_up_at)
    driver.run()
    kept = driver.row(PROFILES, "c-1")
    assert (kept.signed_up_at, kept.faults) == (None, ()), "a dead letter tells, the row need not"
    keep(driver, PROFILES_TABLE, old_profile(signed_up_at=signed_up_at))
    driver.change("erase")
    driver.run()
    assert (driver.rows(PEOPLE), driver.row(PROFILES, "c-1"), len(driver.rows(ERASED))) == ({}, None, 1)


@pytest.mark.parametrize("said", [0, "false", "no", 1, "true"])
def test_a_consent_that_is_neither_true_nor_false_ends_the_one_before_it(driver: Played, said: Any) -> None:
    """A database that writes 0 for a withdrawal must not leave the consent in force."""
    driver.profile()
    driver.run()
    driver.profile(consent_email=said)
    driver.run()
    assert driver.row(PROFILES, "c-1").consent_email is False


def test_a_sign_up_a_little_ahead_of_the_clock_survives_no_later_erasure(driver: Played) -> None:
    """Within the minutes that clocks are forgiven."""
    driver.profile(signed_up_at=driver.now_ms + 9 * 60_000)
    driver.advance(60_000)
    driver.change("erase")
    driver.run()
    assert (driver.rows(PEOPLE), driver.row(PROFILES, "c-1"), len(driver.rows(ERASED))) == ({}, None, 1)


def test_a_profile_that_is_read_again_after_weeks_has_the_verdict_that_it_had(driver: Played) -> None:
    """A new planner reads the compacted topic from the beginning, when the date of the consent has long passed."""
    driver.profile(consent_email_at=driver.now_ms + 10 * HOUR)
    driver.advance(60_000)
    driver.change("unsubscribe")
    driver.run()
    with Played(RULES, start_ms=MONDAY_TEN + 30 * DAY) as another:
        for topic in (CONTACTS, "contact-changes"):
            for each in driver.outputs(topic):
                another.pipe(topic, each.key(), each.value(), timestamp_ms=each.timestamp()[1])
        assert by_email(another) == "suppressed"


@pytest.mark.parametrize("until", ["9998-12-30T00:00:00.000Z", "2126-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z"])
def test_a_delivery_that_is_deferred_for_ever_is_given_up_in_time(driver: Played, until: str) -> None:
    """By the time at which the longest patience ends, whatever date a receipt names."""
    driver.profile()
    assert by_email(driver) == "sent"
    for each in driver.deliveries():
        driver.receipt(each, "deferred", until=until)
    driver.run()
    for _ in range(8 * 24):
        driver.advance(HOUR)
        driver.run()
    assert driver.timers(DUE) == []


@pytest.mark.parametrize("occurred_at", ["yesterday", "", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-05:00"])
def test_a_crossing_with_a_moment_that_is_none_is_put_aside(driver: Played, occurred_at: str) -> None:
    """Once it waited, its timer broke when it was due, and nothing was ever decided."""
    driver.profile()
    driver.crossed("documents-10")
    (record,) = driver.outputs(MILESTONE_CROSSED)
    body = json.loads(record.value() or b"") | {"occurred_at": occurred_at, "id": "another"}
    driver.pipe(MILESTONE_CROSSED, "c-1", json.dumps(body))
    driver.advance(1)
    driver.run()
    assert len(driver.read(MILESTONE_CROSSED_DLQ)) == 1
    assert driver.said()["documents-10"]["email"] == "sent"
