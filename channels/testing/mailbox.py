"""Where accepted mail goes: aiosmtpd's handler, with the hooks by the names that it looks for."""

import email.policy
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from functools import cached_property
from typing import Any

from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from channels.testing.script import Drop, Script
from channels.testing.smtp_session import SmtpSession, Stage, reply


@dataclass(frozen=True)
class Mail:
    """A message that was accepted: its envelope, its bytes as sent, who logged in to send it, and whether over TLS."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    login: str | None
    encrypted: bool

    @cached_property
    def email(self) -> EmailMessage:
        """The message, parsed."""
        return message_from_bytes(self.raw, policy=email.policy.SMTP)


class Mailbox:
    """Keeps each accepted message and each login that was tried, in order.

    `script` is asked at RCPT under (`Stage.RCPT`, address) and `Stage.RCPT`, and at MESSAGE. Only `credentials` (user,
    password) are let in; None means that AUTH is not offered. `offered` are other mechanisms for EHLO to name.
    `pipelining`: EHLO names that too.
    """

    def __init__(
        self, script: Script, credentials: tuple[str, str] | None, offered: str = "", *, pipelining: bool = False
    ) -> None:
        self._offered, self._pipelining = offered, pipelining
        self.messages: list[Mail] = []
        self.logins: list[tuple[str, str]] = []
        self._script, self._credentials = script, credentials

    def login(self, server: object, session: object, envelope: object, mechanism: str, given: Any) -> AuthResult:
        """aiosmtpd's authenticator, for PLAIN and LOGIN (RFC 4954)."""
        if not isinstance(given, LoginPassword):
            return AuthResult(success=False, handled=False)
        login = given.login.decode(), given.password.decode()
        self.logins.append(login)
        return AuthResult(success=login == self._credentials, handled=False, auth_data=login[0])

    async def handle_EHLO(  # noqa: D102, N802
        self, server: SmtpSession, session: Session, envelope: Envelope, hostname: str, replies: list[str]
    ) -> list[str]:
        session.host_name = hostname
        logins = [f"250-AUTH {self._offered}"] if self._offered else []
        known = [each for each in replies if _is_login(each)] if self._credentials else []
        others = [each for each in replies if not _is_login(each)]
        pipelining = ["250-PIPELINING"] if self._pipelining else []
        return [*others[:-1], *(logins or known), *pipelining, *others[-1:]]

    async def handle_RCPT(  # noqa: D102, N802
        self, server: SmtpSession, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._script.take((Stage.RCPT, address), Stage.RCPT)
        await answer.wait()
        if answer.drop is not None:
            await server.drop()
        if answer.refusal is None:
            envelope.rcpt_tos.append(address)
        return reply(answer, "2.1.5 Ok" if answer.refusal is None else "as scripted")

    async def handle_DATA(self, server: SmtpSession, session: Session, envelope: Envelope) -> str:  # noqa: D102, N802
        answer = self._script.take(Stage.MESSAGE)
        if answer.refusal is None and answer.drop is not Drop.BEFORE:
            # Kept before the wait: a client that runs out of patience must not be able to tell.
            self.messages.append(_mail(server, session, envelope))
        await answer.wait()
        if answer.drop is not None:
            await server.drop()
        return reply(answer, "2.0.0 Ok: queued" if answer.refusal is None else "as scripted")


def _is_login(reply: str) -> bool:
    return reply.startswith("250-AUTH")


def _mail(server: SmtpSession, session: Session, envelope: Envelope) -> Mail:
    return Mail(
        sender=envelope.mail_from or "",
        recipients=tuple(envelope.rcpt_tos),
        raw=envelope.original_content or b"",
        login=session.auth_data if session.authenticated else None,
        encrypted=server.encrypted,
    )
