"""What waits alone is decided without asking for others, and nothing comes of it that would not have come else."""

from __future__ import annotations

from functools import cache

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.channel import CHANNELS
from schemas.contact import Contact, WebPushKeys, WebPushTarget
from schemas.milestone_crossed import EventSource, Jump, MilestoneCrossed
from schemas.milestone_nudge import MilestoneNudge
from schemas.milestones import Document, read_document
from schemas.moment import parse_rfc3339, rfc3339
from stream.core.celebration.look import Looked, _alone, _together, look
from stream.core.celebration.manner import Manners
from stream.core.celebration.person import PersonRow, Waiting
from stream.core.celebration.rank import Candidate
from stream.core.celebration.standing import Standing
from stream.core.celebration.subject import Subject

NOON = parse_rfc3339("2026-11-20T11:00:00Z")  # a Friday, 12:00 in Paris
HOUR, DAY = 3_600_000, 86_400_000
SOURCE = EventSource(topic="usage-events", partition=0, offset=1, event_source="", event_id="e")
BROWSERS = tuple(
    WebPushTarget(endpoint=f"https://push.example/{number}", keys=WebPushKeys(p256dh="p", auth="a"))
    for number in range(2)
)


@cache
def manners(cap: str, bundle: str, quiet: str, window: str) -> Manners:
    document = read_document(f"""
version: 1
product: {{name: Boards, url: "https://app.example", time_zone: Europe/Paris}}
history: complete
quiet_hours: {quiet}
cap: {cap}
bundle: {bundle}
tiers:
  minor: {{channels: [web_push, mobile_push], max_staleness: 1 day}}
  major: {{channels: [email, web_push, mobile_push], send_window: {window}, max_staleness: 2 days}}
metrics:
  documents: {{sum: value, from: documents_processed}}
milestones:
  - {{id: small, when: {{documents: 10}}, nudge: {{near: 90%}}, call_to_action: {{text: Go, url: /go}}}}
  - id: big
    when: {{documents: 1000}}
    tier: major
    means: A lot.
    audience: {{plan: team}}
    nudge: {{near: 90%}}
    call_to_action: {{text: Go, url: /go}}
  - {{id: old, when: {{documents: 5}}, status: retired}}
""")
    assert isinstance(document, Document), document
    return Manners(document)


MANNERS = st.builds(
    manners,
    st.sampled_from(["none", "{messages: 1, within: 1 day, then: defer}", "{messages: 2, within: 7 days, then: drop}"]),
    st.sampled_from(["0 seconds", "30 seconds"]),
    st.sampled_from(["none", "21:00-08:00"]),
    st.sampled_from(["daily 00:00-23:59", "weekdays 09:00-11:30"]),
)
MILESTONES = st.sampled_from(["small", "big", "old"])
MOMENTS = st.integers(0, 3).map(lambda back: NOON - back * 20 * HOUR)
TIERS = {"small": "minor", "big": "major", "old": "minor"}


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    milestone, at_ms = draw(MILESTONES), draw(MOMENTS)
    if draw(st.booleans()):
        return MilestoneNudge(
            id="n", contact_id="c-1", milestone=milestone, occurrence=1, kind="near", metric="documents",
            tier=TIERS[milestone], threshold=10, value=9, remaining=1, occurred_at=rfc3339(at_ms),
            detected_at=rfc3339(at_ms), rules_version=1, source=SOURCE,
        )  # fmt: skip
    return MilestoneCrossed(
        id="x", contact_id="c-1", milestone=milestone, occurrence=1, metric="documents", kind="sum",
        tier=TIERS[milestone], threshold=10, value_before=9, value=10, occurred_at=rfc3339(at_ms),
        detected_at=rfc3339(at_ms), celebrate=draw(st.sampled_from([True, True, False])), rules_version=1,
        holdout=draw(st.sampled_from([False, False, True])), source=SOURCE,
        jump=Jump(index=1, of=2, top=False) if draw(st.booleans()) else msgspec.UNSET,
    )  # fmt: skip


CONTACTS = st.none() | st.builds(
    Contact,
    contact_id=st.just("c-1"),
    email=st.sampled_from([None, "ada@example.com"]),
    consent_email=st.booleans(),
    consent_email_at=st.sampled_from([None, NOON - HOUR, NOON - 9 * DAY]),
    web_push_subscription=st.booleans(),
    web_push_targets=st.sampled_from([(), BROWSERS[:1], BROWSERS]),
    fcm_key=st.sampled_from([None, "token", ("token", "token"), ("a", "b")]),
    time_zone=st.sampled_from([None, "Asia/Tokyo", "America/New_York"]),
    attributes=st.sampled_from([{}, {"plan": "team"}]),
)
STANDINGS = st.builds(
    Standing,
    closed=st.dictionaries(st.sampled_from(CHANNELS), st.just(NOON - 2 * DAY), max_size=1),
    muted_ms=st.sampled_from([0, 0, NOON - DAY]),
)
ROWS = st.builds(
    PersonRow,
    standing=STANDINGS,
    released=st.sampled_from([[], [NOON - HOUR], [NOON - 2 * DAY, NOON - HOUR]]),
    numbers=st.sampled_from([{}, {"documents": 9}, {"documents": 12}]),
    majors=st.sampled_from([[], [NOON - HOUR]]),
)


def told(found: Looked, row: PersonRow, waiting: Waiting) -> object:
    """Everything that a look says and leaves behind."""
    return (
        [verdict for _, verdict in found.decided],
        [(each.verdict, [line.subject.id for line in each.lines]) for each in found.sent],
        [later for _, later in found.later],
        msgspec.json.encode(row),
        msgspec.json.encode(waiting),
    )


@settings(max_examples=600, deadline=None)
@given(
    made=MANNERS,
    subject=subjects(),
    contact=CONTACTS,
    row=ROWS,
    ago_ms=st.sampled_from([0, HOUR]),
    ahead_ms=st.sampled_from([0, 0, 0, HOUR]),
    released=st.booleans(),
)
def test_one_alone_is_decided_as_among_others(
    made: Manners,
    subject: Subject,
    contact: Contact | None,
    row: PersonRow,
    ago_ms: int,
    ahead_ms: int,
    released: bool,
) -> None:
    """Mutation: let the short way count a bundle again that the cap has counted, or pass a nudge that is past."""
    found = []
    for way in (_alone, lambda manners, each, *rest: _together(manners, [each], *rest), _looked):
        waiting = Waiting.of(subject, NOON - ago_ms)
        waiting.released, waiting.not_before_ms = released, NOON + ahead_ms
        own = msgspec.json.decode(msgspec.json.encode(row), type=PersonRow)
        candidate = Candidate.of(made, waiting, subject)
        found.append(told(way(made, candidate, contact, own, NOON), own, waiting))
    assert found[0] == found[1] == found[2]


def _looked(made: Manners, each: Candidate, contact: Contact | None, row: PersonRow, now_ms: int) -> Looked:
    return look(made, [each], contact, row, now_ms)
