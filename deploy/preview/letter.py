"""The email of a preview as the mail server would get it: from whom, to whom, with its headers. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from channels.email.address import AddressError, Mailbox, mailbox
from channels.email.body import Parts
from channels.email.message import Letterhead, compose
from channels.render.content import EmailContent
from schemas.delivery import Delivery
from stream.runtime.settings import Settings

ADDRESS = "somebody@example.com"
"""Of a contact who has none."""
_DOT_EXAMPLE = Mailbox("hello", "example.com")


def letterhead(settings: Settings) -> Letterhead:
    """Return whom mails come from; an address that cannot be used is replaced, and a check says so."""
    email = settings.email
    return Letterhead(
        sender=_mailbox(email.sender) or _DOT_EXAMPLE,
        name=email.sender_name,
        reply_to=_mailbox(email.reply_to) if email.reply_to else None,
    )


def letter(head: Letterhead, given: Delivery, to: str | None, content: EmailContent, now_ms: int) -> bytes:
    """Return the mail of a delivery at `now_ms` (epoch ms); `to` is the contact's address, as the profile has it."""
    recipient = _mailbox(to) or _mailbox(ADDRESS) or _DOT_EXAMPLE
    date = datetime.fromtimestamp(now_ms // 1000, UTC)
    return compose(head, given.id, recipient, content, given.message.product, date, Parts()).data


def _mailbox(text: str | None) -> Mailbox | None:
    try:
        return mailbox(text) if text else None
    except AddressError:
        return None
