"""What a contact reaches at once is one message on each channel, of what may be said there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args

import msgspec
import pytest

from schemas.channel import CHANNELS
from schemas.decision import No
from schemas.delivery import Delivery, channel_of
from schemas.milestone_crossed import EventSource, Jump
from schemas.moment import parse_rfc3339
from stream.core.celebration.admit import JUMP_MS
from stream.core.celebration.out import MOST_LINES
from stream.core.celebration.person import MOST_WAITING, PersonRow
from stream.planner.topology import PEOPLE, PEOPLE_TABLE, SUBJECTS
from stream.runtime.metrics import LINES_DROPPED
from tests.stream.planner.played import Played

MONDAY_TEN = parse_rfc3339("2026-11-23T09:00:00Z")  # 10:00 in Paris
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
RULES = """
version: 1
product: {name: Boards, url: "https://app.example", time_zone: Europe/Paris}
history: complete
quiet_hours: 21:00-08:00
cap: {messages: 2, within: 7 days, then: defer}
metrics:
  documents: {sum: value, from: documents_processed}
  pages: {count: events, from: page_made}
  teams: {count: events, from: team_made}
tiers:
  minor: {channels: [web_push, mobile_push], max_staleness: 1 day}
  major: {channels: [email, web_push, mobile_push], max_staleness: 7 days}
milestones:
  - {id: pages-10, when: {pages: 10}}
  - {id: pages-100, when: {pages: 100}, audience: {plan: pro}}
  - {id: pages-1000, when: {pages: 1000}, tier: major, means: A lot., channels: [email]}
  - {id: documents, when: {documents: [10, 100]}, nudge: {near: 90%}}
  - {id: documents-1000, when: {documents: 1000}, tier: major, means: A lot., send_window: weekdays 09:00-11:30}
  - {id: teams-1, when: {teams: 1}}
"""
BOTH = ("web_push", "mobile_push")


@pytest.fixture
def driver() -> Iterator[Played]:
    with Played(RULES, start_ms=MONDAY_TEN) as driver:
        driver.profile(attributes={"plan": "free"})
        driver.run()
        yield driver


def later(driver: Played, ms: int) -> None:
    """Take in what was written, and look again so much later."""
    driver.run()
    driver.advance(ms)
    driver.run()


def jump(driver: Played, *milestones: str, offset: int = 7, batches: bool = False) -> dict[str, str]:
    """One event reaches all of them, the top last; their ids by milestone."""
    ids = {}
    for place, milestone in enumerate(milestones, start=1):
        record = driver.crossed(
            milestone,
            metric=milestone.partition("-")[0],
            jump=Jump(index=place, of=len(milestones), top=place == len(milestones)),
            source=EventSource(topic="usage-events", partition=0, offset=offset, event_source="", event_id="e"),
        )
        ids[milestone] = record.id
        if batches:
            driver.run()
    return ids


def lines(deliveries: list[Delivery]) -> dict[str, tuple[str, ...]]:
    """What each channel tells, the lead first; every place of a channel the same."""
    found: dict[str, tuple[str, ...]] = {}
    for each in deliveries:
        subject = each.message.crossing or each.message.nudge
        assert subject is not None
        told = (subject.milestone, *(line.milestone for line in each.message.also))
        assert found.setdefault(channel_of(each), told) == told
    return found


@pytest.mark.parametrize("batches", [False, True])
def test_a_jump_whose_top_is_not_for_this_contact_says_the_next(driver: Played, batches: bool) -> None:
    """150 pages at once, and 100 is for those who pay: a free contact hears of 10."""
    jump(driver, "pages-10", "pages-100", batches=batches)
    later(driver, 30_000)
    assert driver.said() == {
        "pages-100": dict.fromkeys(CHANNELS, "audience"),
        "pages-10": {"email": "channel_off", "web_push": "sent", "mobile_push": "sent"},
    }


def test_the_choice_is_made_on_each_channel(driver: Played) -> None:
    """The top is for email alone, and the contact is reached by pushes alone: they say the one below."""
    ids = jump(driver, "pages-10", "pages-1000")
    later(driver, 30_000)
    assert driver.said() == {
        "pages-1000": {"email": "sent", "web_push": "channel_off", "mobile_push": "channel_off"},
        "pages-10": {"email": "channel_off", "web_push": "sent", "mobile_push": "sent"},
    }
    driver.profile(attributes={"plan": "pro"})
    ids = jump(driver, "documents-10", "documents-100", offset=8)
    later(driver, 30_000)
    absorbed = {(each.channel, each.absorbed_by) for each in driver.decisions() if each.because == "absorbed"}
    assert absorbed == {(channel, ids["documents-100"]) for channel in BOTH}


def test_a_lower_one_comes_back_when_the_higher_is_refused_later(driver: Played) -> None:
    """The higher waits for the morning; before it comes it is retired: the lower one is said then."""
    driver.advance(12 * HOUR)
    jump(driver, "documents-10", "documents-100")
    later(driver, 30_000)
    assert {each.because for each in driver.decisions()} == {"channel_off"}
    driver.apply(RULES.replace("[10, 100]", "[10]"))
    later(driver, 11 * HOUR)
    assert driver.said() == {
        "documents-100": dict.fromkeys(BOTH, "retired"),
        "documents-10": dict.fromkeys(BOTH, "sent"),
    }


def test_a_top_that_never_comes_silences_nobody(driver: Played) -> None:
    """It is waited for as long as two polls may lie apart, and no longer."""
    driver.apply(RULES + "bundle: 0\n")
    driver.crossed("pages-10", metric="pages", jump=Jump(index=1, of=2, top=False))
    later(driver, JUMP_MS - 1)
    assert driver.said() == {}
    later(driver, 1)
    assert driver.said()["pages-10"]["web_push"] == "sent"


def test_a_top_that_may_not_be_celebrated_is_not_waited_for(driver: Played) -> None:
    driver.apply(RULES + "bundle: 0\n")
    driver.crossed("pages-10", metric="pages", jump=Jump(index=1, of=2, top=False))
    driver.crossed("pages-100", metric="pages", jump=Jump(index=2, of=2, top=True), holdout=True)
    later(driver, 1)
    assert driver.said()["pages-10"]["web_push"] == "sent"


def test_three_milestones_of_one_action_are_one_message(driver: Played) -> None:
    """On each channel, the highest first, the others as lines; it counts once for the cap of two."""
    driver.crossed("teams-1", metric="teams")
    later(driver, 400)
    driver.crossed("pages-10", metric="pages")
    later(driver, 400)
    lead = driver.crossed("documents-1000", tier="major")
    later(driver, 30_000 - 801)
    assert driver.deliveries() == []
    later(driver, 1)
    found = driver.deliveries()
    assert lines(found) == {
        "email": ("documents-1000",),
        "web_push": ("documents-1000", "pages-10", "teams-1"),
        "mobile_push": ("documents-1000", "pages-10", "teams-1"),
    }
    assert Counter(map(channel_of, found)) == {"email": 1, "web_push": 1, "mobile_push": 2}
    bundled = [each for each in driver.decisions() if each.bundled_with]
    assert {(each.milestone, each.channel, each.send, each.bundled_with) for each in bundled} == {
        (milestone, channel, True, lead.id) for milestone in ("pages-10", "teams-1") for channel in BOTH
    }
    row: PersonRow = driver.row(PEOPLE, "c-1")
    assert (len(row.released), len(row.majors)) == (1, 1)
    assert len(driver.rows(SUBJECTS)) == 3, "a line may have to be told again"
    for each in found:
        driver.receipt(each)
    driver.run()
    assert (driver.rows(SUBJECTS), driver.row(PEOPLE, "c-1").bundles) == ({}, [])


def test_what_comes_after_the_bundle_is_a_message_of_its_own_and_zero_bundles_nothing(driver: Played) -> None:
    driver.crossed("teams-1", metric="teams")
    later(driver, 30_001)
    driver.crossed("pages-10", metric="pages")
    later(driver, 30_000)
    assert [set(lines([each]).values()) for each in driver.deliveries() if channel_of(each) == "web_push"] == [
        {("teams-1",)},
        {("pages-10",)},
    ]
    driver.apply(RULES + "bundle: 0\n")
    driver.profile("c-2")
    driver.crossed("teams-1", "c-2", metric="teams")
    driver.crossed("pages-10", "c-2", metric="pages")
    later(driver, 1)
    assert Counter(lines([each])["web_push"] for each in driver.deliveries() if channel_of(each) == "web_push") == {
        ("teams-1",): 1,
        ("pages-10",): 1,
    }


def test_a_bundle_is_as_long_as_the_file_says(driver: Played) -> None:
    driver.apply(RULES + "bundle: 10 minutes\n")
    driver.crossed("teams-1", metric="teams")
    later(driver, 9 * MINUTE)
    driver.crossed("pages-10", metric="pages")
    later(driver, MINUTE - 1)
    assert driver.deliveries() == []
    later(driver, 1)
    assert lines(driver.deliveries())["web_push"] == ("pages-10", "teams-1")


def test_what_waits_for_one_opening_is_one_message(driver: Played) -> None:
    """Reached at nine and at eleven in the evening, both are told in the morning, and not in two notifications."""
    driver.advance(11 * HOUR)
    driver.crossed("teams-1", metric="teams")
    later(driver, 2 * HOUR)
    driver.crossed("pages-10", metric="pages")
    for _ in range(20):
        later(driver, HOUR)
    assert lines(driver.deliveries()) == dict.fromkeys(BOTH, ("pages-10", "teams-1"))


def test_a_minor_one_rides_in_a_major_message_though_the_cap_is_full(driver: Played) -> None:
    """The cap counts messages, and a line is none."""
    for milestone in ("documents-10", "documents-100"):
        driver.crossed(milestone)
        later(driver, 31_000)
    driver.decisions()
    driver.crossed("teams-1", metric="teams")
    driver.crossed("documents-1000", tier="major")
    later(driver, 30_000)
    assert driver.said() == {
        "documents-1000": dict.fromkeys(CHANNELS, "sent"),
        "teams-1": {"email": "channel_off", "web_push": "sent", "mobile_push": "sent"},
    }
    driver.crossed("pages-10", metric="pages")
    later(driver, 30_000)
    assert set(driver.said()["pages-10"].values()) == {"channel_off", "over_cap"}


@pytest.mark.parametrize(
    ("lost", "told"), [("teams-1", ("pages-10",)), ("pages-10", ("teams-1",)), ("documents", ("pages-10", "teams-1"))]
)
def test_a_retry_tells_what_is_still_allowed_under_the_same_id(
    driver: Played, lost: str, told: tuple[str, ...]
) -> None:
    """If its own crossing is retired meanwhile, the next one takes its place in the same message."""
    driver.crossed("teams-1", metric="teams")
    driver.advance(1)
    driver.crossed("pages-10", metric="pages")
    later(driver, 30_000)
    first = next(each for each in driver.deliveries() if channel_of(each) == "web_push")
    assert lines([first])["web_push"] == ("pages-10", "teams-1")
    driver.defer(first, HOUR)
    driver.apply(RULES.replace(f"{{id: {lost},", f"{{id: {lost}, status: retired,"))
    later(driver, HOUR)
    (again,) = driver.deliveries()
    assert lines([again])["web_push"] == told
    assert (again.id, again.decision_id, again.attempt) == (first.id, first.decision_id, 2)
    dropped = {reason: driver.count(LINES_DROPPED, ("web_push", reason)) for reason in get_args(No)}
    assert dropped == dict.fromkeys(get_args(No), 0) | {"retired": 2 - len(told)}, "never silent"


def test_a_bundle_of_which_nothing_is_allowed_is_given_up(driver: Played) -> None:
    driver.crossed("teams-1", metric="teams")
    driver.crossed("pages-10", metric="pages")
    later(driver, 30_000)
    first = next(each for each in driver.deliveries() if channel_of(each) == "web_push")
    driver.own_receipts()
    driver.defer(first, HOUR)
    driver.change("unsubscribe")
    later(driver, HOUR)
    assert driver.deliveries() == []
    assert [(each.outcome, each.code) for each in driver.own_receipts()][1:] == [("expired", "suppressed")]


def test_a_message_tells_so_much_and_the_rest_is_another(driver: Played) -> None:
    """Bounds of a row: nobody reaches that much at once."""
    many = MOST_LINES + 3
    metrics = "".join(f"  m{number}: {{count: events, from: e{number}}}\n" for number in range(many))
    entries = "".join(f"  - {{id: m{number}-1, when: {{m{number}: 1}}}}\n" for number in range(many))
    driver.apply(RULES.replace("metrics:\n", "metrics:\n" + metrics) + entries)
    for number in range(many):
        driver.crossed(f"m{number}-1", metric=f"m{number}")
        driver.advance(1)
    later(driver, 30_000)
    found = [each for each in driver.deliveries() if channel_of(each) == "web_push"]
    assert [1 + len(each.message.also) for each in found] == [MOST_LINES + 1, 2]


def test_beyond_the_bound_each_has_its_decision_and_none_says_absorbed(driver: Played) -> None:
    """One event passes more than are kept: the lowest are given up truthfully, the top is said."""
    driver.apply(RULES.replace("[10, 100]}", "every 10}"))
    many = MOST_WAITING + 10
    for place in range(1, many + 1):
        driver.crossed(
            "documents",
            occurrence=place,
            threshold=10 * place,
            jump=Jump(index=place, of=many, top=place == many),
        )
    later(driver, 30_000)
    found = driver.decisions()
    assert Counter((each.occurrence, each.channel) for each in found) == {
        (place, channel): 1 for place in range(1, many + 1) for channel in CHANNELS
    }
    assert Counter(each.because for each in found if each.channel == "web_push") == {
        None: 1,
        "absorbed": MOST_WAITING - 1,
        "too_many": 10,
    }
    assert {each.occurrence for each in found if each.send} == {many}


def test_majors_are_the_last_to_be_given_up(driver: Played) -> None:
    """A hundred nudges and minors of a flood cost the major nothing."""
    driver.advance(12 * HOUR)
    driver.crossed("documents-1000", tier="major")
    driver.apply(RULES.replace("{teams: 1}", "{teams: every 1}").replace("teams-1,", "teams,"))
    for place in range(1, MOST_WAITING + 5):
        driver.crossed("teams", occurrence=place, threshold=place, metric="teams")
    driver.run()
    refused = driver.decisions()
    assert {each.milestone for each in refused} == {"teams"}
    assert {each.because for each in refused} == {"too_many"}


def test_a_row_of_the_earlier_release_is_read_and_healed() -> None:
    """Moments without a tier count as minor, so no major is lost to them; what waits is looked at as it is."""
    old: list[Any] = msgspec.json.decode(PEOPLE_TABLE.codec.encode(PersonRow()))[:7]
    old[1] = [MONDAY_TEN - HOUR, MONDAY_TEN - MINUTE]
    old[4] = [["x", MONDAY_TEN, MONDAY_TEN, ["web_push"], "documents", 10, False, False]]
    row: PersonRow = PEOPLE_TABLE.codec.decode(msgspec.json.encode(old))
    assert (row.counted(is_major=True), row.counted(is_major=False)) == ([], old[1])
    (waiting,) = row.waiting
    assert (waiting.not_before_ms, waiting.jump, waiting.is_major) == (0, None, False)
