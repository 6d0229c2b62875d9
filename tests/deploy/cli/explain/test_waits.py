"""What a crossing waits for is what the planner waits for."""

from __future__ import annotations

import msgspec
import pytest

from deploy.cli.explain.waits import Wait, waits_of
from schemas.contact import Contact, WebPushKeys, WebPushTarget
from schemas.milestone_crossed import EventSource, MilestoneCrossed
from schemas.milestones import Document, read_document
from schemas.moment import parse_rfc3339, rfc3339
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
metrics: {documents: {sum: value, from: documents_processed}}
milestones: [{id: documents, when: {documents: 10}, call_to_action: {text: Go, url: /go}}]
"""
BROWSER = WebPushTarget(endpoint="https://push.example/1", keys=WebPushKeys(p256dh="p", auth="a"))
ADA = Contact(contact_id="c-1", web_push_subscription=True, web_push_targets=(BROWSER,), fcm_key="token")


@pytest.fixture
def manners() -> Manners:
    document = read_document(FILE)
    assert isinstance(document, Document), document
    return Manners(document)


def crossing(at: int = NOON) -> MilestoneCrossed:
    return MilestoneCrossed(
        id="x", contact_id="c-1", milestone="documents", occurrence=1, metric="documents", kind="sum", tier="minor",
        threshold=10, value_before=9, value=10, occurred_at=rfc3339(at), detected_at=rfc3339(at), celebrate=True,
        rules_version=1, source=EventSource(topic="t", partition=0, offset=1, event_source="", event_id="e"),
    )  # fmt: skip


def waits(manners: Manners, contact: Contact | None, now_ms: int, row: PersonRow | None = None) -> dict[str, Wait]:
    subject = crossing(now_ms)
    found = waits_of(manners, subject, Waiting.of(subject, now_ms), contact, row or PersonRow(), now_ms)
    return {each.channel: each for each in found}


def test_without_a_profile_one_is_waited_for(manners: Manners) -> None:
    """Until the grace ends; a channel that the milestone does not use waits for nobody."""
    found = waits(manners, None, NOON)

    assert found["web_push"] == Wait("web_push", "profile", NOON + Timing().grace_ms)
    assert found["email"] == Wait("email", "look", NOON, "channel_off")


def test_consent_and_address_are_told_apart(manners: Manners) -> None:
    """One is for the contact to give, the other for the application to write."""
    shy = msgspec.structs.replace(ADA, web_push_subscription=False, fcm_key=None)
    found = waits(manners, shy, NOON)

    assert found["web_push"] == Wait("web_push", "consent", NOON + Timing().grace_ms)
    assert found["mobile_push"] == Wait("mobile_push", "unreachable", NOON + Timing().grace_ms)


def test_the_cap_and_the_hours_are_told_apart(manners: Manners) -> None:
    """By day only the cap holds it back, at night the hours do; until is the moment at which it goes."""
    capped = waits(manners, ADA, NOON, PersonRow(released=[NOON - HOUR]))["web_push"]
    assert capped == Wait("web_push", "cap", NOON + HOUR)

    quiet = waits(manners, ADA, NIGHT)["web_push"]
    assert quiet.cause == "hours"
    assert quiet.until_ms is not None
    assert quiet.until_ms >= parse_rfc3339("2026-11-21T07:00:00Z")  # 08:00 in Paris


def test_what_nothing_holds_back_waits_for_the_next_look(manners: Manners) -> None:
    """With the no that it would end in, if it would."""
    muted = PersonRow()
    muted.standing.muted_ms = NOON

    assert waits(manners, ADA, NOON)["web_push"] == Wait("web_push", "look", NOON)
    assert waits(manners, ADA, NOON, muted)["web_push"] == Wait("web_push", "look", NOON, "muted")


def test_without_rules_or_a_readable_record_nothing_is_made_up(manners: Manners) -> None:
    """It is said that it cannot be weighed."""
    subject = crossing()
    waiting = Waiting.of(subject, NOON)

    for found in (
        waits_of(None, subject, waiting, ADA, PersonRow(), NOON),
        waits_of(manners, None, waiting, ADA, PersonRow(), NOON),
    ):
        assert [(each.cause, each.until_ms) for each in found] == [("rules", None)] * 3
