"""TLS that is verified or refused, and passwords that are never said in clear."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from channels.dispatch.outcome import Delivered, Outcome, Unavailable
from channels.email.connection import Connection
from channels.email.fault import NotOffered
from channels.email.server import Server
from channels.email.status import CURE
from channels.testing.certificate import Certificate
from channels.testing.mail_server import Answer, Drop, MailServer, Stage, Tls
from tests.channels.email.samples import delivery, sending

LOGIN = ("cairn", "s3cret-canary")
WAYS = [(Tls.STARTTLS, "starttls"), (Tls.IMPLICIT, "implicit")]


async def outcome(server: MailServer, **email: Any) -> Outcome:
    async with sending(server, **email) as sender:
        return await sender.send(delivery())


def ours(found: Outcome, code: str) -> str:
    """The cure of an outcome that somebody must mend."""
    assert isinstance(found, Unavailable)
    assert (found.code, found.ours, found.unknown) == (code, True, False)
    return found.detail.split(CURE)[1]


@pytest.fixture
def other_ca(tmp_path: Path) -> Path:
    """A CA that did not sign the server's certificate."""
    return Certificate(tmp_path).ca_file


@pytest.mark.parametrize(("tls", "setting"), WAYS)
def test_messages_go_encrypted(tls: Tls, setting: str) -> None:
    """With the CA of the settings, by both ways, and with a login over it."""

    async def story() -> None:
        async with MailServer(tls, LOGIN) as server:
            found = await outcome(server, smtp_tls=setting, smtp_user=LOGIN[0], smtp_password=LOGIN[1])
            assert isinstance(found, Delivered)
            assert [(each.encrypted, each.login) for each in server.messages] == [(True, LOGIN[0])]
            assert server.logins == [LOGIN]

    asyncio.run(story())


@pytest.mark.parametrize(("tls", "setting"), WAYS)
def test_a_certificate_of_another_ca_is_refused(tls: Tls, setting: str, other_ca: Path) -> None:
    """Nothing is said to who cannot be verified: no login, no message."""

    async def story() -> None:
        async with MailServer(tls, LOGIN) as server:
            for ca_file in (other_ca, None):
                found = await outcome(
                    server, smtp_tls=setting, smtp_ca_file=ca_file, smtp_user=LOGIN[0], smtp_password=LOGIN[1]
                )
                assert "email.smtp_ca_file" in ours(found, "tls_not_trusted")
            assert (server.messages, server.logins) == ([], [])

    asyncio.run(story())


@pytest.mark.parametrize(("tls", "setting"), WAYS)
def test_a_certificate_for_another_name_is_refused(tls: Tls, setting: str) -> None:
    """127.1 is the same machine, and not in its certificate."""

    async def story() -> None:
        async with MailServer(tls) as server:
            found = await outcome(server, smtp_tls=setting, smtp_host="127.1")
            assert "email.smtp_host" in ours(found, "tls_not_trusted")
            assert server.messages == []

    asyncio.run(story())


def test_starttls_is_not_waived_where_it_is_not_offered() -> None:
    """Whoever takes the offer out of a conversation gets nothing in clear (RFC 3207 section 6)."""

    async def story() -> None:
        async with MailServer(credentials=LOGIN) as server:
            found = await outcome(server, smtp_tls="starttls", smtp_user=LOGIN[0], smtp_password=LOGIN[1])
            assert "587" in ours(found, "starttls_not_offered")
            assert (server.messages, server.logins) == ([], [])

    asyncio.run(story())


def test_starttls_refused_or_lost() -> None:
    """Now and for good are told apart, and a lost connection is one."""

    async def story() -> None:
        async with MailServer(Tls.STARTTLS) as server:
            server.answer(Stage.STARTTLS, Answer(454, "4.7.0 not now"))
            found = await outcome(server, smtp_tls="starttls")
            assert found == Unavailable(code="454 4.7.0", detail="4.7.0 not now")
            server.answer(Stage.STARTTLS, Answer(502, "5.5.1 never"))
            assert "smtp_tls" in ours(await outcome(server, smtp_tls="starttls"), "502 5.5.1")
            server.answer(Stage.STARTTLS, Answer(drop=Drop.BEFORE))
            lost = await outcome(server, smtp_tls="starttls")
            assert isinstance(lost, Unavailable)
            assert (lost.code, lost.ours) == ("connection_lost", False)

    asyncio.run(story())


def test_implicit_tls_to_a_port_in_clear() -> None:
    """A port mixed up with another is a setting to mend, and says so."""

    async def story() -> None:
        async with MailServer() as server:
            assert "587" in ours(await outcome(server, smtp_tls="implicit"), "tls_failed")

    asyncio.run(story())


def test_starttls_to_a_port_with_tls() -> None:
    """The server waits for us as we wait for it: the time runs out, and the detail names the two kinds of port."""

    async def story() -> None:
        async with MailServer(Tls.IMPLICIT) as server:
            found = await outcome(server, smtp_tls="starttls", attempt_timeout=0.2)
            assert isinstance(found, Unavailable)
            assert found.code == "timeout"
            assert "implicit for port 465" in found.detail

    asyncio.run(story())


@pytest.mark.parametrize(("tls", "setting"), WAYS)
def test_a_wrong_password_is_tried_once(tls: Tls, setting: str) -> None:
    """More tries would lock the account. The password is in no outcome."""

    async def story() -> None:
        async with MailServer(tls, LOGIN) as server:
            found = await outcome(server, smtp_tls=setting, smtp_user="cairn", smtp_password="wrong-canary")
            assert isinstance(found, Unavailable)
            assert "email.smtp_password" in ours(found, found.code)
            assert found.code.startswith("535")
            assert server.logins == [("cairn", "wrong-canary")]
            assert "canary" not in repr(found)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("answer", "is_ours"),
    [
        (Answer(454, "4.7.0 later"), False),
        (Answer(421, "4.3.2 closing"), False),
        (Answer(534, "5.7.9 too weak"), True),
        (Answer(504, "5.5.4 unknown"), True),
        (Answer(drop=Drop.BEFORE), False),
    ],
)
def test_logins_that_fail(answer: Answer, is_ours: bool) -> None:
    """For now, or until somebody mends it."""

    async def story() -> None:
        async with MailServer(Tls.IMPLICIT, LOGIN) as server:
            server.answer(Stage.AUTH, answer)
            found = await outcome(server, smtp_tls="implicit", smtp_user=LOGIN[0], smtp_password=LOGIN[1])
            assert isinstance(found, Unavailable)
            assert (found.ours, found.unknown) == (is_ours, False)
            assert server.messages == []

    asyncio.run(story())


def test_a_login_that_is_not_offered() -> None:
    """The password is not said to who did not ask for one."""

    async def story() -> None:
        async with MailServer(Tls.IMPLICIT) as server:
            found = await outcome(server, smtp_tls="implicit", smtp_user=LOGIN[0], smtp_password=LOGIN[1])
            assert "email.smtp_user" in ours(found, "login_not_offered")

    asyncio.run(story())


def test_a_password_is_never_said_in_clear() -> None:
    """Even where the settings were not looked at: the server asks for it, and gets none."""

    async def story() -> None:
        async with MailServer(credentials=LOGIN) as server:
            connection = Connection(
                Server(
                    host=server.host,
                    port=server.port,
                    tls="none",
                    context=None,
                    own_name="[127.0.0.1]",
                    user=LOGIN[0],
                    password=LOGIN[1],
                )
            )
            with pytest.raises(NotOffered):
                await connection.open()
            connection.close()
            assert server.logins == []

    asyncio.run(story())


def test_a_server_that_wants_a_login_and_gets_none() -> None:
    """530 at MAIL."""

    async def story() -> None:
        async with MailServer(Tls.IMPLICIT, LOGIN) as server:
            found = await outcome(server, smtp_tls="implicit")
            assert isinstance(found, Unavailable)
            assert "email.smtp_user" in ours(found, found.code)

    asyncio.run(story())
