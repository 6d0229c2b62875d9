"""The email channel against a mail server that others wrote."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from channels.dispatch.outcome import Delivered, Gone, Outcome, Rejected, RetryLater, Unavailable
from channels.email.sender import make_sender
from tests.channels.email.samples import FixedRenderer, content, delivery, settings
from tests.system.postfix import postfix

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with postfix("eve@example.com") as port:
        yield port


def sent(port: int, address: str, *, times: int = 1, html: str = "<p>Hello</p>", **email: Any) -> list[Outcome]:
    """What comes of messages to an address, one after the other over one sender."""

    async def story() -> list[Outcome]:
        sender = make_sender(settings(smtp_port=port, **email), FixedRenderer(content(html=html)))
        try:
            return [await sender.send(delivery(number, address)) for number in range(times)]
        finally:
            await sender.close()

    return asyncio.run(story())


def test_a_message_is_taken(port: int) -> None:
    """With the id by which the log of Postfix names it; a second goes over the same connection."""
    for found in sent(port, "ada@example.com", times=2, sender_name="Команда" * 12):
        assert isinstance(found, Delivered)
        assert found.provider_id


def test_a_greylisted_recipient_is_for_later_and_then_taken(port: int) -> None:
    """The wait that it asks for is kept to."""
    first, second = sent(port, "eve@example.com", times=2)
    assert isinstance(first, RetryLater)
    assert (first.code, first.after, first.unknown) == ("450 4.7.1", 1.0, False)
    assert isinstance(second, Delivered)


def test_a_message_that_is_too_large_is_refused_before_it_is_sent(port: int) -> None:
    """By SIZE (RFC 1870), and it says nothing about the place."""
    [found] = sent(port, "ada@example.com", html="<p>Long</p>\n" * 3000)
    assert isinstance(found, Rejected)
    assert (found.code, found.of_place) == ("552 5.3.4", False)


def test_a_sender_that_is_refused_is_ours(port: int) -> None:
    """Postfix says so at RCPT, and nobody is buried for it."""
    [found] = sent(port, "ada@example.com", sender="stranger@acme.example")
    assert isinstance(found, Unavailable)
    assert (found.code, found.ours, found.doubtful) == ("554 5.7.1", True, False)
    assert "email.sender" in found.detail


def test_an_unknown_recipient_is_gone(port: int) -> None:
    """At once, for the status is plain."""
    [found] = sent(port, "nobody@example.com")
    assert isinstance(found, Gone)
    assert found.code == "550 5.1.1"


def test_a_domain_that_it_does_not_carry_is_a_matter_of_the_login(port: int) -> None:
    """No contact is to blame for it."""
    [found] = sent(port, "ada@elsewhere.example")
    assert isinstance(found, Unavailable)
    assert (found.code, found.ours, found.doubtful) == ("554 5.7.1", True, True)
