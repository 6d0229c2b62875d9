"""Whether receivers can tell that mail of the sender's domain is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.cli.doctor.check import Check, Mark
from schemas.errors import CairnError

if TYPE_CHECKING:
    from stream.runtime.settings import Settings

_NAME = "sender's domain"


def sender_domain(settings: Settings) -> Check:
    """Look at SPF, DKIM and DMARC where DNS answers; without DNS, or without a sender, do nothing and say so."""
    if not settings.email.sender:
        return Check(_NAME, Mark.SKIP, "not configured: email.sender is empty")
    try:
        from channels.email.account import account_of
        from channels.email.sender_records import NoDnsError, is_public, sender_records
    except ModuleNotFoundError as error:
        return Check(_NAME, Mark.SKIP, f"{error.name} is not installed here", "install Cairn with its extra channels")
    try:
        letterhead = account_of(settings).letterhead
    except CairnError:
        return Check(_NAME, Mark.SKIP, "the settings of email cannot be used: see the check of email")
    domain = letterhead.sender.domain
    if not is_public(domain):
        return Check(_NAME, Mark.SKIP, f"{domain} is no domain of the public DNS")
    try:
        records = sender_records(domain, letterhead.signer)
    except NoDnsError as error:
        return Check(_NAME, Mark.SKIP, f"no name server answers here ({error})", "ask from a machine with DNS")
    there = f"{domain} has {', '.join(records.found)}" if records.found else domain
    if records.missing:
        finding = "; ".join((there, *(what for what, _ in records.missing)))
        return Check(_NAME, Mark.WARN, finding, "; ".join(cure for _, cure in records.missing))
    signed = "" if letterhead.signer else "; DKIM is the mail server's, by a selector not known here"
    return Check(_NAME, Mark.OK, f"{there}{signed}")
