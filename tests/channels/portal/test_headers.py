"""The headers that each answer carries, whoever makes it."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from channels.portal.app import portal
from channels.portal.pages import Pages
from channels.portal.tokens import Share
from tests.channels.portal.browser import CROSSING, NOW, TOKENS, Answer, Outbox, ask, settings, unsubscribe_path

SHARE = "/m/" + TOKENS.share.close(
    Share(
        crossing_id=CROSSING,
        milestone="m",
        value="1",
        unit=None,
        on=date(2026, 1, 1),
        headline="The first",
        locale="en",
    )
)
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


def answers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Answer]:
    """One of every kind."""

    async def all_of_them() -> dict[str, Answer]:
        app = portal(settings(), Outbox(), now=lambda: NOW)
        stingy = portal(settings(burst=1), Outbox(), now=lambda: NOW)
        failing = portal(settings(), Outbox(failing=OSError()), now=lambda: NOW)
        await ask(stingy, SHARE)
        found = {
            "share": await ask(app, SHARE),
            "ask": await ask(app, unsubscribe_path()),
            "done": await ask(app, unsubscribe_path(), "POST"),
            "lost": await ask(app, "/u/x"),
            "method": await ask(app, SHARE, "POST"),
            "large": await ask(app, unsubscribe_path(), "POST", b"x" * 9000),
            "health": await ask(app, "/healthz"),
            "busy": await ask(stingy, SHARE),
            "again": await ask(failing, unsubscribe_path(), "POST"),
        }

        def fail(*_: object) -> str:
            raise ValueError

        monkeypatch.setattr(Pages, "share", fail)
        return found | {"broken": await ask(app, SHARE)}

    return asyncio.run(all_of_them())


def test_every_answer_is_guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those of the framework, of the rate limit and of a fault of ours."""
    found = answers(monkeypatch)

    statuses = {"done": 200, "lost": 404, "method": 405, "large": 413, "busy": 429, "broken": 500, "again": 503}
    assert {name: found[name].status for name in statuses} == statuses
    for name, answer in found.items():
        assert set(answer.headers["content-security-policy"].split("; ")) == POLICY, name
        assert answer.headers["x-content-type-options"] == "nosniff", name
        assert answer.headers["referrer-policy"] == "no-referrer", name


def test_only_what_is_the_same_for_everybody_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kept page to unsubscribe would answer a POST's reader with the past; the share page is public for minutes."""
    found = answers(monkeypatch)
    kept = {name: answer.headers["cache-control"] for name, answer in found.items()}

    assert kept.pop("share") == "public, max-age=300"
    assert set(kept.values()) == {"no-store"}
    assert "set-cookie" not in {name for answer in found.values() for name in answer.headers}
