"""What a released delivery comes to: every one has one final receipt, and each further attempt is weighed anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.json import decode

from schemas.contact_change import Change, ContactChange
from schemas.dead_letter import CODE
from schemas.delivery import Delivery, channel_of, digest_of
from schemas.moment import parse_rfc3339
from schemas.receipt import FINAL, Outcome
from schemas.topics import CONTACT_CHANGES, CONTACTS, DELIVERY_RECEIPTS, DELIVERY_RECEIPTS_DLQ
from stream.core.celebration.out import MOST_OUT
from stream.planner.topology import DUE, PEOPLE, SUBJECTS
from tests.stream.planner.played import Played
from tests.stream.planner.test_planner import DAY, HOUR, MONDAY_TEN, RULES, later

MINUTE = 60_000


@pytest.fixture(params=["memory", "rocks"])
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Played]:
    store = tmp_path if request.param == "rocks" else None
    with Played(RULES, store=store, start_ms=MONDAY_TEN) as driver:
        yield driver


def released(driver: Played, channel: str = "web_push", **profile: Any) -> Delivery:
    """A delivery that has just gone out, the only one that is."""
    driver.profile(**{"fcm_key": ["token-1"]} | profile)
    driver.crossed("documents-10")
    later(driver, 1)
    (found,) = [each for each in driver.deliveries() if channel_of(each) == channel]
    return found


def gives_back(driver: Played, delivery: Delivery, wait_ms: int = 0) -> None:
    """A dispatcher defers a delivery, and the planner hears of it."""
    driver.defer(delivery, wait_ms)
    driver.run()


def out(driver: Played) -> int:
    """How many deliveries have no final receipt."""
    return sum(len(row.out) for row in driver.rows(PEOPLE).values())


@pytest.mark.parametrize("outcome", sorted(FINAL - {"expired"}))
def test_a_final_receipt_ends_a_delivery_and_with_the_last_one_the_record_goes(
    driver: Played, outcome: Outcome
) -> None:
    """What was released is kept until it is known what became of it, and no longer."""
    driver.profile()
    driver.crossed("documents-10")
    later(driver, 1)
    first, *others = driver.deliveries()
    driver.receipt(first, outcome)
    driver.run()
    assert (out(driver), len(driver.rows(SUBJECTS))) == (len(others), 1)
    for each in others:
        driver.receipt(each, outcome)
    driver.run()
    assert (out(driver), driver.rows(SUBJECTS)) == (0, {})
    later(driver, 8 * DAY)
    assert (driver.deliveries(), driver.timers(DUE)) == ([], [])


def test_a_deferred_delivery_goes_out_again_with_the_profile_of_then(driver: Played) -> None:
    """Same id, so that it replaces what came before; the next attempt; a lease of its own."""
    first = released(driver)
    gives_back(driver, first, 2 * MINUTE)
    later(driver, MINUTE)
    driver.profile(name="Countess", fcm_key=["token-1"])
    driver.run()
    assert driver.deliveries() == []
    later(driver, MINUTE + 1)
    (second,) = driver.deliveries()
    assert (second.id, second.decision_id, second.attempt, second.to) == (first.id, first.decision_id, 2, first.to)
    assert second.message.name == "Countess"
    assert parse_rfc3339(second.send_by) == driver.now_ms + 5 * MINUTE
    assert driver.decisions() != []
    driver.receipt(second)
    later(driver, DAY)
    assert (driver.deliveries(), driver.decisions()) == ([], [])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("unsubscribe", "suppressed"),
        ("mute", "muted"),
        ("dead_endpoint", "suppressed"),
        ("tombstone", "contact_unknown"),
    ],
)
def test_who_withdrew_meanwhile_gets_no_further_attempt(driver: Played, change: str, reason: str) -> None:
    """Guarantee G4 holds for every attempt; the last receipt says why there is no other."""
    first = released(driver)
    gives_back(driver, first, MINUTE)
    what: Change
    if change == "tombstone":
        driver.pipe(CONTACTS, "c-1", None)
    elif change == "dead_endpoint":
        what = "dead_endpoint"
        driver.change(what, digest=digest_of(first.to))
    else:
        what = "unsubscribe" if change == "unsubscribe" else "mute"
        driver.change(what)
    driver.own_receipts()
    later(driver, MINUTE + 1)
    assert driver.deliveries() == []
    (last,) = [each for each in driver.own_receipts() if each.outcome != "deferred"]
    assert (last.outcome, last.code, last.delivery_id, last.attempt) == ("expired", reason, first.id, 2)


def test_a_place_that_the_profile_names_no_more_is_not_tried_again(driver: Played) -> None:
    """Another browser is another delivery, and this celebration did not go there."""
    first = released(driver)
    gives_back(driver, first, MINUTE)
    driver.profile(web_push_targets=[{"endpoint": "https://push.example/2", "keys": {"p256dh": "p", "auth": "a"}}])
    driver.own_receipts()
    later(driver, MINUTE + 1)
    assert driver.deliveries() == []
    assert [(each.outcome, each.code) for each in driver.own_receipts()] == [("expired", "unreachable")]


def test_an_attempt_that_would_fall_into_the_night_waits_for_the_morning(driver: Played) -> None:
    """Quiet hours hold for every attempt; a stale one ends."""
    first = released(driver)
    driver.advance(10 * HOUR)  # 20:00 in Paris
    gives_back(driver, first, 2 * HOUR)
    later(driver, 2 * HOUR + 1)
    assert driver.deliveries() == []
    later(driver, 10 * HOUR + 15 * MINUTE)  # 08:15
    (second,) = driver.deliveries()
    gives_back(driver, second, 30 * HOUR)
    driver.own_receipts()
    later(driver, 31 * HOUR)
    assert [(each.outcome, each.code) for each in driver.own_receipts() if each.outcome == "expired"] == [
        ("expired", "stale")
    ]


def test_the_cap_counts_a_celebration_once_however_often_it_is_tried(driver: Played) -> None:
    """Two in seven days: the second attempt of the first is none of them."""
    first = released(driver)
    gives_back(driver, first)
    later(driver, 1001)
    assert [each.attempt for each in driver.deliveries()] == [2]
    driver.crossed("documents-100")
    later(driver, 1)
    assert {each.message.crossing.milestone for each in driver.deliveries() if each.message.crossing} == {
        "documents-100"
    }


def test_a_delivery_of_which_nothing_is_heard_is_given_up_when_its_topic_has_lost_it(driver: Played) -> None:
    """Every released delivery ends; a receipt that still comes changes nothing."""
    first = released(driver)
    later(driver, 7 * DAY - MINUTE)
    assert driver.own_receipts() == []
    later(driver, 2 * MINUTE)
    said = driver.own_receipts()
    assert Counter((each.outcome, each.code) for each in said) == {("expired", "no_receipt"): 2}
    assert (out(driver), driver.rows(SUBJECTS), driver.timers(DUE)) == (0, {}, [])
    gives_back(driver, first)
    later(driver, DAY)
    assert driver.deliveries() == []


def test_receipts_that_come_twice_or_late_change_nothing(driver: Played) -> None:
    """A dispatcher that died between its receipt and its commit makes the attempt anew."""
    first = released(driver)
    gives_back(driver, first)
    gives_back(driver, first)
    later(driver, 1001)
    (second,) = driver.deliveries()
    gives_back(driver, first)
    later(driver, HOUR)
    assert driver.deliveries() == []
    assert out(driver) == 2
    driver.receipt(second)
    driver.receipt(second)
    driver.run()
    assert out(driver) == 1


def test_an_attempt_that_was_deferred_and_yet_sent_is_not_made_again(driver: Played) -> None:
    """It said deferred, died, and the next dispatcher sent it: a further attempt would be a second message."""
    first = released(driver)
    gives_back(driver, first, MINUTE)
    driver.receipt(first)
    later(driver, HOUR)
    assert driver.deliveries() == []
    assert out(driver) == 1


def test_a_dispatcher_whose_clock_runs_ahead_does_not_play_ball(driver: Played) -> None:
    """It finds every lease expired and gives each delivery back at once: the pauses double."""
    last = released(driver)
    pauses = []
    for _ in range(8):
        gives_back(driver, last)
        before = driver.now_ms
        while not (found := driver.deliveries()):
            later(driver, 500)
        (last,) = found
        pauses.append(round((driver.now_ms - before) / 1000))
    assert pauses == sorted(pauses)
    assert pauses[-1] >= 128


@pytest.mark.parametrize(
    ("value", "code"),
    [(b"", "not_json"), (b"{}", "wrong_type"), (b"{", "not_json"), (None, "value_missing")],
)
def test_what_is_no_receipt_is_put_aside(driver: Played, value: bytes | None, code: str) -> None:
    """Guarantee G5."""
    first = released(driver)
    driver.pipe(DELIVERY_RECEIPTS, "c-1", value)
    driver.receipt(first)
    driver.run()
    (letter,) = driver.outputs(DELIVERY_RECEIPTS_DLQ)
    assert dict(letter.headers() or [])[CODE] == code.encode()
    assert out(driver) == 1


def test_a_contact_with_more_deliveries_out_than_a_row_holds_has_the_oldest_given_up() -> None:
    """The bound is on the row; the messages went out all the same."""
    cap = "cap: {messages: 2, within: 7 days, then: defer}"
    assert cap in RULES
    with Played(RULES.replace(cap, "cap: none"), start_ms=MONDAY_TEN) as driver:
        driver.profile(fcm_key=[f"token-{number}" for number in range(32)], web_push_targets=[])
        for occurrence in range(1, 8):
            driver.crossed("documents-10", occurrence=occurrence, metric=None)
            later(driver, 1)
        assert len(driver.deliveries()) == 7 * 32
        assert Counter(each.code for each in driver.own_receipts()) == {"too_many": 7 * 32 - MOST_OUT}
        assert out(driver) == MOST_OUT


@settings(max_examples=40, deadline=None)
@given(answers=st.lists(st.sampled_from(["sent", "deferred", "gone", "repeat", "unsubscribe"]), max_size=8))
def test_each_delivery_ends_once_whatever_dispatchers_say(answers: list[str]) -> None:
    """The planner gives up what no dispatcher ended, and only that; after an end there is no attempt."""
    with Played(RULES, start_ms=MONDAY_TEN) as driver:
        driver.profile()
        driver.crossed("documents-10")
        later(driver, 1)
        seen: list[Delivery] = driver.deliveries()
        known = {each.id for each in seen}
        ended: Counter[str] = Counter()
        expired: Counter[str] = Counter()

        def note() -> None:
            for receipt in driver.own_receipts():
                (expired if receipt.outcome == "expired" else ended)[receipt.delivery_id] += receipt.outcome in FINAL

        for answer in answers:
            if answer == "unsubscribe":
                driver.change("unsubscribe")
            elif seen and answer == "repeat":
                driver.defer(seen[-1], MINUTE)
            elif seen:
                each = seen.pop(0)
                if answer == "deferred":
                    driver.defer(each, MINUTE)
                else:
                    driver.receipt(each, "gone" if answer == "gone" else "sent")
            note()
            later(driver, 10 * MINUTE)
            note()
            fresh = driver.deliveries()
            assert all(ended[each.id] + expired[each.id] == 0 for each in fresh)
            again = {one.id for one in fresh}
            seen = [each for each in seen if each.id not in again and not expired[each.id]] + fresh
        later(driver, 8 * DAY)
        note()
        assert {each: bool(ended[each]) + expired[each] for each in known} == dict.fromkeys(known, 1)
        assert (out(driver), driver.rows(SUBJECTS), driver.timers(DUE)) == (0, {}, [])


MAJOR = RULES.replace("{id: documents, when", "{id: documents, tier: major, means: Many., when")


def test_the_third_refusal_of_an_address_is_told_as_a_bounce() -> None:
    """Each delivery counts once, however often its receipt comes; everybody who reads contact-changes learns of it."""
    told: list[ContactChange] = []
    with Played(MAJOR, start_ms=MONDAY_TEN) as driver:
        driver.profile()
        for milestone in ("documents-10", "documents-100", "documents-500"):
            assert told == []
            driver.crossed(milestone)
            later(driver, 1)
            [delivery] = [each for each in driver.deliveries() if channel_of(each) == "email"]
            for _ in range(2):
                driver.receipt(delivery, "rejected", refused_place=digest_of(delivery.to), code="550")
            driver.run()
            told = [decode(each.value() or b"", type=ContactChange) for each in driver.outputs(CONTACT_CHANGES)]
            later(driver, 8 * DAY)
        [row] = driver.rows(PEOPLE).values()
    [bounce] = told
    assert (bounce.change, bounce.digest) == ("hard_bounce", digest_of(delivery.to))
    assert row.standing.is_dead(digest_of(delivery.to))
