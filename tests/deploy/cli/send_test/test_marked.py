"""Test messages say that they are."""

from __future__ import annotations

from dataclasses import replace

from channels.render.bounds import TITLE
from channels.render.content import EmailContent, PushContent
from deploy.cli.send_test.marked import MarkedRenderer
from schemas.delivery import Delivery
from templates.filled import Filled
from tests.channels.mobile_push.samples import CONTENT, delivery

EMAIL = EmailContent(
    subject="1,000 documents", page=Filled(("<p>",)), text="t", unsubscribe_url="https://u", language="en"
)


class Within:
    """The renderer that is marked."""

    def __init__(self, title: str) -> None:
        self._title = title

    def push(self, delivery: Delivery) -> PushContent:
        return replace(CONTENT, title=self._title)

    def email(self, delivery: Delivery) -> EmailContent:
        return EMAIL


def test_the_mark_stands_first() -> None:
    """Before subject and title; nothing else is touched."""
    marked = MarkedRenderer(Within("Hello"))
    assert marked.push(delivery("t")) == replace(CONTENT, title="[test] Hello")
    assert marked.email(delivery("t")) == replace(EMAIL, subject="[test] 1,000 documents")


def test_the_title_stays_within_its_bound() -> None:
    """The longest title gives way to the mark: else the message could be too large for its provider."""
    title = MarkedRenderer(Within("x" * TITLE)).push(delivery("t")).title
    assert len(title) == TITLE
    assert title.startswith("[test] x")
