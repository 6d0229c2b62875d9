"""A message as bytes: multipart/alternative, text before HTML (RFC 2046 section 5.1.4). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from channels.email.address import Mailbox
from channels.email.body import Parts, part
from channels.email.dkim_signer import DkimSigner
from channels.email.header import UnsafeHeaderError, field, named_address, text
from channels.render.content import EmailContent

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
_URL = re.compile(r"https?://[!-;=?-~]+")
"""Printable ASCII without `<` and `>`, which end the URI in its header."""
_LANGUAGE = re.compile(r"[A-Za-z0-9]{1,8}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Whom messages come from, by settings alone. `name` empty: the product's. `reply_to` None: the sender.

    `headers` are whole fields, each with its line end. `signer` None: they are not signed.
    """

    sender: Mailbox
    name: str = ""
    reply_to: Mailbox | None = None
    headers: tuple[bytes, ...] = ()
    signer: DkimSigner | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message with its envelope (RFC 5321 section 2.3.1). `data` is ASCII but for a recipient beyond it."""

    sender: Mailbox
    recipient: Mailbox
    data: bytes

    @property
    def size(self) -> int:
        """Bytes, as SIZE counts them (RFC 1870 section 3): line ends are CRLF, no dot is doubled yet."""
        return len(self.data)


def compose(
    letterhead: Letterhead,
    delivery_id: str,
    recipient: Mailbox,
    content: EmailContent,
    product: str,
    date: datetime,
    parts: Parts,
) -> Mail:
    """Make the message of a delivery: the same bytes for the same arguments, so that a repeat is known as one.

    Args:
        letterhead: whom it comes from.
        delivery_id: names the message (Message-ID), and parts it.
        recipient: whom it is for.
        content: what it says.
        product: the name beside the sender's address where the letterhead has none.
        date: aware; the moment of release.
        parts: keeps what templates have for everybody.

    Raises:
        UnsafeHeaderError: a value cannot stand in a header: see `header`; or the id or the link is not of its form.
    """
    if not _ID.fullmatch(delivery_id):
        raise UnsafeHeaderError("Message-ID is made of letters, digits and hyphens")
    sender = letterhead.sender
    # Neither quoted-printable nor base64 can hold "=_" (RFC 2045 section 6.7).
    boundary = f"=_{delivery_id}"
    head = [
        _from(letterhead.name or product, sender.spec),
        field("To", recipient.spec),
        text("Subject", content.subject),
        field("Date", format_datetime(date)),
        field("Message-ID", f"<{delivery_id}@{sender.domain}>"),
        *_unsubscribing(content.unsubscribe_url),
        # RFC 3834 section 5: no vacation notice answers it.
        b"Auto-Submitted: auto-generated\r\n",
        b"MIME-Version: 1.0\r\n",
        f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n'.encode("ascii"),
    ]
    if _LANGUAGE.fullmatch(content.language):
        head.append(field("Content-Language", content.language))
    if letterhead.reply_to is not None:
        head.append(field("Reply-To", letterhead.reply_to.spec))
    head.extend(letterhead.headers)
    delimiter = f"--{boundary}".encode()
    data = b"".join(
        (
            *head,
            b"\r\n%s\r\n" % delimiter,
            part("plain", content.text),
            b"\r\n%s\r\n" % delimiter,
            parts.part("html", content.page),
            b"\r\n%s--\r\n" % delimiter,
        )
    )
    return Mail(sender=sender, recipient=recipient, data=data)


def _unsubscribing(url: str) -> list[bytes]:
    """RFC 8058 section 3.1: one URI, and the second field only beside https. In clear it is RFC 2369's alone."""
    if not _URL.fullmatch(url):
        raise UnsafeHeaderError("List-Unsubscribe takes one http(s) address of printable ASCII")
    fields = [field("List-Unsubscribe", f"<{url}>")]
    if url.startswith("https:"):
        fields.append(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")
    return fields


@lru_cache(maxsize=64)
def _from(display: str, spec: str) -> bytes:
    return named_address("From", display, spec)
