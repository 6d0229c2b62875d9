"""Asks the mail server whether it would take messages, without one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from channels.dispatch.outcome import Outcome
from channels.email.account import Account
from channels.email.connection import Connection
from channels.email.fault import FAULTS, outcome_of_fault
from channels.email.status import outcome_of_reply


@dataclass(frozen=True, slots=True)
class Welcome:
    """The server would take messages of the sender. `tls` is the version, None in clear; `extensions` are EHLO's."""

    tls: str | None
    extensions: frozenset[str]


async def probe(account: Account) -> Welcome | Outcome:
    """Connect, secure, log in, say MAIL, take it back, leave; or return what a message would have met."""
    connection = Connection(account.server)
    try:
        async with asyncio.timeout(account.attempt_timeout):
            await connection.open()
            reply = await connection.offer_sender(account.letterhead.sender.spec)
            if reply.kind != 2:
                return outcome_of_reply(connection.stage, reply)
            welcome = Welcome(connection.tls_version, connection.extensions)
            await connection.quit()
    except FAULTS as fault:
        return outcome_of_fault(connection.stage, fault)
    finally:
        connection.close()
    return welcome
