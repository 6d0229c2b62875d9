"""What an endpoint's answer means."""

from __future__ import annotations

import pytest

from stream.reactions.refusal import Rest, SetAside, TryAgain
from stream.reactions.webhooks.answer import code_of, refusal_of
from stream.runtime.outbound.transport import Answer, Unanswered

NOW = 1_784_558_400.0


def refusal(status: int, **headers: str) -> Exception | None:
    return refusal_of(Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}), "h", NOW)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_taken(status: int) -> None:
    assert refusal(status) is None


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_not_now(status: int) -> None:
    found = refusal(status)
    assert isinstance(found, TryAgain)
    assert found.after is None


def test_a_wish_to_be_left_alone_is_followed() -> None:
    found = refusal(503, Retry_After="120")
    assert isinstance(found, TryAgain)
    assert found.after == 120.0


@pytest.mark.parametrize("status", [301, 307, 308, 400, 401, 403, 404, 413, 422])
def test_never(status: int) -> None:
    """A redirect is not followed: it would lead where nobody has judged."""
    found = refusal(status)
    assert isinstance(found, SetAside)
    assert found.code == "webhook_refused"
    assert str(status) in found.reason


def test_gone() -> None:
    assert isinstance(refusal(410), Rest)


def test_no_answer() -> None:
    silence = Unanswered("timeout", "no answer in time", unknown=True)
    assert isinstance(refusal_of(silence, "h", NOW), TryAgain)
    assert code_of(silence) == "timeout"
    assert code_of(Answer(204, {})) == "204"
