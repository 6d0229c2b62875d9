"""Refusals, lost connections and lack of time at each stage of a real conversation."""

from __future__ import annotations

import asyncio

import pytest

from channels.dispatch.outcome import Delivered, Gone, Outcome, Rejected, RetryLater, Unavailable, Unsendable
from channels.email.status import CURE
from channels.testing.mail_server import Answer, Drop, MailServer, Stage
from channels.testing.script import Gate
from tests.channels.email.samples import SHORT, one


@pytest.mark.parametrize(
    ("stage", "code", "text", "kind"),
    [
        (Stage.CONNECT, 421, "4.3.2 busy", Unavailable),
        (Stage.CONNECT, 450, "4.3.2 busy", Unavailable),
        (Stage.EHLO, 421, "4.3.2 busy", Unavailable),
        (Stage.EHLO, 451, "4.3.2 busy", Unavailable),
        (Stage.MAIL, 451, "4.3.0 busy", Unavailable),
        (Stage.MAIL, 552, "5.3.4 too big", Rejected),
        (Stage.RCPT, 421, "4.3.2 busy", Unavailable),
        (Stage.RCPT, 450, "4.2.1 busy", RetryLater),
        (Stage.RCPT, 451, "4.7.1 greylisted", RetryLater),
        (Stage.RCPT, 452, "4.2.2 full", RetryLater),
        (Stage.RCPT, 550, "5.1.1 no such user", Gone),
        (Stage.RCPT, 551, "5.1.6 moved", Gone),
        (Stage.RCPT, 553, "5.1.3 syntax", Gone),
        (Stage.RCPT, 552, "5.2.2 full", Rejected),
        (Stage.RCPT, 550, "no such user", Gone),
        (Stage.RCPT, 550, "no", Rejected),
        (Stage.RCPT, 501, "no", Rejected),
        (Stage.DATA, 421, "4.3.2 busy", Unavailable),
        (Stage.DATA, 451, "4.3.0 busy", RetryLater),
        (Stage.DATA, 554, "no valid recipients", Rejected),
        (Stage.MESSAGE, 421, "4.3.2 busy", Unavailable),
        (Stage.MESSAGE, 451, "4.3.0 busy", RetryLater),
        (Stage.MESSAGE, 552, "5.3.4 too big", Rejected),
        (Stage.MESSAGE, 554, "5.6.0 bad", Rejected),
    ],
)
def test_refusals(stage: Stage, code: int, text: str, kind: type[Outcome]) -> None:
    """What was said where decides; nothing was taken, so nothing is unknown, and nobody's settings are blamed."""

    async def story() -> None:
        async with MailServer() as server:
            server.keep_answering(stage, Answer(code, text))
            found = await one(server)
            assert isinstance(found, kind)
            assert not isinstance(found, Delivered | Unsendable)
            assert found.code.startswith(str(code))
            assert found.detail == text
            assert not getattr(found, "unknown", False)
            assert not getattr(found, "ours", False)
            assert server.messages == []

    asyncio.run(story())


@pytest.mark.parametrize(
    ("stage", "code", "text"),
    [
        (Stage.CONNECT, 554, "no service for your address"),
        (Stage.EHLO, 550, "5.7.1 bad name"),
        (Stage.MAIL, 530, "5.7.0 authentication required"),
        (Stage.MAIL, 550, "5.1.8 bad sender"),
        (Stage.MAIL, 553, "5.7.1 not owned by you"),
        (Stage.RCPT, 550, "5.7.1 relaying denied"),
        (Stage.RCPT, 454, "4.7.1 Relay access denied"),
        (Stage.MESSAGE, 550, "5.7.26 DMARC"),
        (Stage.MESSAGE, 554, "refused by policy"),
    ],
)
def test_refusals_that_somebody_must_mend(stage: Stage, code: int, text: str) -> None:
    """Three in a row stop the channel, with the cure after what the server said."""

    async def story() -> None:
        async with MailServer() as server:
            server.keep_answering(stage, Answer(code, text))
            found = await one(server)
            assert isinstance(found, Unavailable)
            assert found.ours
            assert not found.unknown
            said, cure = found.detail.split(CURE)
            assert (said, bool(cure)) == (text, True)

    asyncio.run(story())


@pytest.mark.parametrize("stage", [Stage.CONNECT, Stage.EHLO, Stage.MAIL, Stage.RCPT, Stage.DATA])
def test_a_connection_lost_before_the_message_is_not_unknown(stage: Stage) -> None:
    """Nothing had left."""

    async def story() -> None:
        async with MailServer() as server:
            server.keep_answering(stage, Answer(drop=Drop.BEFORE))
            found = await one(server)
            assert isinstance(found, Unavailable)
            assert found.code in ("connection_lost", "not_connected")
            assert (found.unknown, found.ours) == (False, False)

    asyncio.run(story())


@pytest.mark.parametrize(("drop", "kept"), [(Drop.BEFORE, 0), (Drop.AFTER, 1)])
def test_a_connection_lost_after_the_final_dot_is_unknown(drop: Drop, kept: int) -> None:
    """Whether the server kept it or not, it looks the same from here (RFC 1047); it is not said twice by us."""

    async def story() -> None:
        async with MailServer() as server:
            server.answer(Stage.MESSAGE, Answer(drop=drop))
            found = await one(server)
            assert isinstance(found, RetryLater)
            assert (found.code, found.unknown) == ("connection_lost", True)
            assert (len(server.messages), server.connections) == (kept, 1)

    asyncio.run(story())


@pytest.mark.parametrize("stage", [Stage.CONNECT, Stage.EHLO, Stage.MAIL, Stage.RCPT, Stage.DATA])
def test_time_that_runs_out_before_the_message_is_not_unknown(stage: Stage) -> None:
    """The gate is never opened: the attempt ends by its own time."""

    async def story() -> None:
        async with MailServer() as server:
            server.answer(stage, Answer(gate=Gate()))
            found = await one(server, attempt_timeout=SHORT)
            assert isinstance(found, Unavailable)
            assert (found.code, found.unknown, found.ours) == ("timeout", False, False)
            assert server.messages == []

    asyncio.run(story())


def test_time_that_runs_out_after_the_final_dot_is_unknown() -> None:
    """The message is kept, and its answer held back."""

    async def story() -> None:
        async with MailServer() as server:
            server.answer(Stage.MESSAGE, Answer(gate=Gate()))
            found = await one(server, attempt_timeout=SHORT)
            assert isinstance(found, RetryLater)
            assert (found.code, found.unknown) == ("timeout", True)
            assert len(server.messages) == 1

    asyncio.run(story())


def test_nobody_listens() -> None:
    """Unavailable, with the system's words."""

    async def story() -> Outcome:
        async with MailServer() as server:
            pass
        return await one(server)

    found = asyncio.run(story())
    assert isinstance(found, Unavailable)
    assert (found.code, found.ours, found.unknown) == ("not_connected", False, False)
