"""A message that is encoded at once, a form filled in, is the message word for word."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.contact import Contact
from schemas.delivery import Reached, encode_message
from schemas.milestone_crossed import EventSource, MilestoneCrossed
from schemas.milestone_nudge import MilestoneNudge
from schemas.milestones import Document, read_document
from stream.core.celebration.manner import Manners

FILE = """
version: 1
product: {name: "Boards 100 %", url: "https://app.example/?a=%20", locale: fr, time_zone: Europe/Paris}
metrics:
  documents: {sum: value, from: documents_processed, unit: {one: page, other: pages}}
  seats: {count: events, from: taken, unit: "%b seats"}
milestones:
  - {id: plain, when: {seats: 1}}
  - {id: ladder, when: {documents: [10, 100]}, title: {one: "{count} page", other: "{count} pages %s"}, means: Much.}
  - {id: round, when: {documents: every 500}, means: "Round {occurrence}: {threshold}, and you have {value}."}
  - id: called
    when: {documents: 1000}
    ask: review
    reward: free_month
    resources: [{text: "Tips \\\\ \\" %d", url: "https://app.example/tips"}]
    call_to_action:
      text: Go
      url: /go
      variants: [{audience: {plan: pro}, text: Go pro, url: /pro}, {audience: {metrics.seats: 3}, text: Sit, url: /sit}]
"""
MILESTONES = ("plain", "ladder-10", "ladder-100", "round", "called")
SOURCE = EventSource(topic="usage-events", partition=0, offset=1, event_source="s", event_id="e")
NUMBERS = st.one_of(st.integers(0, 2), st.integers(0, 10**6), st.decimals(0, 1000, places=2).map(Decimal))
TEXTS = st.one_of(st.sampled_from(["Ada", 'A"\\%b\0\n', "Zoé %", ""]), st.text(max_size=8))
SUBJECTS = st.builds(
    dict[str, Any],
    milestone=st.sampled_from(MILESTONES),
    occurrence=st.integers(1, 3),
    threshold=NUMBERS,
    value=NUMBERS,
    unit=st.sampled_from([None, "pages", "%b seats", "widgets"]),
)
CONTACTS = st.builds(
    Contact,
    contact_id=st.just("c-1"),
    name=st.none() | TEXTS,
    locale=st.sampled_from([None, "en", 'p"l']),
    time_zone=st.sampled_from([None, "America/Toronto", "nowhere"]),
    attributes=st.sampled_from([{}, {"plan": "pro"}]),
)
PAST = (Reached(milestone="plain", occurrence=1, value=1, occurred_at="2026-11-20T14:41:07.120Z"),)


def made() -> Manners:
    document = read_document(FILE)
    assert isinstance(document, Document), [str(each) for each in document]
    return Manners(document, "secret")


MANNERS = made()


@given(st.lists(st.tuples(SUBJECTS, CONTACTS, st.none() | TEXTS, st.integers(0, 9), st.integers(0, 3)), max_size=12))
def test_a_form_that_is_filled_in_says_what_the_message_says(
    told: list[tuple[dict[str, Any], Contact, str | None, int, int]],
) -> None:
    """Whatever was told with the same form before. Mutation: leave a part of what a form is kept by out."""
    for fields, contact, reward, beside, seats in told:
        common = fields | {
            "id": "i",
            "contact_id": "c-1",
            "metric": "documents",
            "tier": "minor",
            "occurred_at": "2026-11-20T14:41:07.120Z",
            "detected_at": "2026-11-20T14:41:07.120Z",
            "rules_version": 1,
            "source": SOURCE,
        }
        subject: MilestoneCrossed | MilestoneNudge = MilestoneCrossed(
            **common, kind="sum", value_before=0, celebrate=True, reward=reward
        )
        if beside == 0:
            subject = MilestoneNudge(**common, kind="near", remaining=1)
        history, also = PAST if beside == 1 else (), PAST if beside == 2 else ()
        manner = MANNERS.of(subject.milestone)
        assert manner is not None
        numbers = {"seats": seats}
        message = manner.composer.message(subject, contact, numbers, history, also)
        assert manner.composer.encoded(subject, contact, numbers, history, also) == encode_message(message)
