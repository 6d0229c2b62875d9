"""Whether the mail server would take messages; none is sent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from deploy.cli.doctor.check import Check, Mark, failed
from schemas.errors import CairnError

if TYPE_CHECKING:
    from channels.email.account import Account
    from channels.email.probe import Welcome
    from stream.runtime.settings import Settings

_NAME = "email"


def smtp(settings: Settings) -> Check:
    """Connect, encrypt, log in and offer the sender, as the email dispatcher would; without a sender, do nothing."""
    if not settings.email.sender:
        return Check(
            _NAME, Mark.SKIP, "not configured: email.sender is empty", "set [email] in cairn.toml to send mail"
        )
    try:
        from channels.email.account import account_of
        from channels.email.probe import Welcome, probe
    except ModuleNotFoundError as error:
        cure = "install Cairn with its extra channels where `cairn run email` is to run"
        return Check(_NAME, Mark.WARN, f"configured, but {error.name} is not installed here", cure)
    try:
        account = account_of(settings)
    except CairnError as error:
        return failed(_NAME, error)
    found = asyncio.run(probe(account))
    if isinstance(found, Welcome):
        return Check(_NAME, Mark.OK, f"{_place(account)} {_terms(account, found)}")
    return _refusal(account, found.code, getattr(found, "detail", ""))


def _refusal(account: Account, code: str, detail: str) -> Check:
    from channels.email.status import CURE

    said, _, cure = detail.rpartition(CURE) if CURE in detail else (detail, "", "")
    finding = f"{_place(account)} takes no mail: {said} ({code})"
    return Check(_NAME, Mark.FAIL, finding, cure or "see that the mail server runs, and that this machine may reach it")


def _place(account: Account) -> str:
    return f"{account.server.host}:{account.server.port}"


def _terms(account: Account, welcome: Welcome) -> str:
    """How it takes mail, and from whom."""
    way = [welcome.tls or "in clear", "logged in" if account.server.user else "without a login"]
    if "smtputf8" not in welcome.extensions:
        way.append("ASCII mailboxes only")
    return f"takes mail from {account.letterhead.sender.spec}: {', '.join(way)}"
