"""Outcomes in words."""

from __future__ import annotations

import pytest

from channels.dispatch.outcome import Delivered, Gone, Outcome, Rejected, RetryLater, Unavailable, Unsendable
from deploy.cli.send_test.answer import answer


def test_sent() -> None:
    """Only what the provider took is sent; its own id is told."""
    found = answer("mobile_push", "fcm", Delivered(code="200", provider_id="projects/p/messages/1"))
    assert (found.is_sent, found.cure) == (True, None)
    assert found.result == "sent: fcm took it (200)"
    assert found.document()["provider_id"] == "projects/p/messages/1"


@pytest.mark.parametrize(
    ("outcome", "word", "cure"),
    [
        (RetryLater(code="451", after=120.0), "not sent", "in 120 s"),
        (RetryLater(code="451"), "not sent", "later"),
        (RetryLater(code="timeout", unknown=True), "unknown", "twice"),
        (Unavailable(code="503", detail="busy"), "not sent", "later"),
        (Unavailable(code="timeout", unknown=True), "unknown", "twice"),
        (Unavailable(code="invalid_grant", detail="make a new key", ours=True), "not sent", "cairn doctor"),
        (Rejected(code="550 5.7.1"), "not sent", "its answer"),
        (Gone(code="UNREGISTERED"), "not sent", "profile"),
        (Unsendable(code="internal_error"), "not sent", "template"),
    ],
)
def test_all_else_has_a_cure(outcome: Outcome, word: str, cure: str) -> None:
    """What was not sent says so with the provider's code, and what to do about it."""
    found = answer("email", "mx.acme.example", outcome)
    assert not found.is_sent
    assert found.result.startswith(word)
    assert outcome.code in found.result
    assert cure in (found.cure or "")
    assert not hasattr(outcome, "detail") or outcome.detail in found.result
