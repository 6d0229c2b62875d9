"""One final decision for each channel, with the reason that a reader would give, and everything asked again later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.channel import CHANNELS, Channel
from schemas.contact import Contact, WebPushKeys, WebPushTarget
from schemas.contact_change import Change, ContactChange
from schemas.delivery import MobilePushTo, WebPushTo
from schemas.milestone_crossed import EventSource, Jump, MilestoneCrossed
from schemas.milestones import Document, read_document
from schemas.moment import parse_rfc3339, rfc3339
from stream.core.celebration.cap import noted, room_at
from stream.core.celebration.manner import Manners
from stream.core.celebration.person import PersonRow, Waiting
from stream.core.celebration.timing import Timing
from stream.core.celebration.verdict import Later, Verdict
from stream.core.celebration.weigh import weigh as weigh_waiting

FRIDAY_NOON = parse_rfc3339("2026-11-20T11:00:00Z")  # 12:00 in Paris
HOUR = 3_600_000
FILE = """
version: 1
product: {name: Boards, url: "https://app.example", time_zone: Europe/Paris}
history: complete
quiet_hours: 21:00-08:00
cap: {messages: 2, within: 7 days, then: THEN}
tiers:
  minor: {channels: [web_push, mobile_push], max_staleness: 1 day}
  major: {channels: [email, web_push, mobile_push], send_window: weekdays 09:00-11:30, max_staleness: 7 days}
metrics:
  documents: {sum: value, from: documents_processed}
milestones:
  - {id: documents, when: {documents: [10, 100]}, call_to_action: {text: Go, url: /go}}
  - id: big
    when: {documents: 1000}
    tier: major
    means: A lot.
    audience: {plan: [team, business], metrics.documents: {not: 7}}
    call_to_action: {text: Go, url: /go}
  - {id: old, when: {documents: 5}, status: retired}
"""
TARGET = WebPushTarget(endpoint="https://push.example/1", keys=WebPushKeys(p256dh="p", auth="a"))
ADA = Contact(
    contact_id="c-1",
    email="ada@example.com",
    consent_email=True,
    web_push_subscription=True,
    web_push_targets=(TARGET,),
    fcm_key="token",
    time_zone="Europe/Paris",
    attributes={"plan": "team"},
)


def manners(then: str = "defer") -> Manners:
    document = read_document(FILE.replace("THEN", then))
    assert isinstance(document, Document), document
    return Manners(document)


def crossed(milestone: str = "documents-10", at: int = FRIDAY_NOON, **more: Any) -> MilestoneCrossed:
    fields: dict[str, Any] = {
        "id": "x",
        "contact_id": "c-1",
        "milestone": milestone,
        "occurrence": 1,
        "metric": "documents",
        "kind": "sum",
        "tier": "minor",
        "threshold": 10,
        "value_before": 9,
        "value": 10,
        "occurred_at": rfc3339(at),
        "detected_at": rfc3339(at),
        "celebrate": True,
        "rules_version": 1,
        "source": EventSource(topic="usage-events", partition=0, offset=1, event_source="", event_id="e"),
    }
    return MilestoneCrossed(**fields | more)


@dataclass
class Case:
    """A crossing that waits, as it came."""

    subject: MilestoneCrossed
    waiting: Waiting


@dataclass
class Person:
    """A profile and a row."""

    contact: Contact | None
    row: PersonRow


def case_of(subject: MilestoneCrossed, arrived_ms: int) -> Case:
    return Case(subject, Waiting.of(subject, arrived_ms))


def case(milestone: str = "documents-10", at: int = FRIDAY_NOON, **more: Any) -> Case:
    return case_of(crossed(milestone, at, **more), at)


def person(contact: Contact | None = ADA, *changes: ContactChange, **more: Any) -> Person:
    row = PersonRow(**more)
    for change in changes:
        row.standing.take(change)
    return Person(contact, row)


def weigh(manners: Manners, case: Case, who: Person, now_ms: int) -> list[Verdict | Later]:
    return weigh_waiting(manners, case.subject, case.waiting, who.contact, who.row, now_ms)


def said(found: list[Verdict | Later]) -> dict[Channel, str]:
    """Every channel in a word: yes, why not, or until when."""
    return {
        each.channel: rfc3339(each.until_ms) if isinstance(each, Later) else each.because or "yes" for each in found
    }


def changed(what: Change, **more: Any) -> ContactChange:
    return ContactChange(contact_id="c-1", change=what, at=FRIDAY_NOON, **more)


def test_a_minor_one_goes_out_by_push_at_once() -> None:
    """Seconds, on every channel of its tier that reaches the contact."""
    found = weigh(manners(), case(), person(), FRIDAY_NOON)
    assert said(found) == {"email": "channel_off", "web_push": "yes", "mobile_push": "yes"}
    assert [each.targets for each in found if isinstance(each, Verdict)] == [
        (),
        (WebPushTo(target=TARGET),),
        (MobilePushTo(token="token"),),
    ]


@pytest.mark.parametrize(
    ("more", "because", "detail"),
    [
        ({"celebrate": False, "not_celebrated_because": "history_incomplete"}, "not_celebrated", "history_incomplete"),
        ({"holdout": True}, "held_out", None),
        ({"milestone": "old"}, "retired", None),
        ({"milestone": "gone"}, "retired", None),
    ],
)
def test_what_is_not_to_be_celebrated_is_decided_at_once_on_every_channel(
    more: dict[str, Any], because: str, detail: str | None
) -> None:
    """Whoever the contact is, known or not."""
    for who in (person(), person(None)):
        found = weigh(manners(), case(**{"milestone": "documents-10"} | more), who, FRIDAY_NOON)
        assert found == [Verdict(channel, because=because, detail=detail) for channel in CHANNELS]  # type: ignore[arg-type]


@pytest.mark.parametrize("top", [True, False])
def test_a_place_in_a_jump_is_nothing_against_a_crossing(top: bool) -> None:
    """Whether it is said depends on the others of its jump that may be said, not on its number."""
    jump = Jump(index=1 + top, of=2, top=top)
    assert said(weigh(manners(), case(jump=jump), person(), FRIDAY_NOON))["web_push"] == "yes"


def test_who_is_unknown_is_waited_for_and_no_longer() -> None:
    """A profile that comes within the grace is celebrated; one that never comes has its reason."""
    until = FRIDAY_NOON + Timing().grace_ms
    early = weigh(manners(), case(), person(None), FRIDAY_NOON)
    assert said(early) == {"email": "channel_off", "web_push": rfc3339(until), "mobile_push": rfc3339(until)}
    assert said(weigh(manners(), case(), person(), until - 1))["web_push"] == "yes"
    assert set(said(weigh(manners(), case(), person(None), until)).values()) == {"contact_unknown"}


def test_a_channel_that_is_not_reachable_yet_waits_alone() -> None:
    """The others go out: sign-up asks for pushes a minute after the first success."""
    shy = msgspec.structs.replace(ADA, web_push_targets=())
    until = FRIDAY_NOON + Timing().grace_ms
    assert said(weigh(manners(), case(), person(shy), FRIDAY_NOON)) == {
        "email": "channel_off",
        "web_push": rfc3339(until),
        "mobile_push": "yes",
    }
    assert said(weigh(manners(), case(), person(shy), until))["web_push"] == "unreachable"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (changed("mute"), {"web_push": "muted", "mobile_push": "muted"}),
        (changed("unsubscribe", channel="web_push"), {"web_push": "suppressed", "mobile_push": "yes"}),
    ],
)
def test_who_said_no_is_not_waited_for(change: ContactChange, expected: dict[Channel, str]) -> None:
    """A no is a no at once, not unreachable yet; and it is asked at release, whenever that is."""
    assert said(weigh(manners(), case(), person(ADA, change), FRIDAY_NOON)).items() >= expected.items()


@pytest.mark.parametrize(
    ("attributes", "numbers", "expected"),
    [
        ({"plan": "team"}, {}, None),
        ({"plan": "free"}, {}, "audience"),
        ({}, {}, "audience"),
        ({"plan": "team"}, {"documents": 7}, "audience"),
        ({"plan": "team"}, {"documents": 8}, None),
    ],
)
def test_an_audience_is_read_of_profile_and_numbers(
    attributes: dict[str, Any], numbers: dict[str, Any], expected: str | None
) -> None:
    who = person(msgspec.structs.replace(ADA, attributes=attributes), numbers=numbers)
    found = said(weigh(manners(), case("big"), who, FRIDAY_NOON))
    assert (set(found.values()) == {"audience"}) == (expected == "audience")


def test_a_major_one_waits_for_a_weekday_morning() -> None:
    """From Friday noon in Paris to Monday, within the spread after nine; not all contacts at once."""
    monday = parse_rfc3339("2026-11-23T08:00:00Z")
    found = weigh(manners(), case("big"), person(), FRIDAY_NOON)
    assert all(isinstance(each, Later) and monday <= each.until_ms < monday + Timing().spread_ms for each in found)
    then = found[0].until_ms if isinstance(found[0], Later) else 0
    assert set(said(weigh(manners(), case("big"), person(), then)).values()) == {"yes"}


def test_the_hours_are_those_of_the_contact_or_else_of_the_product() -> None:
    """22:30 in Paris is 16:30 in Toronto."""
    night = parse_rfc3339("2026-11-20T21:30:00Z")
    toronto = msgspec.structs.replace(ADA, time_zone="America/Toronto")
    nowhere = msgspec.structs.replace(ADA, time_zone=None)
    assert said(weigh(manners(), case(at=night), person(toronto), night))["web_push"] == "yes"
    assert said(weigh(manners(), case(at=night), person(nowhere), night))["web_push"].startswith("2026-11-21T07")


def test_what_would_be_stale_when_it_may_go_out_is_decided_now() -> None:
    """A major one that was found on Saturday a week late: Monday is after its seven days."""
    saturday = parse_rfc3339("2026-11-28T12:00:00Z")
    late = case_of(crossed("big", saturday - 6 * 24 * HOUR), saturday)
    assert set(said(weigh(manners(), late, person(), saturday)).values()) == {"stale"}
    assert said(weigh(manners(), case(), person(), FRIDAY_NOON + 25 * HOUR))["web_push"] == "stale"


FULL = [FRIDAY_NOON - 6 * 24 * HOUR - 1, FRIDAY_NOON - HOUR]
"""Two messages; there is room again a day after noon, less a millisecond."""
ROOM = FULL[0] + 7 * 24 * HOUR


def test_the_cap_defers_or_drops_and_counts_a_celebration_once() -> None:
    """What went out on one channel may follow on the others."""
    full = person(released=FULL, majors=FULL)
    deferred = weigh(manners(), case("big"), full, FRIDAY_NOON)
    assert all(rfc3339(ROOM) <= value < "2026-11-24" for value in said(deferred).values())
    assert said(weigh(manners(), case(), full, FRIDAY_NOON))["web_push"] == rfc3339(ROOM)
    assert said(weigh(manners("drop"), case(), full, FRIDAY_NOON))["web_push"] == "over_cap"
    out = case()
    out.waiting.released = True
    assert said(weigh(manners("drop"), out, full, FRIDAY_NOON))["web_push"] == "yes"
    (_, dropped, _) = weigh(manners("drop"), case(), full, FRIDAY_NOON)
    assert isinstance(dropped, Verdict)
    assert dropped.until_ms == ROOM


@pytest.mark.parametrize("then", ["defer", "drop"])
def test_minors_hold_no_major_back_and_majors_hold_minors_back(then: str) -> None:
    """Two pushes in the window: the email of the major goes out in its time; two majors: the push does not."""
    monday = parse_rfc3339("2026-11-23T09:00:00Z")
    pushes = person(released=[monday - 3 * HOUR, monday - 2 * HOUR])
    assert set(said(weigh(manners(then), case("big", monday), pushes, monday)).values()) == {"yes"}
    majors = [monday - 3 * HOUR, monday - 2 * HOUR]
    both = person(released=majors, majors=majors)
    assert said(weigh(manners(then), case(at=monday), both, monday))["web_push"] == "over_cap"
    assert "yes" not in said(weigh(manners(then), case("big", monday), both, monday)).values()


def test_what_the_cap_makes_too_late_says_so_and_until_when() -> None:
    """Not `stale`, in the second in which it happened."""
    who = person(released=[FRIDAY_NOON - 2 * HOUR, FRIDAY_NOON - HOUR])
    _, web, _ = weigh(manners(), case(), who, FRIDAY_NOON)
    assert web == Verdict("web_push", because="over_cap", until_ms=FRIDAY_NOON - 2 * HOUR + 7 * 24 * HOUR)


def test_a_cap_with_room_by_the_time_at_which_it_may_go_out_is_no_obstacle() -> None:
    """At night there is none, in the morning there is: even `then: drop` has nothing to drop."""
    night = parse_rfc3339("2026-11-20T21:30:00Z")
    who = person(released=[night - 7 * 24 * HOUR + HOUR, night - HOUR])
    assert said(weigh(manners("drop"), case(at=night), who, night))["web_push"].startswith("2026-11-21T07")


@given(st.lists(st.integers(0, 100), max_size=12))
def test_no_window_ever_holds_more_than_the_cap(gaps: list[int]) -> None:
    """Released whenever there is room, of what comes at any times: any seven days hold at most two."""
    cap = manners().cap
    assert cap is not None
    released: list[int] = []
    everything: list[int] = []
    clock = 0
    for gap in gaps:
        clock += gap * HOUR
        at = room_at(cap, released, clock)
        assert at >= clock
        clock = at
        everything.append(at)
        released = noted(cap, released, at)
        assert len(released) <= cap.messages
    week = 7 * 24 * HOUR
    assert all(sum(start <= at < start + week for at in everything) <= cap.messages for start in everything)


def test_only_what_is_not_decided_yet_is_decided() -> None:
    """The rest has its decision already, and it is final."""
    half = case()
    half.waiting.channels = ["mobile_push"]
    assert [each.channel for each in weigh(manners(), half, person(), FRIDAY_NOON)] == ["mobile_push"]
