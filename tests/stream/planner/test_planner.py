"""The planner on real tasks: one final decision for each crossing and channel, and deliveries for the yeses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.channel import CHANNELS
from schemas.delivery import channel_of
from schemas.moment import parse_rfc3339, rfc3339
from schemas.partitioner import partition_of
from schemas.topics import (
    CONTACT_CHANGES,
    CONTACT_CHANGES_DLQ,
    CONTACTS,
    CONTACTS_DLQ,
    DEAD_LETTERS,
    DELIVERY_RECEIPTS,
    MILESTONE_CROSSED,
    MILESTONE_CROSSED_DLQ,
    MILESTONE_NUDGES,
    PLANNER_CHANGELOG,
)
from stream.planner.topology import DUE, ERASED, PEOPLE, PROFILES, SUBJECTS
from stream.runtime.metrics import REJECTS
from stream.testing import Step
from tests.stream.planner.played import Played

MONDAY_TEN = parse_rfc3339("2026-11-23T09:00:00Z")  # 10:00 in Paris
SATURDAY_NIGHT = parse_rfc3339("2026-11-21T22:00:00Z")  # 23:00 in Paris
HOUR = 3_600_000
DAY = 24 * HOUR
RULES = """
version: 1
product: {name: Boards, url: "https://app.example", locale: en, time_zone: Europe/Paris}
history: complete
quiet_hours: 21:00-08:00
cap: {messages: 2, within: 7 days, then: defer}
bundle: 0
metrics:
  documents: {sum: value, from: documents_processed}
tiers:
  minor: {channels: [web_push, mobile_push], max_staleness: 2 days}
  major: {channels: [email, web_push, mobile_push], send_window: weekdays 09:00-11:30, max_staleness: 7 days}
milestones:
  - {id: documents, when: {documents: [10, 100, 500]}, nudge: {near: 90%}, call_to_action: {text: Go, url: /go}}
  - id: documents-1000
    when: {documents: 1000}
    tier: major
    means: Eighty hours.
    reward: free_month
    ask: review
    audience: {plan: [team, business]}
    call_to_action: {text: Year, url: /year, variants: [{text: Team, url: /team, audience: {plan: team}}]}
"""
SENT = {"email": "channel_off", "web_push": "sent", "mobile_push": "sent"}


def everywhere(reason: str) -> dict[str, str]:
    return dict.fromkeys(CHANNELS, reason)


@pytest.fixture(params=["memory", "rocks"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path if request.param == "rocks" else None


@pytest.fixture
def driver(store: Path | None) -> Iterator[Played]:
    with Played(RULES, store=store, start_ms=MONDAY_TEN) as driver:
        yield driver


def later(driver: Played, ms: int) -> None:
    """Let the time pass, and what is due then happen."""
    driver.advance(ms)
    driver.run()


def test_a_crossing_is_celebrated_on_every_channel_that_reaches_the_contact(driver: Played) -> None:
    """One delivery for each browser and device, with everything that a message needs and ids that a replay repeats."""
    driver.profile()
    driver.crossed("documents-10")
    later(driver, 1)
    assert driver.said() == {"documents-10": SENT}
    found = driver.deliveries()
    assert Counter(map(channel_of, found)) == {"web_push": 1, "mobile_push": 2}
    assert len({each.id for each in found}) == 3
    message = found[0].message
    assert message.crossing is not None
    assert (message.crossing.value, message.name, message.locale, message.time_zone) == (
        10,
        "Ada",
        "fr-CA",
        "Europe/Paris",
    )
    assert message.call_to_action is not None
    assert message.call_to_action.url == "/go"
    assert parse_rfc3339(found[0].send_by) - parse_rfc3339(found[0].released_at) == 300_000
    assert len(driver.rows(SUBJECTS)) == 1, "what is out may come back"
    for each in found:
        driver.receipt(each)
    later(driver, 7 * DAY)
    assert driver.timers(DUE) == []
    assert driver.rows(SUBJECTS) == {}


def test_a_major_one_has_its_reward_its_ask_and_the_call_for_this_contact(driver: Played) -> None:
    """And the milestones before it, so that the message can tell the story."""
    driver.profile()
    driver.crossed("documents-10")
    later(driver, 1)
    driver.crossed("documents-1000", tier="major", reward="free_month")
    later(driver, 1)
    mail = next(each for each in driver.deliveries() if channel_of(each) == "email").message
    assert mail.reward_code is not None
    assert len(mail.reward_code) == 10
    assert (mail.ask, mail.means) == ("review", "Eighty hours.")
    assert mail.call_to_action is not None
    assert mail.call_to_action.text == "Team"
    assert [(each.milestone, each.kind, each.metric, each.threshold) for each in mail.history] == [
        ("documents-10", "sum", "documents", 10)
    ]


@pytest.mark.parametrize("what", ["unsubscribe", "mute"])
def test_an_unsubscribe_holds_against_every_profile_that_comes_after(driver: Played, what: Any) -> None:
    """Guarantee G7: unsubscribe, republish the profile three times, cross: no message."""
    driver.profile()
    driver.change(what)
    driver.run()
    for _ in range(3):
        driver.advance(1)
        driver.profile()
        driver.run()
    driver.crossed("documents-10")
    later(driver, 1)
    reason = "muted" if what == "mute" else "suppressed"
    assert driver.said() == {"documents-10": SENT | {"web_push": reason, "mobile_push": reason}}
    assert driver.deliveries() == []
    driver.advance(1)
    driver.change("resubscribe")
    driver.crossed("documents-100")
    later(driver, 1)
    assert driver.said() == {"documents-100": SENT}


def test_an_unsubscribe_that_comes_while_it_waits_is_known_at_release(driver: Played) -> None:
    """Guarantee G4: consent at release, not at the crossing."""
    driver.profile()
    driver.advance(12 * HOUR)  # 22:00 in Paris
    driver.crossed("documents-10")
    later(driver, 1)
    assert driver.said() == {"documents-10": {"email": "channel_off"}}
    driver.change("unsubscribe", channel="web_push")
    later(driver, 11 * HOUR)
    assert driver.said() == {"documents-10": {"web_push": "suppressed", "mobile_push": "sent"}}


def test_an_unsubscribe_that_nobody_has_read_yet_is_known_too(driver: Played) -> None:
    """Engine rule 16: crossing and unsubscribe stand in their topics when the worker starts; it releases nothing
    before it has read both.
    """
    driver.profile()
    driver.run()
    driver.crash()
    driver.crossed("documents-10")
    driver.advance(HOUR)
    driver.change("unsubscribe")
    later(driver, 1)
    assert driver.said() == {"documents-10": SENT | {"web_push": "suppressed", "mobile_push": "suppressed"}}


def test_saturday_night_waits_for_sunday_morning_and_a_major_one_for_monday(driver: Played) -> None:
    """A decent hour, in the contact's own time; minor ones only mind the quiet hours."""
    driver.profile()
    driver.profile("c-2", time_zone="America/Toronto")  # where it is 17:00
    driver.advance(SATURDAY_NIGHT + 7 * DAY - MONDAY_TEN)
    for contact in ("c-1", "c-2"):
        driver.crossed("documents-10", contact)
    driver.crossed("documents-1000", "c-2", tier="major", metric=None)
    later(driver, 1)
    assert {(each.contact_id, channel_of(each)) for each in driver.deliveries()} == {
        ("c-2", "web_push"),
        ("c-2", "mobile_push"),
    }
    later(driver, 10 * HOUR)  # Sunday 09:00 in Paris
    assert {each.contact_id for each in driver.deliveries()} == {"c-1"}
    later(driver, 28 * HOUR)  # Monday 07:00 in Toronto
    assert driver.deliveries() == []
    later(driver, 2 * HOUR + 15 * 60_000)  # 09:15 there
    assert {(each.contact_id, channel_of(each)) for each in driver.deliveries()} == {
        ("c-2", channel) for channel in CHANNELS
    }


def test_who_is_not_known_yet_is_waited_for(driver: Played) -> None:
    """Within the grace a profile lets it go out at once; without one the reason is said when the grace is over."""
    driver.crossed("documents-10")
    driver.crossed("documents-10", "c-2")
    later(driver, 1)
    assert driver.deliveries() == []
    driver.advance(60_000)
    driver.profile()
    later(driver, 1)
    assert Counter(each.contact_id for each in driver.deliveries()) == {"c-1": 3}
    driver.decisions()
    later(driver, 15 * 60_000)
    assert driver.said() == {"documents-10": {"web_push": "contact_unknown", "mobile_push": "contact_unknown"}}


def test_a_removed_profile_ends_what_waits_and_an_erasure_leaves_nothing(driver: Played) -> None:
    """Rule 20: rows, records that wait, timer; and what still comes of the contact is dropped, until a new sign-up."""
    driver.profile(name="Canary Bird")
    driver.advance(12 * HOUR)
    driver.crossed("documents-10")
    later(driver, 1)
    assert driver.timers(DUE)
    driver.decisions()
    driver.change("erase")
    driver.pipe(CONTACTS, "c-1", None)
    later(driver, 1)
    assert (driver.rows(PEOPLE), driver.rows(PROFILES), driver.rows(SUBJECTS), driver.timers(DUE)) == ({}, {}, {}, [])
    assert len(driver.rows(ERASED)) == 1
    driver.crossed("documents-100")
    driver.profile()
    later(driver, DAY)
    assert (driver.decisions(), driver.deliveries(), driver.rows(PEOPLE), driver.rows(PROFILES)) == ([], [], {}, {})
    driver.profile(signed_up_at=driver.now_ms)
    driver.advance(11 * HOUR)
    driver.crossed("documents-10")
    later(driver, 1)
    assert driver.said() == {"documents-10": SENT}


@pytest.mark.parametrize(("later_ms", "lives"), [(0, False), (1, True)])
@pytest.mark.parametrize("profile_first", [True, False])
def test_a_sign_up_of_the_moment_of_the_erasure_is_of_the_life_that_ended(
    driver: Played, profile_first: bool, later_ms: int, lives: bool
) -> None:
    """In doubt the erasure wins, whichever is read first, as in the tracker: the profile may be the one erased."""
    driver.profile()
    erased_ms = driver.now_ms
    later(driver, 1000)
    if profile_first:
        driver.profile(signed_up_at=erased_ms + later_ms)
        later(driver, 1)
    driver.change("erase", at=rfc3339(erased_ms))
    later(driver, 1)
    if not profile_first:
        driver.profile(signed_up_at=erased_ms + later_ms)
        later(driver, 1)
    assert bool(driver.rows(PROFILES)) is lives


def test_two_pushes_do_not_starve_the_email_of_a_major_one(driver: Played) -> None:
    """Two in seven days: what the cap makes too late is `over_cap`, and until when; a major one has its own room."""
    driver.profile()
    for milestone in ("documents-10", "documents-100"):
        driver.crossed(milestone)
        later(driver, HOUR // 2)
    assert driver.said() == {"documents-10": SENT, "documents-100": SENT}
    driver.crossed("documents-500")
    later(driver, 1)
    over = [each for each in driver.decisions() if each.because != "channel_off"]
    assert {(each.because, each.until) for each in over} == {("over_cap", rfc3339(MONDAY_TEN + HOUR // 2 + 7 * DAY))}
    assert len(over) == 2
    driver.crossed("documents-1000", tier="major")
    later(driver, 1)
    assert driver.said() == {"documents-1000": everywhere("sent")}


def test_majors_wait_for_the_cap_of_majors(driver: Played) -> None:
    """Two went out within the week: the third waits until the first of them is a week old."""
    driver.apply(RULES.replace("{documents: 1000}", "{documents: every 1000}"))
    driver.profile()
    for occurrence in (1, 2, 3):
        driver.crossed("documents-1000", tier="major", occurrence=occurrence, threshold=1000 * occurrence)
        later(driver, HOUR // 4)
    assert Counter(each.occurrence for each in driver.decisions() if each.send) == {1: 3, 2: 3}
    later(driver, 7 * DAY - HOUR)
    assert driver.said() == {}
    later(driver, HOUR // 2)
    assert Counter(each.occurrence for each in driver.decisions() if each.send) == {3: 3}


def test_a_nudge_is_absorbed_by_the_crossing_that_it_was_for(driver: Played) -> None:
    """Whoever is there need not be told that they are near; and it says so when the crossing is really sent."""
    driver.profile()
    driver.advance(12 * HOUR)
    driver.nudged("documents-100", 100)
    later(driver, 1)
    driver.decisions()
    crossed = driver.crossed("documents-100")
    later(driver, 1)
    assert driver.said() == {"documents-100": {"email": "channel_off"}}
    later(driver, 11 * HOUR)
    found = driver.decisions()
    assert {(each.subject, each.channel, each.because, each.absorbed_by) for each in found} == {
        *(("nudge", channel, "absorbed", crossed.id) for channel in ("web_push", "mobile_push")),
        *(("crossing", channel, None, None) for channel in ("web_push", "mobile_push")),
    }


def test_a_nudge_is_not_sent_to_somebody_who_has_arrived_in_silence(driver: Played) -> None:
    """The crossing is not said, so nothing absorbs the nudge; but it would be untrue by now."""
    driver.profile()
    driver.advance(12 * HOUR)
    driver.nudged("documents-100", 100)
    driver.crossed("documents-100", celebrate=False, not_celebrated_because="backfill")
    later(driver, 1)
    assert driver.said() == {
        "documents-100": everywhere("not_celebrated"),
        "documents-100 (nudge)": {"email": "channel_off", "web_push": "reached", "mobile_push": "reached"},
    }


def test_a_milestone_that_was_retired_while_it_waited_is_not_celebrated(driver: Played) -> None:
    """The newest rules decide at release."""
    driver.profile()
    driver.advance(12 * HOUR)
    driver.crossed("documents-10")
    later(driver, 1)
    driver.decisions()
    driver.apply(RULES.replace("[10, 100, 500]}, nudge", "[10, 100, 500]}, status: retired, nudge"))
    later(driver, 11 * HOUR)
    assert driver.said() == {"documents-10": {"web_push": "retired", "mobile_push": "retired"}}


def test_what_is_against_it_in_the_crossing_itself_is_said(driver: Played) -> None:
    """So that `explain` has a reason for every message that never was."""
    driver.crossed("documents-10", celebrate=False, not_celebrated_because="before_milestone")
    driver.crossed("documents-100", holdout=True)
    driver.run()
    found = driver.decisions()
    assert {(each.milestone, each.because, each.detail) for each in found} == {
        ("documents-10", "not_celebrated", "before_milestone"),
        ("documents-100", "held_out", None),
    }
    assert len(found) == 6
    assert driver.timers(DUE) == []


def test_bad_records_go_aside_and_stop_nothing(driver: Played) -> None:
    """Of every input; the tracker writes the letters of what both read."""
    driver.pipe(MILESTONE_CROSSED, "c-1", "{")
    driver.pipe(MILESTONE_CROSSED, "c-1", '{"id": 7}')
    driver.pipe(CONTACTS, "c-1", '{"contact_id": "c-2"}')
    driver.change("forget")  # type: ignore[arg-type]
    driver.profile()
    driver.crossed("documents-10")
    later(driver, 1)
    assert driver.said() == {"documents-10": SENT}
    assert [len(driver.read(each)) for each in (MILESTONE_CROSSED_DLQ, CONTACTS_DLQ, CONTACT_CHANGES_DLQ)] == [2, 0, 0]
    assert driver.count(REJECTS, (CONTACTS, "key_mismatch")) == 1
    assert driver.count(REJECTS, (CONTACT_CHANGES, "bad_change")) == 1


def test_a_record_in_the_wrong_partition_begins_no_row(store: Path | None) -> None:
    """Of every input: it would be a second contact, celebrated beside the first, or a change that reaches nobody."""
    with Played(RULES, store=store, start_ms=MONDAY_TEN, partitions=3) as driver:
        driver.profile()
        driver.crossed("documents-10")
        later(driver, 1)
        (sent, *_) = driver.deliveries()
        assert driver.said() == {"documents-10": SENT}
        wrong = (partition_of(b"c-1", 3) + 1) % 3
        with misplacing(driver, wrong):
            driver.profile()
            driver.change("mute")
            driver.crossed("documents-100")
            driver.nudged("documents-500", 500)
            driver.receipt(sent)
        later(driver, 1)
        assert driver.said() == {}
        assert driver.deliveries() == []
        for topic in (MILESTONE_CROSSED, MILESTONE_NUDGES, DELIVERY_RECEIPTS):
            assert len(driver.read(DEAD_LETTERS[topic])) == 1
        for topic in (MILESTONE_CROSSED, MILESTONE_NUDGES, DELIVERY_RECEIPTS, CONTACTS, CONTACT_CHANGES):
            assert driver.count(REJECTS, (topic, "wrong_partition")) == 1
        for table in (PEOPLE, PROFILES):
            assert driver.row(table, "c-1", partition=wrong) is None


@contextmanager
def misplacing(driver: Played, partition: int) -> Iterator[None]:
    """Whatever is written goes to this partition."""
    pipe = driver.pipe
    driver.pipe = partial(pipe, partition=partition)  # type: ignore[method-assign]
    yield
    driver.pipe = pipe  # type: ignore[method-assign]


@pytest.mark.parametrize("step", list(Step))
def test_a_kill_anywhere_decides_nothing_twice(driver: Played, step: Step) -> None:
    """Decisions and deliveries are in the transaction of the state: each comes once, whatever happens in between."""
    driver.profile()
    driver.crossed("documents-10")
    driver.run()
    driver.advance(1)
    driver.crossed("documents-1000", tier="major", metric=None)
    driver.crash(step)
    later(driver, 1)
    later(driver, 1)
    assert driver.said() == {"documents-10": SENT, "documents-1000": everywhere("sent")}
    assert Counter(each.id for each in driver.deliveries()).most_common(1)[0][1] == 1


def test_a_store_that_is_lost_is_rebuilt_with_everything_that_waits(driver: Played) -> None:
    """From the changelog: standing, cap and what waits."""
    driver.profile()
    driver.change("unsubscribe", channel="mobile_push")
    driver.advance(12 * HOUR)
    driver.crossed("documents-10")
    later(driver, 1)
    assert driver.said() == {"documents-10": {"email": "channel_off", "mobile_push": "suppressed"}}
    driver.move(0)
    driver.crossed("documents-100")
    later(driver, 11 * HOUR)
    assert driver.said() == {
        "documents-10": {"web_push": "absorbed"},
        "documents-100": SENT | {"mobile_push": "suppressed"},
    }
    assert driver.outputs(PLANNER_CHANGELOG)


def test_exact_numbers_are_so_after_a_restart(driver: Played) -> None:
    """Of the profile, of what was reached, and beyond 64 bits. Mutation: keep either row as MessagePack."""
    driver.apply(RULES.replace("{plan: [team, business]}", "{price: 19.5, metrics.documents: 1000}"))
    driver.profile(attributes={"price": 19.5})
    driver.crossed("documents-10", value_before=Decimal("9.5"), value=Decimal("10.25"))
    driver.crossed("documents-100", value_before=99, value=2**70)
    driver.run()
    driver.restart()
    driver.advance(1)
    driver.crossed("documents-1000", tier="major")
    later(driver, 1)
    driver.restart()
    later(driver, 1)
    mail = next(each for each in driver.deliveries() if channel_of(each) == "email").message
    assert [each.value for each in mail.history] == [Decimal("10.25"), 2**70]


ACTS = st.lists(
    st.one_of(
        st.tuples(
            st.just("cross"), st.sampled_from(["documents-10", "documents-100", "documents-500", "documents-1000"])
        ),
        st.tuples(st.just("change"), st.sampled_from(["unsubscribe", "mute", "resubscribe", "complaint"])),
        st.tuples(st.just("profile"), st.booleans()),
        st.tuples(st.just("wait"), st.sampled_from([1, HOUR, 9 * HOUR, 3 * DAY])),
        st.tuples(st.just("crash"), st.sampled_from(list(Step))),
    ),
    max_size=14,
)


@given(ACTS)
@settings(max_examples=60, deadline=None)
def test_in_the_end_every_crossing_has_one_decision_on_every_channel(acts: list[tuple[str, Any]]) -> None:
    """Whatever happens, and nothing is sent that the last word before its release forbade."""
    with Played(RULES, start_ms=MONDAY_TEN) as driver:
        driver.profile()
        crossed: set[str] = set()
        closed = False
        decided: Counter[tuple[str, str]] = Counter()

        def look() -> None:
            for each in driver.decisions():
                decided[each.milestone, each.channel] += 1
            for delivery in driver.deliveries():
                assert not closed or channel_of(delivery) != "email", "mailed against the last word"

        for act, what in acts:
            driver.advance(1)
            if act == "cross" and what not in crossed:
                crossed.add(what)
                driver.crossed(what, tier="major" if what.endswith("1000") else "minor")
            elif act == "change":
                driver.change(what)
                driver.run()
                look()
                closed = what != "resubscribe"
            elif act == "profile":
                driver.profile(consent_email=what)
            elif act == "wait":
                driver.advance(what)
            elif act == "crash":
                driver.crash(what)
            driver.run()
            look()
        for _ in range(40):
            later(driver, DAY // 2)
            look()
        assert decided == Counter({(milestone, channel): 1 for milestone in crossed for channel in CHANNELS})
        assert driver.rows(SUBJECTS) == {}
        assert driver.timers(DUE) == []
