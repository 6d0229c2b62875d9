"""A mail server on 127.0.0.1 that keeps what it accepts and fails on command.

with MailServer(tls=Tls.STARTTLS, credentials=("cairn", "secret")) as server:      # or `async with`
    server.answer(Stage.RCPT, Answer(550, "5.1.1 no such user"), address="gone@example.com")
    server.answer(Stage.MESSAGE, Answer(451), Answer(drop=Drop.AFTER))             # the next two messages
    send(server.host, server.port, server.ca_file)
assert server.messages[0].recipients == ("contact@example.com",)
"""

import asyncio
import logging
import ssl
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory

from channels.testing.certificate import Certificate
from channels.testing.counterpart import HOST, Counterpart
from channels.testing.mailbox import Mail, Mailbox
from channels.testing.script import Answer, Drop, Script
from channels.testing.smtp_session import SmtpSession, Stage

__all__ = ["Answer", "Drop", "Mail", "MailServer", "Stage", "Tls"]


class Tls(Enum):
    """How a connection is encrypted."""

    NONE = "never; STARTTLS is not offered"
    STARTTLS = "when the client asks (RFC 3207)"
    IMPLICIT = "from the first byte (RFC 8314)"


class MailServer(Counterpart):
    """SMTP (RFC 5321).

    `credentials` (user, password) makes AUTH necessary (RFC 4954): under `Tls.STARTTLS` it is offered only after
    STARTTLS, under `Tls.NONE` in the clear, which shows who gives a password away. `size_limit` is in bytes, for one
    message (RFC 1870). `ca_file` is what a client must trust, None without TLS; the file is deleted with the server.
    `connections` counts them, those refused included. `logins_offered` are the mechanisms that EHLO names in place of
    those that the server knows, such as XOAUTH2 alone. `connections_limit`: MAIL is answered with 432 4.3.2 while more
    connections than these are open, as Exchange Online does; 0: any number. `pipelining` is offered (RFC 2920):
    commands that come together are answered in turn.
    """

    def __init__(
        self,
        tls: Tls = Tls.NONE,
        credentials: tuple[str, str] | None = None,
        size_limit: int = 32 * 1024 * 1024,
        logins_offered: str = "",
        connections_limit: int = 0,
        *,
        pipelining: bool = True,
    ) -> None:
        self.host, self.port = HOST, 0
        self.ca_file: Path | None = None
        self._tls, self._credentials, self._size_limit = tls, credentials, size_limit
        self._script = Script()
        self._mailbox = Mailbox(self._script, credentials, logins_offered, pipelining=pipelining)
        self.connections = 0
        self._connections_limit = connections_limit
        self._sessions: list[SmtpSession] = []

    @property
    def messages(self) -> list[Mail]:
        """What was accepted, in order."""
        return self._mailbox.messages

    @property
    def logins(self) -> list[tuple[str, str]]:
        """Each user and password that was tried, in order."""
        return self._mailbox.logins

    def answer(self, stage: Stage, *answers: Answer, address: str | None = None) -> None:
        """Give these answers next at that stage, once each. `address`, at RCPT: to that recipient only."""
        self._script.add(stage if address is None else (stage, address), *answers)

    def keep_answering(self, stage: Stage, answer: Answer, address: str | None = None) -> None:
        """Give this answer at that stage from now on; `Answer()` ends it."""
        self._script.keep(stage if address is None else (stage, address), answer)

    async def _start(self) -> None:
        self._directory = TemporaryDirectory(prefix="cairn-mail-")
        context = None
        if self._tls is not Tls.NONE:
            certificate = Certificate(Path(self._directory.name))
            self.ca_file, context = certificate.ca_file, certificate.server_context()
        # It warns at every login of an attribute that aiosmtpd itself still sets.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        starttls, implicit = (context, None) if self._tls is Tls.STARTTLS else (None, context)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: self._session(starttls), HOST, 0, ssl=implicit)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        self._server.close()
        for session in self._sessions:
            await session.end()
        self._sessions.clear()
        await self._server.wait_closed()
        self._directory.cleanup()

    def _crowded(self) -> bool:
        return 0 < self._connections_limit < sum(not each.ended for each in self._sessions)

    def _session(self, starttls: ssl.SSLContext | None) -> SmtpSession:
        session = SmtpSession(
            self._mailbox,
            self._script,
            starttls,
            crowded=self._crowded,
            plain_auth=self._tls is not Tls.STARTTLS,
            auth_required=self._credentials is not None,
            authenticator=self._mailbox.login,
            data_size_limit=self._size_limit,
            enable_SMTPUTF8=True,
        )
        self.connections += 1
        self._sessions = [*(each for each in self._sessions if not each.ended), session]
        return session
