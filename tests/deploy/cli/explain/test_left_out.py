"""What a further attempt of a message tells no more is told: it was not sent, though the message was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deploy.cli.explain.celebration import Celebration, OnChannel, celebrations_of
from deploy.cli.explain.clock import Clock
from deploy.cli.explain.document import document_of_channel
from deploy.cli.explain.handed_out import HandedOut
from deploy.cli.explain.words import lines_of
from schemas.decision import decode_decision
from schemas.delivery import Delivery, channel_of, decode_delivery
from schemas.milestone_crossed import decode_crossing
from schemas.receipt import decode_receipt
from schemas.topics import CELEBRATION_DECISIONS, DELIVERIES, DELIVERY_RECEIPTS, MILESTONE_CROSSED
from stream.planner.topology import PEOPLE
from tests.stream.planner.played import Played
from tests.stream.planner.test_bundle import HOUR, MONDAY_TEN, RULES, later

LEAD, LINE = "pages-10", "teams-1"


@pytest.fixture
def driver() -> Iterator[Played]:
    """A message of two milestones is out on web push."""
    with Played(RULES, start_ms=MONDAY_TEN) as driver:
        driver.profile()
        driver.run()
        driver.crossed(LINE, metric="teams")
        driver.advance(1)
        driver.crossed(LEAD, metric="pages")
        later(driver, 30_000)
        yield driver


def pushed(driver: Played) -> Delivery:
    (found,) = [each for each in driver.deliveries() if channel_of(each) == "web_push"]
    return found


def goes_again(driver: Played, delivery: Delivery, rules: str) -> Delivery:
    """The next attempt, under other rules."""
    driver.defer(delivery, HOUR)
    driver.apply(rules)
    later(driver, HOUR)
    return pushed(driver)


def without(milestone: str) -> str:
    return RULES.replace(f"{{id: {milestone},", f"{{id: {milestone}, status: retired,")


def explained(driver: Played, *, kept: bool = True) -> dict[str, OnChannel]:
    """Web push of each, by milestone; `kept`: whether the deliveries still are."""
    topics = [*DELIVERIES.values()] if kept else []
    found: list[Celebration] = celebrations_of(
        [decode_crossing(each.value() or b"") for each in driver.outputs(MILESTONE_CROSSED)],
        [decode_decision(each.value() or b"") for each in driver.outputs(CELEBRATION_DECISIONS)],
        [decode_receipt(each.value() or b"") for each in driver.outputs(DELIVERY_RECEIPTS)],
        {},
        driver.now_ms,
        out=driver.row(PEOPLE, "c-1").out,
        handed_out=[
            HandedOut.of(decode_delivery(each.value() or b"")) for topic in topics for each in driver.outputs(topic)
        ],
    )
    return {each.milestone: on for each in found for on in each.channels if on.channel == "web_push"}


@pytest.mark.parametrize(("lost", "kept"), [(LINE, LEAD), (LEAD, LINE)])
def test_what_the_last_attempt_told_no_more_was_not_sent(driver: Played, lost: str, kept: str) -> None:
    """Be it a line, or what led the message: the attempts that told it are its own, and the others are not."""
    again = goes_again(driver, pushed(driver), without(lost))
    said = explained(driver)
    assert (said[lost].state, said[lost].left_out) == ("failed", {again.id: 2})
    assert (said[kept].state, said[kept].left_out) == ("on_its_way", {})
    driver.receipt(again)
    driver.run()
    said = explained(driver)
    assert (said[lost].state, said[kept].state) == ("failed", "sent")
    assert [each.attempt for each in said[lost].attempts] == [1]
    assert [each.attempt for each in said[kept].attempts] == [1, 2]
    lines = lines_of(said[lost], Clock(driver.now_ms, "UTC"))
    assert lines[-1].startswith("left out of attempt 2: by then it might not be told any more")
    assert "asked again" not in " ".join(lines)
    assert document_of_channel(said[lost], Clock(driver.now_ms, "UTC"))["left_out"] == [
        {"delivery_id": again.id, "attempt": 2}
    ]


def test_what_may_be_told_again_is_sent_by_the_attempt_that_does(driver: Played) -> None:
    """The milestone was retired only for a while."""
    third = goes_again(driver, goes_again(driver, pushed(driver), without(LINE)), RULES)
    driver.receipt(third)
    driver.run()
    said = explained(driver)[LINE]
    assert (said.state, said.left_out, [each.attempt for each in said.attempts]) == ("sent", {}, [1, 3])


def test_a_message_that_is_given_up_then_changes_nothing_for_what_was_left_out(driver: Played) -> None:
    """It had left the message before."""
    again = goes_again(driver, pushed(driver), without(LINE))
    driver.defer(again, HOUR)
    driver.change("unsubscribe")
    later(driver, HOUR)
    said = explained(driver)
    assert [each.outcome for each in said[LEAD].attempts] == ["deferred", "deferred", "expired"]
    assert [each.outcome for each in said[LINE].attempts] == ["deferred"]
    assert (said[LINE].state, said[LINE].left_out) == ("failed", {again.id: 2})


def test_a_message_of_which_all_was_told_is_told_as_before(driver: Played) -> None:
    """And so is one whose deliveries are no longer kept: nothing can be held against it."""
    driver.receipt(goes_again(driver, pushed(driver), RULES))
    driver.run()
    for kept in (True, False):
        assert {(name, on.state) for name, on in explained(driver, kept=kept).items()} == {
            (LEAD, "sent"), (LINE, "sent"),
        }  # fmt: skip
