"""Deliveries as the planner's own core makes them, of usage that the tracker's core has counted."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

from schemas.channel import CHANNELS, Channel
from schemas.contact import Contact, WebPushKeys, WebPushTarget
from schemas.delivery import Delivery, EmailTo, MobilePushTo, Reached, Target, WebPushTo, channel_of
from schemas.milestone_crossed import EventSource, MilestoneCrossed, TimerSource
from schemas.milestone_nudge import MilestoneNudge
from schemas.milestones import Document, read_document
from schemas.moment import parse_rfc3339, rfc3339
from stream.core.celebration.compose import delivery
from stream.core.celebration.manner import Manners
from stream.core.crossed import Crossed
from stream.core.nudge import Nudge
from tests.stream.core.samples import Contact as Counted
from tests.stream.core.samples import event

FRIDAY = parse_rfc3339("2026-11-20T14:41:07.120Z")
DAY = 86_400_000
APPLIED = FRIDAY - 400 * DAY
SIGNED_UP = FRIDAY - 366 * DAY
SOURCE = EventSource(topic="usage-events", partition=0, offset=1, event_source="", event_id="e")
TARGET = WebPushTarget(endpoint="https://push.example/1", keys=WebPushKeys(p256dh="p", auth="a"))
ADA = Contact(
    contact_id="c-1",
    email="ada@example.com",
    consent_email=True,
    web_push_subscription=True,
    web_push_targets=(TARGET,),
    fcm_key="token",
    name="Ada",
    time_zone="Europe/Paris",
)
METRICS = """
  projects: {count: events, from: project_created}
  documents: {sum: value, from: documents_processed}
  revenue: {sum: amount, from: payment_received, unit: USD}
  team_size: {highest: members, from: team_changed}
  teammates: {distinct: invitee_id, from: teammate_invited}
  day_streak: {streak: days, from: session_started}
"""
FILE = f"""
version: 1
product: {{name: Acme Boards, url: "https://app.acme.example", locale: en, time_zone: Europe/Paris}}
history: complete
metrics: {METRICS}
milestones:
  - {{id: first-project, when: {{projects: 1}}, tier: TIER, means: Your first idea now has a plan.,
     call_to_action: {{text: Invite a teammate, url: /invite}}}}
  - {{id: documents, when: {{documents: [10, 100, 500]}}, tier: TIER, means: Many a page.,
     nudge: {{near: 90%, stuck_for: 5 days}}, call_to_action: {{text: Automate the next one, url: /automations}}}}
  - id: documents-1000
    when: {{documents: 1000}}
    tier: TIER
    means: That is about 80 hours of copying that you did not do.
    reward: free_month
    ask: review
    nudge: {{near: 90%, stuck_for: 5 days}}
    call_to_action: {{text: See your year, url: /insights}}
    resources:
      - {{text: How others automate, url: /guides/automation}}
      - {{text: The forum, url: "https://forum.acme.example/"}}
  - {{id: documents-club, when: {{documents: every 5000}}, tier: TIER, means: You are still going.,
     call_to_action: {{text: Share a tip, url: /tips}}}}
  - {{id: revenue-10k, when: {{revenue: [10000, 50000]}}, tier: TIER, means: Your work pays., ask: testimonial,
     call_to_action: {{text: Plan the next 50K, url: /goals}}}}
  - {{id: team-of-25, when: {{team_size: 25}}, tier: TIER, means: A real crew.,
     call_to_action: {{text: Set up roles, url: /roles}}}}
  - {{id: ten-teammates, when: {{teammates: 10}}, tier: TIER, means: You brought everyone together., ask: referral,
     call_to_action: {{text: Open a shared board, url: /boards}}}}
  - {{id: week-streak, when: {{day_streak: 7}}, tier: TIER, means: A week of it.,
     call_to_action: {{text: Pick tomorrow's board, url: /boards}}}}
  - {{id: yearly, when: {{signed_up: every 1 year}}, tier: TIER, means: A year together.,
     call_to_action: {{text: See your year, url: /insights}}}}
  - {{id: onboarded, when: {{all_of: [first-project, ten-teammates, week-streak]}}, tier: TIER, means: All set.,
     call_to_action: {{text: Go further, url: /learn}}}}
"""


def document(tier: str, **product: str) -> Document:
    """The milestones of a tier."""
    found = read_document(FILE.replace("TIER", tier))
    assert isinstance(found, Document), found
    return found.model_copy(update={"product": found.product.model_copy(update=product)})


def subjects(found: Document) -> Iterator[MilestoneCrossed | MilestoneNudge]:
    """Everything that a year of one contact crosses and is nudged to."""
    counted = Counted(found, signed_up_ms=SIGNED_UP, now_ms=APPLIED)
    for each in _year():
        outcome = counted.outcome(each)
        assert isinstance(outcome, tuple), outcome
        yield from (_recorded(said) for said in outcome)
    fired = counted.fire(FRIDAY + 6 * DAY)
    yield from (_recorded(said) for said in fired.crossed)
    yield from _stuck(found)


def _stuck(found: Document) -> Iterator[MilestoneCrossed | MilestoneNudge]:
    """What somebody is told who stops a few documents short of 1,000."""
    counted = Counted(found, now_ms=APPLIED)
    counted.crossings(event("documents_processed", value=935, at_ms=FRIDAY))
    yield from (_recorded(said) for said in counted.fire(FRIDAY + 6 * DAY).nudges)


def _year() -> Iterator[Any]:
    for number in range(7):
        yield event("session_started", at_ms=FRIDAY - (30 - number) * DAY)
    yield event("project_created", at_ms=FRIDAY - 20 * DAY)
    for number in range(10):
        yield event("teammate_invited", at_ms=FRIDAY - 15 * DAY, properties={"invitee_id": f"i-{number}"})
    yield event("payment_received", at_ms=FRIDAY - 9 * DAY, properties={"amount": Decimal("10250.40")})
    yield event("team_changed", at_ms=FRIDAY - 8 * DAY, properties={"members": 25})
    for value in (10, 95, 400, 430, 66, 4100):
        yield event("documents_processed", value=value, at_ms=FRIDAY)


def _recorded(said: Crossed | Nudge) -> MilestoneCrossed | MilestoneNudge:
    source = TimerSource(due_at=rfc3339(FRIDAY)) if getattr(said, "kind", "") == "signed_up" else SOURCE
    return said.record(source, FRIDAY + 43)


@cache
def sent(tier: str = "major", channels: tuple[Channel, ...] = CHANNELS) -> tuple[Delivery, ...]:
    """Every delivery of that year to Ada, whatever the tier's channels are."""
    found = document(tier)
    manners = Manners(found, "a secret of the reward codes")
    history: list[Reached] = []
    out: list[Delivery] = []
    for subject in subjects(found):
        manner = manners.of(subject.milestone)
        assert manner is not None
        message = manner.composer.message(subject, ADA, {}, history)
        for channel in channels:
            to: dict[Channel, Target] = {
                "email": EmailTo(address="ada@example.com"),
                "web_push": WebPushTo(target=TARGET),
                "mobile_push": MobilePushTo(token="token"),
            }
            out.append(delivery(subject, channel, to[channel], message, attempt=1, now_ms=FRIDAY, lease_ms=300_000))
        if isinstance(subject, MilestoneCrossed):
            history.append(
                Reached(
                    milestone=subject.milestone,
                    occurrence=subject.occurrence,
                    value=subject.value,
                    unit=subject.unit,
                    occurred_at=subject.occurred_at,
                    kind=subject.kind,
                    metric=subject.metric,
                    threshold=subject.threshold,
                )
            )
    return tuple(out)


def one(milestone: str, channel: Channel = "email", tier: str = "major", nudge: str | None = None) -> Delivery:
    """The delivery of a milestone, or of a nudge towards it (`near`, `stuck`)."""
    for each in sent(tier, (channel,)):
        subject = each.message.nudge if nudge else each.message.crossing
        if subject and subject.milestone == milestone and (not nudge or subject.kind == nudge):
            assert channel_of(each) == channel
            return each
    raise AssertionError(f"nothing is sent about {milestone}")


def changed(delivery: Delivery, **message: Any) -> Delivery:
    """The delivery with other fields in its message; those of its crossing under `crossing_…`."""
    inner = {
        name.removeprefix("crossing_"): message.pop(name) for name in list(message) if name.startswith("crossing_")
    }
    if inner:
        assert delivery.message.crossing is not None
        message["crossing"] = msgspec.structs.replace(delivery.message.crossing, **inner)
    return msgspec.structs.replace(delivery, message=msgspec.structs.replace(delivery.message, **message))
