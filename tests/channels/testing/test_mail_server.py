"""The mail server, as aiosmtplib sees it."""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import pytest
from aiosmtplib import errors

from channels.testing.mail_server import Answer, Drop, MailServer, Stage, Tls
from channels.testing.script import Gate

LOGIN = ("cairn", "secret")


def message(subject: str = "Your 10th document") -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "hello@example.com", "contact@example.com", subject
    letter.set_content("Ten!\n.\nA dot stands above.\n")
    return letter


async def send(server: MailServer, letter: EmailMessage | None = None, /, **options: Any) -> Any:
    options = {"start_tls": False, "timeout": 10, **options}
    return await aiosmtplib.send(letter or message(), hostname=server.host, port=server.port, **options)


def trusting(server: MailServer) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=server.ca_file)
    context.verify_flags |= ssl.VERIFY_X509_STRICT  # Python 3.13's default
    return context


async def failure(server: MailServer, **options: Any) -> BaseException:
    with pytest.raises((errors.SMTPException, OSError)) as raised:
        await send(server, **options)
    return raised.value


def test_what_is_accepted_is_kept_in_order_with_its_envelope() -> None:
    """A message is kept as it was sent, dots unstuffed, beside the envelope, which headers do not decide."""

    async def story() -> None:
        async with MailServer() as server:
            await send(server, message("one"), sender="bounce@example.com", recipients=["a@example.com"])
            await send(server, message("two"))
        assert [each.email["Subject"] for each in server.messages] == ["one", "two"]
        first = server.messages[0]
        assert (first.sender, first.recipients) == ("bounce@example.com", ("a@example.com",))
        assert b"\r\n.\r\nA dot stands above.\r\n" in first.raw
        assert first.email.get_content() == "Ten!\r\n.\r\nA dot stands above.\r\n"
        assert (first.login, first.encrypted) == (None, False)

    asyncio.run(story())


def test_synchronous_code_can_use_it() -> None:
    """`with` runs it in a thread of its own, and a client that blocks is served."""
    with MailServer() as server, smtplib.SMTP(server.host, server.port, timeout=10) as client:
        client.send_message(message())
    assert len(server.messages) == 1
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP(server.host, server.port, timeout=10)


@pytest.mark.parametrize(
    ("stage", "code", "error"),
    [
        (Stage.CONNECT, 421, errors.SMTPConnectResponseError),
        (Stage.CONNECT, 554, errors.SMTPConnectResponseError),
        (Stage.EHLO, 550, errors.SMTPHeloError),
        (Stage.MAIL, 451, errors.SMTPSenderRefused),
        (Stage.MAIL, 530, errors.SMTPSenderRefused),
        (Stage.DATA, 452, errors.SMTPDataError),
        (Stage.MESSAGE, 450, errors.SMTPDataError),
        (Stage.MESSAGE, 552, errors.SMTPDataError),
        (Stage.MESSAGE, 554, errors.SMTPDataError),
    ],
)
def test_any_code_at_any_stage(stage: Stage, code: int, error: type[errors.SMTPResponseException]) -> None:
    """The client gets the code and the words at the stage they were written for; nothing is kept."""

    async def story() -> None:
        async with MailServer() as server:
            server.keep_answering(stage, Answer(code, "5.7.1 not today"))
            refusal = await failure(server)
            assert isinstance(refusal, error)
            assert (refusal.code, refusal.message) == (code, "5.7.1 not today")
            assert server.messages == []

    asyncio.run(story())


def test_one_recipient_is_refused_and_the_others_are_not() -> None:
    """An answer for an address is given for that address only."""

    async def story() -> None:
        async with MailServer() as server:
            server.keep_answering(Stage.RCPT, Answer(550, "5.1.1 no such user"), address="gone@example.com")
            refused, _ = await send(server, recipients=["a@example.com", "gone@example.com", "b@example.com"])
            assert refused == {"gone@example.com": (550, "5.1.1 no such user")}
            assert server.messages[0].recipients == ("a@example.com", "b@example.com")
            refusal = await failure(server, recipients=["gone@example.com"])
            assert isinstance(refusal, errors.SMTPRecipientsRefused)

    asyncio.run(story())


def test_answers_are_given_once_each_in_their_order() -> None:
    """451, then as usual, then 552, then as usual for good."""

    async def story() -> None:
        async with MailServer() as server:
            server.answer(Stage.MESSAGE, Answer(451), Answer(), Answer(552))
            codes = [getattr(await failure(server), "code", None)]
            await send(server)
            codes += [getattr(await failure(server), "code", None)]
            await send(server)
            assert codes == [451, 552]
            assert len(server.messages) == 2

    asyncio.run(story())


@pytest.mark.parametrize("stage", [each for each in Stage if each not in (Stage.AUTH, Stage.STARTTLS)])
def test_a_connection_is_dropped_at_any_stage(stage: Stage) -> None:
    """The client sees a lost connection and no reply, and nothing was kept."""

    async def story() -> None:
        async with MailServer() as server:
            server.keep_answering(stage, Answer(drop=Drop.BEFORE))
            assert isinstance(await failure(server), errors.SMTPServerDisconnected | errors.SMTPConnectError | OSError)
            assert server.messages == []

    asyncio.run(story())


def test_a_connection_dropped_after_acceptance_leaves_the_message_kept() -> None:
    """The unknown outcome: the client sees what it sees when nothing was kept, but the message is there."""

    async def story() -> None:
        async with MailServer() as server:
            server.answer(Stage.MESSAGE, Answer(drop=Drop.AFTER))
            assert isinstance(await failure(server), errors.SMTPServerDisconnected)
            assert len(server.messages) == 1
            await send(server)
            assert len(server.messages) == 2

    asyncio.run(story())


def test_421_closes_the_connection() -> None:
    """After 421 no command is answered (RFC 5321, 3.8)."""
    with MailServer() as server, smtplib.SMTP(server.host, server.port, timeout=10) as client:
        server.answer(Stage.MAIL, Answer(421, "4.3.2 closing"))
        client.ehlo()
        assert client.mail("hello@example.com")[0] == 421
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.noop()


def test_a_gate_holds_an_answer_back() -> None:
    """The client waits while the gate is closed; the message is kept already."""

    async def story() -> None:
        async with MailServer() as server:
            gate = Gate()
            server.answer(Stage.MESSAGE, Answer(gate=gate))
            sending = asyncio.create_task(send(server))
            await gate.reached()
            assert not sending.done()
            assert len(server.messages) == 1
            gate.open()
            await sending

    asyncio.run(story())


def test_a_delay_outlasts_an_impatient_client_and_the_server_ends_at_once() -> None:
    """A client with a time limit gives up on an answer that is an hour away, and the server's end waits for nobody."""

    async def story() -> None:
        async with MailServer() as server:
            server.answer(Stage.EHLO, Answer(delay=3600))
            assert isinstance(await failure(server, timeout=0.05), errors.SMTPTimeoutError)
        async with MailServer() as server:
            server.answer(Stage.MESSAGE, Answer(gate=(gate := Gate())))
            sending = asyncio.create_task(send(server))
            await gate.reached()
        with pytest.raises(errors.SMTPServerDisconnected):
            await sending

    asyncio.run(story())


@pytest.mark.parametrize(("tls", "option"), [(Tls.STARTTLS, "start_tls"), (Tls.IMPLICIT, "use_tls")])
def test_tls_is_verified_with_the_ca_file_and_fails_without(tls: Tls, option: str) -> None:
    """The certificate passes the strict checks of who trusts it, host name included, and nobody else's."""

    async def story() -> None:
        async with MailServer(tls) as server:
            await send(server, **{option: True}, tls_context=trusting(server))
            assert [each.encrypted for each in server.messages] == [True]
            distrust = await failure(server, **{option: True}, tls_context=ssl.create_default_context())
            assert "certificate verify failed" in str(distrust)
            assert len(server.messages) == 1

    asyncio.run(story())


def test_starttls_refused_and_not_offered() -> None:
    """454 on command; without TLS it is not even offered."""

    async def story() -> None:
        async with MailServer(Tls.STARTTLS) as server:
            server.answer(Stage.STARTTLS, Answer(454, "4.7.0 not now"))
            refusal = await failure(server, start_tls=True, tls_context=trusting(server))
            assert isinstance(refusal, errors.SMTPResponseException)
            assert refusal.code == 454
            server.answer(Stage.STARTTLS, Answer(drop=Drop.BEFORE))
            assert isinstance(await failure(server, start_tls=True), errors.SMTPServerDisconnected)
        async with MailServer() as server:
            assert "STARTTLS" in str(await failure(server, start_tls=True))

    asyncio.run(story())


@pytest.mark.parametrize(("tls", "option"), [(Tls.STARTTLS, "start_tls"), (Tls.IMPLICIT, "use_tls")])
def test_auth_is_required_and_checked(tls: Tls, option: str) -> None:
    """Nothing is taken without a login, nor with a wrong one; what was tried is known."""

    async def story() -> None:
        async with MailServer(tls, LOGIN) as server:
            secured = {option: True, "tls_context": trusting(server)}
            without = await failure(server, **secured)
            assert isinstance(without, errors.SMTPResponseException)
            assert without.code == 530
            wrong = await failure(server, **secured, username="cairn", password="guess")
            assert isinstance(wrong, errors.SMTPAuthenticationError)
            assert wrong.code == 535
            await send(server, **secured, username="cairn", password="secret")
            assert [each.login for each in server.messages] == ["cairn"]
            assert {("cairn", "guess"), LOGIN} == set(server.logins)
            server.keep_answering(Stage.AUTH, Answer(454, "4.7.0 try later"))
            later = await failure(server, **secured, username="cairn", password="secret")
            assert isinstance(later, errors.SMTPAuthenticationError)
            assert later.code == 454

    asyncio.run(story())


def test_auth_is_not_offered_before_starttls() -> None:
    """With STARTTLS on offer, a password is not asked for in the clear; without any TLS it is taken and seen."""

    async def story() -> None:
        async with MailServer(Tls.STARTTLS, LOGIN) as server:
            await failure(server, username="cairn", password="secret")
            assert server.logins == []
        async with MailServer(credentials=LOGIN) as server:
            await send(server, username="cairn", password="secret")
            assert server.logins == [LOGIN]
        async with MailServer() as server:
            await failure(server, username="cairn", password="secret")
            assert server.logins == []

    asyncio.run(story())


def test_a_message_over_the_limit_is_refused() -> None:
    """552 for a message that is larger than the server says it takes (RFC 1870)."""

    async def story() -> None:
        async with MailServer(size_limit=100) as server:
            refusal = await failure(server)
            assert isinstance(refusal, errors.SMTPResponseException)
            assert refusal.code == 552

    asyncio.run(story())


def test_connections_are_counted() -> None:
    """One client that sends twice makes one connection."""

    async def story() -> None:
        async with MailServer() as server:
            async with aiosmtplib.SMTP(hostname=server.host, port=server.port, start_tls=False) as client:
                await client.send_message(message())
                await client.send_message(message())
            assert (server.connections, len(server.messages)) == (1, 2)

    asyncio.run(story())
