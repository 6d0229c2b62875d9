"""Consent and reach of each channel, as the planner has them."""

from __future__ import annotations

from deploy.cli.explain.standing_words import reachable
from schemas.contact import Contact
from schemas.contact_change import ContactChange
from stream.core.celebration.standing import Standing

ANNA = Contact(contact_id="c-1", email="anna@example.com", consent_email=True, fcm_key="token")


def test_each_channel_says_consent_and_reach_or_why_not() -> None:
    """What the profile agrees to and what the contact did since are two things."""
    standing = Standing()
    standing.take(ContactChange(contact_id="c-1", change="unsubscribe", at=1, channel="mobile_push"))

    email, web_push, mobile_push = reachable(ANNA, standing)

    assert (email.consent, email.targets, email.because, email.why_not) == (True, ("a***@example.com",), None, "")
    assert (web_push.consent, web_push.because) == (False, "consent")
    assert (mobile_push.consent, mobile_push.targets, mobile_push.because) == (True, (), "suppressed")
    assert mobile_push.why_not


def test_a_dead_place_is_told_from_a_word_of_the_contact() -> None:
    """With the place, masked: who corrects it knows which."""
    bounced, gone = Standing(), Standing()
    bounced.take(ContactChange(contact_id="c-1", change="hard_bounce", at=1), "anna@example.com")
    gone.take(ContactChange(contact_id="c-1", change="complaint", at=1))
    assert reachable(ANNA, bounced)[0].why_not == (
        "found dead: a***@example.com; another one in a newer profile is written to"
    )
    assert "unsubscribed or complained" in reachable(ANNA, gone)[0].why_not
    gone.take(ContactChange(contact_id="c-1", change="hard_bounce", at=2), "anna@example.com")
    assert "unsubscribed or complained" in reachable(ANNA, gone)[0].why_not, "it holds for every address"
