"""A message in another language than its contact's is told, whatever part of it gives it away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deploy.demo.people import HABITS, Person
from deploy.demo.received import Received
from deploy.demo.spoken import spoken
from templates.languages.languages import load

LANGUAGES = load(("en", "fr", "ar"), None)
PEOPLE = {
    "c-1": Person("c-1", "Chloé", "fr-SN", "Africa/Dakar", HABITS[0], 0),
    "c-2": Person("c-2", "Sven", "sv-SE", "Asia/Tokyo", HABITS[0], 0),
}
MAIL = Received(
    channel="email",
    contact="c-1",
    place="c-1@people.example",
    repeat="<1>",
    title="Cap",
    body=f"… {LANGUAGES.of('fr').text('email.stop')}: https://x",
    html='<html lang="fr-SN" dir="ltr">',
    language="fr-SN",
)
PUSH = replace(MAIL, channel="web_push", html=None, body="Cap")


def test_emails_are_counted_by_language() -> None:
    """What a phone gets says nothing of its language; a contact without one of ours reads the first."""
    english = replace(
        MAIL, contact="c-2", body="Stop emails about milestones", html='<html lang="en" dir="ltr">', language="en"
    )
    found = spoken([MAIL, PUSH, english, replace(PUSH, language=None)], PEOPLE, LANGUAGES)
    assert found.wrong == ()
    assert found.emails == {"en": 1, "fr": 1, "ar": 0}


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        (replace(MAIL, language="fr"), "it is in fr"),
        (replace(PUSH, language="en"), "it is in en"),
        (replace(MAIL, html='<html lang="en" dir="ltr">'), "not laid out"),
        (replace(MAIL, html='<html lang="fr-SN" dir="rtl">'), "not laid out"),
        (replace(MAIL, body="Stop emails about milestones"), "words are of another language"),
    ],
)
def test_each_sign_of_another_language_is_a_fault(message: Received, fault: str) -> None:
    (told,) = spoken([message], PEOPLE, LANGUAGES).wrong
    assert fault in told
    assert "c-1@people.example (fr-SN)" in told
