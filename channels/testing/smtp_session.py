"""One connection to the mail server: aiosmtpd's protocol (RFC 5321), which asks the script before it answers."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from enum import Enum
from typing import Any

from aiosmtpd.smtp import SMTP

from channels.testing.script import Answer, Script


class Stage(Enum):
    """Where in a connection something can be answered, in the order in which it happens."""

    CONNECT = "in place of the banner"
    EHLO = "EHLO or HELO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA, before any of the message"
    MESSAGE = "after the final dot"


class SmtpSession(SMTP):
    """Refuses or drops where `script` says so, and lets aiosmtpd answer everywhere else.

    RCPT and MESSAGE are for the handler: it knows the address and keeps the message. `plain_auth` offers AUTH although
    there was no STARTTLS: under implicit TLS, or to see who gives a password away. `crowded` says at MAIL that there
    are too many connections.
    """

    def __init__(
        self,
        handler: object,
        script: Script,
        starttls: ssl.SSLContext | None,
        *,
        plain_auth: bool,
        crowded: Callable[[], bool],
        **settings: Any,
    ) -> None:
        super().__init__(handler, hostname="localhost", tls_context=starttls, **settings)
        # The constructor's own switch for this warns, and warnings are errors in tests.
        self._auth_require_tls = not plain_auth
        self._script, self._crowded = script, crowded

    @property
    def encrypted(self) -> bool:
        """True once TLS is on, by STARTTLS or from the first byte."""
        return self.transport is not None and self.transport.get_extra_info("ssl_object") is not None

    @property
    def ended(self) -> bool:
        """True once the connection is gone."""
        return self._handler_coroutine is not None and self._handler_coroutine.done()

    async def drop(self) -> None:
        """Break the connection off. Does not return: what would be said next is never said."""
        self._abort()
        # aiosmtpd cancels the task that waits here as soon as the connection is gone.
        await asyncio.get_running_loop().create_future()

    async def end(self) -> None:
        """Break the connection off from outside. Returns when nothing of it runs any more."""
        self._abort()
        if self._handler_coroutine is not None:
            # A client that hangs up in the middle of a TLS handshake leaves it waiting for good.
            self._handler_coroutine.cancel()
            await asyncio.wait([self._handler_coroutine])

    async def push(self, status: Any) -> None:
        """Send a reply. 421 says that the connection is closed, and so it is (RFC 5321, 3.8)."""
        await super().push(status)
        if str(status).startswith("421"):
            self._writer.close()

    def eof_received(self) -> bool:
        """Close when the client has finished; aiosmtpd would keep a connection half open."""
        super().eof_received()
        return False

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: D102, N802 - aiosmtpd finds commands by these names
        if not await self._refused(Stage.EHLO):
            await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname: str) -> None:  # noqa: D102, N802
        if not await self._refused(Stage.EHLO):
            await super().smtp_HELO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: D102, N802
        if not await self._refused(Stage.STARTTLS):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: D102, N802
        if not await self._refused(Stage.AUTH):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: D102, N802
        if self._crowded():
            await self.push("432 4.3.2 Concurrent connections limit exceeded")
        elif not await self._refused(Stage.MAIL):
            await super().smtp_MAIL(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: D102, N802
        if not await self._refused(Stage.DATA):
            await super().smtp_DATA(arg)

    async def _handle_client(self) -> None:
        if await self._refused(Stage.CONNECT):
            self._writer.close()
        else:
            await super()._handle_client()

    async def _refused(self, stage: Stage) -> bool:
        answer = self._script.take(stage)
        await answer.wait()
        if answer.drop is not None:
            await self.drop()
        if answer.refusal is not None:
            await self.push(reply(answer))
        return answer.refusal is not None

    def _abort(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            # Python before 3.11.3: a TLS transport that was closed twice has forgotten what it would abort.
            with contextlib.suppress(AttributeError):
                self.transport.abort()


def reply(answer: Answer, text: str = "as scripted") -> str:
    """The SMTP reply of an answer: its code, and `text` if it has none of its own. Lines of the text are lines of the
    reply (RFC 5321 section 4.2.1), as big providers write it.
    """
    code, lines = answer.status or 250, (answer.text or text).split("\n")
    return "\r\n".join([*(f"{code}-{line}" for line in lines[:-1]), f"{code} {lines[-1]}"])
