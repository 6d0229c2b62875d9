"""What a crossing waits for is what the planner waits for."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from deploy.cli.explain import forecast
from deploy.cli.explain.named import Named
from deploy.cli.explain.waits import LATE_MS, Ending, Wait, waits_of
from schemas.channel import Channel
from schemas.contact import Contact, WebPushKeys, WebPushTarget
from schemas.milestone_crossed import EventSource, Jump, MilestoneCrossed
from schemas.milestones import Document, read_document
from schemas.moment import parse_rfc3339, rfc3339
from stream.core.celebration.admit import JUMP_MS, admit
from stream.core.celebration.hours import spread
from stream.core.celebration.manner import Manners
from stream.core.celebration.person import PersonRow, Waiting
from stream.core.celebration.timing import Timing

NOON = parse_rfc3339("2026-11-20T11:00:00Z")  # 12:00 in Paris
NIGHT = parse_rfc3339("2026-11-20T22:00:00Z")  # 23:00 in Paris
HOUR = 3_600_000
FILE = """
version: 1
product: {name: Boards, url: "https://app.example", time_zone: Europe/Paris}
quiet_hours: 21:00-08:00
cap: {messages: 1, within: 2 hours}
metrics:
  documents: {sum: value, from: documents_processed}
  pages: {count: events, from: page_made}
milestones:
  - {id: documents, when: {documents: 10}, call_to_action: {text: Go, url: /go}}
  - {id: higher, when: {documents: 20}, call_to_action: {text: Go, url: /go}}
  - {id: pages, when: {pages: 10}, tier: major, means: A lot., call_to_action: {text: Go, url: /go}}
"""
BROWSER = WebPushTarget(endpoint="https://push.example/1", keys=WebPushKeys(p256dh="p", auth="a"))
ADA = Contact(contact_id="c-1", web_push_subscription=True, web_push_targets=(BROWSER,), fcm_key="token")


@pytest.fixture
def manners() -> Manners:
    document = read_document(FILE)
    assert isinstance(document, Document), document
    return Manners(document)


def crossing(at: int = NOON, name: str = "documents", **more: Any) -> MilestoneCrossed:
    found = MilestoneCrossed(
        id=name, contact_id="c-1", milestone=name, occurrence=1, metric=name, kind="sum", tier="minor",
        threshold=10, value_before=9, value=10, occurred_at=rfc3339(at), detected_at=rfc3339(at), celebrate=True,
        rules_version=1, source=EventSource(topic="t", partition=0, offset=1, event_source="", event_id="e"),
    )  # fmt: skip
    return msgspec.structs.replace(found, **more)


def told(
    manners: Manners,
    contact: Contact | None,
    now_ms: int,
    row: PersonRow,
    *subjects: MilestoneCrossed,
    channel: Channel = "web_push",
) -> dict[str, Wait]:
    """Of each crossing that waits, on one channel."""
    found = waits_of(manners, {each.id: each for each in subjects}, contact, row, now_ms)
    return {name: next(each for each in waits if each.channel == channel) for name, waits in found.items()}


def waits(manners: Manners, contact: Contact | None, now_ms: int, row: PersonRow | None = None) -> dict[str, Wait]:
    """Of one crossing that has just come, by channel."""
    subject = crossing(now_ms)
    row = msgspec.structs.replace(row or PersonRow(), waiting=[Waiting.of(subject, now_ms)])
    (found,) = waits_of(manners, {subject.id: subject}, contact, row, now_ms).values()
    return {each.channel: each for each in found}


def test_without_a_profile_one_is_waited_for(manners: Manners) -> None:
    """Until the grace ends; a channel that the milestone does not use waits for nobody."""
    found = waits(manners, None, NOON)

    assert found["web_push"] == Wait("web_push", "profile", NOON + Timing().grace_ms, Ending("contact_unknown"))
    assert found["email"] == Wait("email", "look", NOON, Ending("channel_off"))


def test_consent_and_address_are_told_apart(manners: Manners) -> None:
    """One is for the contact to give, the other for the application to write."""
    shy = msgspec.structs.replace(ADA, web_push_subscription=False, fcm_key=None)
    found = waits(manners, shy, NOON)

    assert found["web_push"] == Wait("web_push", "consent", NOON + Timing().grace_ms, Ending("consent"))
    assert found["mobile_push"] == Wait("mobile_push", "unreachable", NOON + Timing().grace_ms, Ending("unreachable"))


def test_the_cap_and_the_hours_are_told_apart(manners: Manners) -> None:
    """By day only the cap holds it back, at night the hours do; until is the moment at which it goes."""
    capped = waits(manners, ADA, NOON, PersonRow(released=[NOON - HOUR]))["web_push"]
    assert capped == Wait("web_push", "cap", NOON + HOUR, Ending())

    quiet = waits(manners, ADA, NIGHT)["web_push"]
    assert quiet.cause == "hours"
    assert quiet.until_ms is not None
    assert quiet.until_ms >= parse_rfc3339("2026-11-21T07:00:00Z")  # 08:00 in Paris


def test_minors_that_fill_the_cap_hold_a_minor_and_no_major(manners: Manners) -> None:
    """A major counts majors only."""
    minor, major = crossing(), crossing(name="pages", tier="major")
    row = PersonRow(released=[NOON - HOUR], waiting=[Waiting.of(major, NOON)])
    assert told(manners, ADA, NOON, row, major)["pages"] == Wait("web_push", "look", NOON, Ending())
    row = PersonRow(released=[NOON - HOUR], majors=[NOON - HOUR], waiting=[Waiting.of(each, NOON) for each in (minor,)])
    assert told(manners, ADA, NOON, row, minor)["documents"].cause == "cap"
    row.waiting = [Waiting.of(major, NOON)]
    assert told(manners, ADA, NOON, row, major)["pages"] == Wait("web_push", "cap", NOON + HOUR, Ending())


def test_a_bundle_is_waited_for_and_names_whose_message_tells_it(manners: Manners) -> None:
    """Though the cap is full for it alone: as a line of the other message it is not counted."""
    row = PersonRow(released=[NOON - HOUR])
    minor, major = crossing(), crossing(name="pages", tier="major")
    for subject in (minor, major):
        admit(manners, row, subject, NOON)
    found = told(manners, ADA, NOON, row, minor, major)
    assert found["pages"] == Wait("web_push", "bundle", NOON + 30_000, Ending())
    line = Ending(other=Named("pages", "pages"))
    assert found["documents"] == Wait("web_push", "bundle", NOON + 30_000, line)
    assert row.released == [NOON - HOUR], "nothing of the row is counted by asking"
    later = told(manners, ADA, NOON + 30_000, row, minor, major)
    assert later["documents"] == Wait("web_push", "look", NOON + 30_000, line)


def test_after_the_bundle_something_else_may_be_waited_for(manners: Manners) -> None:
    """At night the end of the bundle is not the end of the wait."""
    row = PersonRow()
    subject = crossing(NIGHT)
    admit(manners, row, subject, NIGHT)
    found = told(manners, ADA, NIGHT, row, subject)["documents"]
    assert (found.cause, found.until_ms) == ("bundle", NIGHT + 30_000)
    assert isinstance(found.then, Wait)
    assert (found.then.cause, found.then.then) == ("hours", Ending())


def test_what_is_said_better_by_another_that_waits_names_it(manners: Manners) -> None:
    """It is absorbed when that one goes, and not before."""
    lower, higher = crossing(NIGHT), crossing(NIGHT, "higher", metric="documents", threshold=20, occurrence=2)
    row = PersonRow(waiting=[Waiting.of(each, NIGHT) for each in (lower, higher)])
    row.waiting[0].due_ms = row.waiting[1].due_ms = parse_rfc3339("2026-11-21T07:00:00Z")
    found = told(manners, ADA, NIGHT, row, lower, higher)
    other = Named("higher", "higher, occurrence 2")
    goes_ms = found["higher"].until_ms
    assert found["documents"] == Wait("web_push", "better", goes_ms, Ending("absorbed", other=other), other)


def test_what_waits_for_a_better_one_may_end_in_a_no_of_its_own(manners: Manners) -> None:
    """Nothing is absorbed by what is refused in the end."""
    shy = msgspec.structs.replace(ADA, web_push_subscription=False)
    lower, higher = crossing(), crossing(NOON + 1000, "higher", metric="documents", threshold=20)
    row = PersonRow()
    row.waiting = [Waiting.of(lower, NOON), Waiting.of(higher, NOON + 1000)]
    found = told(manners, shy, NOON + 1000, row, lower, higher)["documents"]
    grace_ms = NOON + 1000 + Timing().grace_ms
    assert (found.cause, found.until_ms) == ("better", grace_ms)
    assert found.then == Ending("consent"), "its own grace is over by then"


def test_the_top_of_a_jump_is_waited_for(manners: Manners) -> None:
    """Named where the tracker has written it; where the bundle takes longer, that is what is waited for."""
    document = read_document(FILE + "bundle: 0\n")
    assert isinstance(document, Document)
    lower = crossing(jump=Jump(index=1, of=2, top=False))
    top = crossing(name="top", metric="documents", threshold=20, jump=Jump(index=2, of=2, top=True))
    row = PersonRow()
    admit(Manners(document), row, lower, NOON)
    for crossings, behind in (((), None), ((top,), Named("top", "top"))):
        found = waits_of(Manners(document), {lower.id: lower}, ADA, row, NOON, crossings)["documents"]
        assert Wait("web_push", "jump", NOON + JUMP_MS, Ending(), behind) in found
    bundled = PersonRow()
    admit(manners, bundled, lower, NOON)
    assert told(manners, ADA, NOON, bundled, lower)["documents"].cause == "bundle"


def test_the_moment_is_that_of_the_planners_own_settings() -> None:
    """Its spread, its grace: with others the times would be off by them."""
    document = read_document(FILE)
    assert isinstance(document, Document)
    opens = parse_rfc3339("2026-11-21T07:00:00Z")
    at_once = Manners(document, timing=Timing(spread_ms=0, grace_ms=6000))
    profile = Wait("web_push", "profile", NOON + 6000, Ending("contact_unknown"))
    asleep = PersonRow(waiting=[msgspec.structs.replace(Waiting.of(crossing(NIGHT), NIGHT), due_ms=opens)])
    assert told(at_once, ADA, NIGHT, asleep, crossing(NIGHT))["documents"] == Wait("web_push", "hours", opens, Ending())
    assert waits(at_once, None, NOON)["web_push"] == profile
    wide = Manners(document, timing=Timing(spread_ms=2 * HOUR))
    expected = spread(opens, parse_rfc3339("2026-11-21T20:00:00Z"), 2 * HOUR, "c-1")
    assert waits(wide, ADA, NIGHT)["web_push"].until_ms == expected


def test_the_planner_looks_no_earlier_than_its_row_says(manners: Manners) -> None:
    """Where rules came since that would let it out before, it still waits for its look."""
    subject = crossing(NIGHT)
    row = PersonRow(waiting=[Waiting.of(subject, NIGHT)])
    row.waiting[0].due_ms = parse_rfc3339("2026-11-21T12:00:00Z")
    found = told(manners, ADA, NIGHT, row, subject)["documents"]
    assert found == Wait("web_push", "look", row.waiting[0].due_ms, Ending())
    nowhere = msgspec.structs.replace(ADA, web_push_targets=())
    row.waiting[0].due_ms = NIGHT + Timing().grace_ms
    found = told(manners, nowhere, NIGHT, row, subject)["documents"]
    assert found == Wait("web_push", "unreachable", NIGHT + Timing().grace_ms, Ending("unreachable"))


def test_a_cap_that_ends_at_night_is_no_cause(manners: Manners) -> None:
    """The hours alone would hold it as long."""
    row = PersonRow(released=[NIGHT - HOUR])
    assert waits(manners, ADA, NIGHT, row)["web_push"].cause == "hours"


def test_what_nothing_holds_back_waits_for_the_next_look(manners: Manners) -> None:
    """With the no that it would end in, if it would."""
    muted = PersonRow()
    muted.standing.muted_ms = NOON

    assert waits(manners, ADA, NOON)["web_push"] == Wait("web_push", "look", NOON, Ending())
    assert waits(manners, ADA, NOON, muted)["web_push"] == Wait("web_push", "look", NOON, Ending("muted"))


def test_a_planner_that_is_late_is_told_before_what_it_will_find(manners: Manners) -> None:
    """Else a planner that is down since yesterday would go unnoticed wherever hours or a cap hold as well."""
    subject = crossing(NIGHT)
    row = PersonRow(waiting=[Waiting.of(subject, NIGHT)])
    now_ms = NIGHT + LATE_MS + 1
    found = told(manners, ADA, now_ms, row, subject)["documents"]
    assert (found.cause, found.until_ms) == ("look", NIGHT)
    assert isinstance(found.then, Wait)
    assert found.then.cause == "hours"
    assert told(manners, ADA, now_ms - 1, row, subject)["documents"].cause == "hours"


def test_without_rules_or_a_readable_record_nothing_is_made_up(manners: Manners) -> None:
    """It is said that it cannot be weighed, and the others are told as far as they can be."""
    subject, other = crossing(), crossing(name="pages")
    row = PersonRow(waiting=[Waiting.of(subject, NOON), Waiting.of(other, NOON)])
    without, unreadable = (
        waits_of(None, {subject.id: subject}, ADA, row, NOON),
        waits_of(manners, {other.id: other}, ADA, row, NOON),
    )
    for found in (without["documents"], unreadable["documents"]):
        assert [(each.cause, each.until_ms) for each in found] == [("rules", None)] * 3
    assert [each.cause for each in unreadable["pages"]] == ["consent", "look", "look"]


def test_looks_ahead_have_an_end(manners: Manners, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond it no decision is made up."""
    monkeypatch.setattr(forecast, "MOST_LOOKS", 1)
    found = waits(manners, ADA, NIGHT)["web_push"]
    assert (found.cause, found.then) == ("hours", None)
