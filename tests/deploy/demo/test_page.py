"""The demo's page shows every message as it arrived, and runs nothing of what stands in it."""

from __future__ import annotations

import asyncio

import pytest

from deploy.demo.page.app import page
from deploy.demo.page.window import Window
from deploy.demo.people import HABITS, HERO, SLEEPER, Person
from deploy.demo.received import Received
from templates.languages.languages import load
from tests.channels.portal.browser import Answer, ask

HERO_PERSON = Person(HERO, "Ada <Regular>", "en", "Asia/Tokyo", HABITS[0], 0)
SLEEPER_PERSON = Person(SLEEPER, "Nox", "en", "Africa/Lagos", HABITS[0], 0, sleeps=True)
MESSAGES = [
    Received(
        channel="email",
        contact=HERO,
        place="r-1@people.example",
        repeat="<1@acme>",
        title="1,000 documents",
        body="Text",
        html="<p>Your number: <b>1,000</b><script>alert(1)</script></p>",
    ),
    Received(
        channel="web_push",
        contact=HERO,
        place="https://push/1",
        repeat="t",
        title="1,000 documents",
        body="<b>Bold</b>",
        url="https://app.example",
    ),
]


LAYLA = Person("r-5", "ليلى", "ar-EG", "Asia/Tokyo", HABITS[0], 0)
PEOPLE = {each.id: each for each in (HERO_PERSON, SLEEPER_PERSON, LAYLA)}
LANGUAGES = load(("en", "ar"), None)
ARABIC = [
    Received(
        channel="email",
        contact=LAYLA.id,
        place="r-5@people.example",
        repeat="<2@acme>",
        title="ألف مستند",
        body="http://127.0.0.1:1/m/token-1",
        html="<html><head></head><body>ألف</body></html>",
        language="ar-EG",
    ),
    Received(
        channel="web_push",
        contact=LAYLA.id,
        place="https://push/2",
        repeat="t",
        title="ألف مستند",
        body="",
        url="https://app.example",
        icon="http://127.0.0.1:1/b/token.png",
    ),
]


def visit(path: str) -> Answer:
    window = Window([*MESSAGES, *ARABIC], PEOPLE, LANGUAGES, lambda contact: f"explained <{contact}>")
    return asyncio.run(ask(page(window), path))


def test_the_overview_tells_the_story() -> None:
    """What everybody wrote is text, whatever it looks like."""
    text = visit("/").text
    assert "2 emails" in text
    assert "Ada &lt;Regular&gt;" in text
    assert "&lt;b&gt;Bold&lt;/b&gt;" in text
    assert "/mail/0" in text
    assert "night in Africa/Lagos" in text


def test_a_mail_is_shown_as_it_came_and_can_do_nothing() -> None:
    answer = visit("/mail/0")
    assert answer.text == MESSAGES[0].html
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]


def test_a_message_stands_in_its_language_with_its_pictures() -> None:
    """Also in the list of the newest; the page to share and the card are those that the email links to."""
    text = visit("/").text
    assert text.count('lang="ar-EG" dir="rtl"') == 3
    assert 'href="http://127.0.0.1:1/m/token-1"' in text
    assert 'src="http://127.0.0.1:1/c/token-1.png"' in text
    assert "reads Arabic" in text
    contact = visit(f"/contact/{LAYLA.id}").text
    assert 'src="http://127.0.0.1:1/b/token.png"' in contact
    assert "reads Arabic (ar-EG)" in contact


def test_links_of_a_framed_mail_open_beside_it() -> None:
    """The portal lets nobody frame its pages; by itself the mail stays as it came."""
    framed = visit("/mail/2/framed")
    assert '<head><base target="_blank">' in framed.text
    assert "allow-popups" in framed.headers["content-security-policy"]
    assert visit("/mail/2").text == ARABIC[0].html


@pytest.mark.parametrize("path", ["/mail/1", "/mail/7", "/contact/nobody", "/else"])
def test_what_is_not_there_is_not_found(path: str) -> None:
    assert visit(path).status == 404


def test_a_contact_has_an_explanation_and_its_messages() -> None:
    text = visit(f"/contact/{HERO}").text
    assert f"explained &lt;{HERO}&gt;" in text
    assert "/mail/0" in text
