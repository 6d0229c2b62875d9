"""Places that are dead, as the planner learns of them: an address is buried, not a channel, and it may come again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schemas.contact_change import Change
from schemas.target_digest import address_digest, target_digest
from schemas.topics import CONTACTS
from tests.stream.planner.played import Played
from tests.stream.planner.test_moments import MONDAY_TEN, RULES, by_email


@pytest.fixture
def driver() -> Iterator[Played]:
    with Played(RULES, start_ms=MONDAY_TEN) as driver:
        driver.profile()
        driver.run()
        driver.advance(1000)
        yield driver


@pytest.mark.parametrize("digest", [None, address_digest("Ada@example.com")])
def test_a_corrected_address_is_written_to(driver: Played, digest: str | None) -> None:
    """A bounce without a digest is of the address that the profile names then."""
    driver.change("hard_bounce", **({"digest": digest} if digest else {}))
    assert by_email(driver) == "suppressed"
    driver.profile(email="ada@correct.example")
    assert by_email(driver, "documents-100") == "sent"


@pytest.mark.parametrize("what", ["unsubscribe", "complaint", "mute"])
def test_a_corrected_address_is_not_written_to_after_a_word_of_the_contact(driver: Played, what: Change) -> None:
    driver.change(what)
    driver.change("hard_bounce")
    driver.run()
    driver.profile(email="ada@correct.example")
    assert by_email(driver) in {"suppressed", "muted"}


def by_phone(driver: Played, milestone: str) -> str:
    """Cross now, and return what becomes of the phone's notification."""
    driver.run()
    driver.crossed(milestone)
    driver.advance(1)
    driver.run()
    return driver.said()[milestone]["mobile_push"]


def test_a_token_that_comes_again_is_tried_and_one_that_is_repeated_is_not(driver: Played) -> None:
    driver.profile(fcm_key="token-1")
    driver.run()
    driver.change("dead_token", digest=target_digest("token-1"))
    driver.run()
    driver.advance(1000)
    for name in ("Ada", "Eda"):
        driver.profile(fcm_key="token-1", name=name)
        driver.run()
    assert by_phone(driver, "documents-10") == "suppressed"
    driver.profile(fcm_key="token-2")
    driver.run()
    driver.advance(1000)
    driver.profile(fcm_key="token-1")
    assert by_phone(driver, "documents-100") == "sent"
    driver.change("dead_token", digest=target_digest("token-1"))
    driver.run()
    driver.advance(1000)
    driver.profile(fcm_key="token-1")
    assert by_phone(driver, "documents-500") == "suppressed"


def test_an_address_comes_again_with_the_contact_who_was_removed(driver: Played) -> None:
    driver.change("hard_bounce")
    driver.run()
    driver.pipe(CONTACTS, "c-1", None)
    driver.run()
    driver.advance(1000)
    driver.profile()
    assert by_email(driver) == "sent"
