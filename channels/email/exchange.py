"""One message, handed over within its time."""

from __future__ import annotations

import asyncio

from channels.dispatch.outcome import Outcome, RetryLater, Unavailable, Unsendable
from channels.email.connection import Connection, Ended, SmtpUtf8Error
from channels.email.doubt import Doubt
from channels.email.fault import FAULTS, outcome_of_fault
from channels.email.message import Mail
from channels.email.pool import Pool
from channels.email.stage import Stage
from channels.email.status import outcome_of_reply


class Exchange:
    """Takes a connection of the pool for a message, and gives it back or closes it.

    A server may have ended a connection that waited, and its word of that crosses ours: what is lost, or answered with
    421, before MAIL was accepted goes once more over a fresh connection, for nothing had left.
    """

    def __init__(self, pool: Pool, mail: Mail, doubt: Doubt) -> None:
        self._pool, self._mail, self._doubt = pool, mail, doubt
        self._connection: Connection | None = None

    async def run(self, limit: float) -> Outcome:
        """Hand the message over, within `limit` seconds."""
        try:
            async with asyncio.timeout(limit):
                ended = await self._handed_over()
        except SmtpUtf8Error:
            self._give_back()
            return Unsendable(code="smtputf8_needed", detail="the mail server does not offer SMTPUTF8")
        except FAULTS as fault:
            return outcome_of_fault(self._close(), fault)
        except BaseException:
            self._close()
            raise
        recipient = self._mail.recipient
        outcome = outcome_of_reply(ended.stage, ended.reply, recipient)
        if isinstance(outcome, RetryLater | Unavailable) and outcome.fewer:
            # It counts the connections that wait as well: kept open, not even one message at a time would pass.
            self._close()
        else:
            self._give_back()
        return self._doubt.weighed(outcome, ended.stage, ended.reply, recipient)

    async def _handed_over(self) -> Ended:
        if (waited := self._pool.waiting()) is not None:
            self._connection = waited
            try:
                ended = await waited.hand_over(self._mail)
            except FAULTS:
                if waited.stage is not Stage.MAIL:
                    raise
            else:
                if ended.stage is not Stage.MAIL or ended.reply.code != 421:
                    return ended
            waited.close()
        self._connection = fresh = self._pool.fresh()
        await fresh.open()
        return await fresh.hand_over(self._mail)

    def _give_back(self) -> None:
        if self._connection is not None:
            self._pool.give_back(self._connection)

    def _close(self) -> Stage:
        """Close the connection, and return how far it had come."""
        if self._connection is None:
            return Stage.CONNECT
        self._connection.close()
        return self._connection.stage
