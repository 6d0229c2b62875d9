"""One connection to the mail server, from its greeting to its end."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

from aiosmtplib import SMTPServerDisconnected

from channels.email.fault import FAULTS, NotOffered
from channels.email.meaning import CURES, Meaning
from channels.email.message import Mail
from channels.email.replies import Replies
from channels.email.reply import Reply
from channels.email.server import Server
from channels.email.stage import Stage

_MESSAGES = 100
"""After so many a connection is replaced. Exim ends one at 1,000 (smtp_accept_max_per_connection), some providers at
100; a new one costs about 10 ms of TLS and 5 round trips, so this adds 1 % to messages of 20 ms each."""
_REFUSALS = 5
"""After so many in a row it is replaced too: Postfix slows a client down by its 10th error (smtpd_soft_error_limit)."""


_GO_ON, _CLOSES = 354, 421
_DOT = re.compile(rb"\r\n\.")
"""A line that begins with a dot. `bytes.replace` looks through the message twice, and needs twice the time."""
_REST = 2.0
"""Seconds that replies may take which nothing depends on any more: one of their group has refused the message."""


class SmtpUtf8Error(Exception):
    """The recipient's mailbox has letters beyond ASCII, and the server does not know RFC 6531. Nothing was said."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a conversation about a message ended: the last reply, and to what. Accepted is 2yz at MESSAGE alone."""

    stage: Stage
    reply: Reply


class Connection:
    """Takes one message at a time. `stage` is what was asked last, for whoever must judge a fault.

    After a fault, and when an `await` was cancelled, it is to be closed: a late reply would be taken for the next one.
    """

    def __init__(self, server: Server) -> None:
        self.stage = Stage.CONNECT
        self._server = server
        self._client = server.client()
        self._transport: asyncio.BaseTransport | None = None
        self._replies: Replies | None = None
        self._pipelines = False
        self._messages = self._refusals = 0
        self._dirty = False

    @property
    def reusable(self) -> bool:
        """True while it stands, owes no reply, and may take another message."""
        in_step = self._replies is None or not self._replies.owed
        return in_step and self._client.is_connected and self._messages < _MESSAGES and self._refusals < _REFUSALS

    @property
    def extensions(self) -> frozenset[str]:
        """What the server offers (EHLO), in lower case."""
        return frozenset(self._client.esmtp_extensions)

    @property
    def tls_version(self) -> str | None:
        """Such as `TLSv1.3`; None in clear."""
        session = self._client.get_transport_info("ssl_object")
        return None if session is None else session.version()

    async def open(self) -> None:
        """Connect, secure the connection, log in.

        Raises:
            NotOffered: the server has no STARTTLS, or no login that we know.
            aiosmtplib.SMTPException, OSError: see `fault`.
        """
        client, server = self._client, self._server
        await client.connect()
        self._transport = client.transport
        self.stage = Stage.EHLO
        await client.ehlo()
        if server.tls == "starttls":
            await self._start_tls()
        if server.user:
            await self._log_in()
        self._take_over()

    async def hand_over(self, mail: Mail) -> Ended:
        """Offer a message, and return the reply that ended it: the first that refuses it, or the one to its end.

        Raises:
            SmtpUtf8Error: before anything was said.
            aiosmtplib.SMTPException, OSError: see `fault`.
        """
        if mail.recipient.utf8 and "smtputf8" not in self.extensions:
            raise SmtpUtf8Error
        self.stage = Stage.MAIL
        await self._clean()
        self._dirty = True
        ended = await self._converse(mail)
        accepted = ended.stage is Stage.MESSAGE and ended.reply.kind == 2
        self._messages += 1
        self._refusals = 0 if accepted else self._refusals + 1
        self._dirty = not accepted
        return ended

    async def offer_sender(self, sender: str) -> Reply:
        """Say MAIL and take it back, so that nothing is sent: would the server take messages from this address?

        Raises:
            aiosmtplib.SMTPException, OSError: see `fault`.
        """
        self.stage, self._dirty = Stage.MAIL, True
        reply = await self._command(b"MAIL", f"FROM:<{sender}>".encode("ascii"))
        if reply.kind == 2:
            await self._clean()
        return reply

    async def quit(self) -> None:
        """Say goodbye and close (RFC 5321 section 4.1.1.10).

        Raises:
            aiosmtplib.SMTPException, OSError: it was gone already.
        """
        await self._command(b"QUIT")
        self.close()

    def close(self) -> None:
        """Close at once and without a word: what was not yet sent never is, and nothing of it waits for the server."""
        self._client.close()
        if isinstance(self._transport, asyncio.WriteTransport):
            self._transport.abort()

    def _take_over(self) -> None:
        """Read replies by ourselves from here on."""
        transport = self._client.transport
        if not isinstance(transport, asyncio.WriteTransport):
            raise SMTPServerDisconnected("the connection was lost")
        self._transport = transport
        self._replies = Replies(transport)
        transport.set_protocol(self._replies)
        self._pipelines = "pipelining" in self.extensions

    async def _start_tls(self) -> None:
        self.stage = Stage.STARTTLS
        if "starttls" not in self.extensions:
            raise NotOffered(
                "starttls_not_offered",
                "the server does not offer STARTTLS",
                "use the port for submission (587), or set email.smtp_tls = implicit (port 465)",
            )
        await self._client.starttls()
        self._transport = self._client.transport
        # What it said in clear counts no more (RFC 3207 section 4.2).
        self.stage = Stage.EHLO
        await self._client.ehlo()

    async def _log_in(self) -> None:
        """One try by one method: three with a wrong password would lock accounts. PLAIN is safe within TLS."""
        self.stage = Stage.AUTH
        client, server = self._client, self._server
        ways = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
        way = next((ways[name] for name in ways if name in client.server_auth_methods), None)
        if way is None and {"xoauth2", "oauthbearer"} & set(client.server_auth_methods):
            raise NotOffered(
                "login_by_oauth_only",
                "the server offers a login by OAuth alone (XOAUTH2)",
                CURES[Meaning.APP_PASSWORD],
            )
        if self.tls_version is None or way is None:
            raise NotOffered(
                "login_not_offered",
                "the server offers no login by PLAIN, LOGIN or CRAM-MD5 on this connection",
                "use the port for submission (587 or 465), or unset email.smtp_user",
            )
        await way(server.user, server.password)

    async def _clean(self) -> None:
        """End what an earlier message left open. A server that cannot even do that is as good as gone."""
        if self._dirty:
            reply = await self._command(b"RSET")
            if reply.kind != 2:
                raise SMTPServerDisconnected(f"RSET was answered with {reply.name}")
            self._dirty = False

    async def _converse(self, mail: Mail) -> Ended:
        sender, recipient = f"FROM:<{mail.sender.spec}>".encode("ascii"), f"TO:<{mail.recipient.spec}>".encode()
        asked = (
            (Stage.MAIL, _line(b"MAIL", sender, *self._parameters(mail))),
            (Stage.RCPT, _line(b"RCPT", recipient)),
            (Stage.DATA, _line(b"DATA")),
        )
        refused = await (self._in_a_group(asked) if self._pipelines else self._one_by_one(asked))
        return refused or Ended(Stage.MESSAGE, await self._message(mail))

    async def _one_by_one(self, asked: Sequence[tuple[Stage, bytes]]) -> Ended | None:
        for self.stage, line in asked:
            reply = await self._asked(line)
            if not _goes_on(self.stage, reply):
                return Ended(self.stage, reply)
        return None

    async def _in_a_group(self, asked: Sequence[tuple[Stage, bytes]]) -> Ended | None:
        """Say all at once (RFC 2920): nothing of the message leaves before the last of them is answered.

        Each has a reply, also those behind a refusal; the first refusal counts. A server that does not give the rest
        loses the connection, and takes nothing back of what it said.
        """
        replies = self._conversation()
        replies.say(b"".join(line for _, line in asked), len(asked))
        found: list[Reply] = []
        refused: Ended | None = None
        try:
            for stage, _ in asked:
                if refused is None:
                    self.stage = stage
                found.append(await (replies.next() if refused is None else asyncio.wait_for(replies.next(), _REST)))
                if refused is None and not _goes_on(stage, found[-1]):
                    refused = Ended(stage, found[-1])
                if found[-1].code == _CLOSES:
                    return refused
            if refused is not None and _goes_on(Stage.DATA, found[-1]):
                await self._take_back(found[1])
        except FAULTS:
            if refused is None:
                raise
        return refused

    async def _take_back(self, to_recipient: Reply) -> None:
        """The server waits for a message that it has refused: without a recipient it gets an empty one, as RFC 2920
        section 3.1 has it; with one that could be delivered, so the connection ends.
        """
        if to_recipient.kind == 2:
            self.close()
            return
        await asyncio.wait_for(self._asked(b".\r\n"), _REST)

    def _parameters(self, mail: Mail) -> list[bytes]:
        extensions = self.extensions
        parameters = [b"SIZE=%d" % mail.size] if "size" in extensions else []
        if mail.recipient.utf8:
            # RFC 6531 section 3.1, item 6: the message holds UTF-8 in a header, so it is 8-bit too.
            parameters += [b"BODY=8BITMIME", b"SMTPUTF8"]
        return parameters

    async def _command(self, *words: bytes) -> Reply:
        return await self._asked(_line(*words))

    async def _asked(self, line: bytes) -> Reply:
        replies = self._conversation()
        replies.say(line)
        return await replies.next()

    def _conversation(self) -> Replies:
        if self._replies is None:
            raise SMTPServerDisconnected("the connection was lost")
        return self._replies

    async def _message(self, mail: Mail) -> Reply:
        """Write the message to its final dot (RFC 5321 section 4.5.2)."""
        replies = self._conversation()
        replies.say(_DOT.sub(rb"\r\n..", mail.data) + b".\r\n")
        self.stage = Stage.MESSAGE
        return await replies.next()


def _line(*words: bytes) -> bytes:
    """A command with its end. What it is made of was looked at: an end of line within would be a second command.

    Raises:
        ValueError: there is one.
    """
    line = b" ".join(words)
    if b"\r" in line or b"\n" in line:
        raise ValueError("a command would have two lines")
    return line + b"\r\n"


def _goes_on(stage: Stage, reply: Reply) -> bool:
    return reply.code == _GO_ON if stage is Stage.DATA else reply.kind == 2
