"""The demo's page shows every message as it arrived, and runs nothing of what stands in it."""

from __future__ import annotations

import asyncio

import pytest

from deploy.demo.page.app import page
from deploy.demo.page.window import Window
from deploy.demo.people import HABITS, HERO, SLEEPER, Person
from deploy.demo.received import Received
from tests.channels.portal.browser import Answer, ask

HERO_PERSON = Person(HERO, "Ada <Regular>", "Asia/Tokyo", HABITS[0], 0)
SLEEPER_PERSON = Person(SLEEPER, "Nox", "Africa/Lagos", HABITS[0], 0, sleeps=True)
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


PEOPLE = {each.id: each for each in (HERO_PERSON, SLEEPER_PERSON)}


def visit(path: str) -> Answer:
    return asyncio.run(ask(page(Window(MESSAGES, PEOPLE, lambda contact: f"explained <{contact}>")), path))


def test_the_overview_tells_the_story() -> None:
    """What everybody wrote is text, whatever it looks like."""
    text = visit("/").text
    assert "1 emails" in text
    assert "Ada &lt;Regular&gt;" in text
    assert "&lt;b&gt;Bold&lt;/b&gt;" in text
    assert "/mail/0" in text
    assert "night in Africa/Lagos" in text


def test_a_mail_is_shown_as_it_came_and_can_do_nothing() -> None:
    answer = visit("/mail/0")
    assert answer.text == MESSAGES[0].html
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/mail/1", "/mail/7", "/contact/nobody", "/else"])
def test_what_is_not_there_is_not_found(path: str) -> None:
    assert visit(path).status == 404


def test_a_contact_has_an_explanation_and_its_messages() -> None:
    text = visit(f"/contact/{HERO}").text
    assert f"explained &lt;{HERO}&gt;" in text
    assert "/mail/0" in text
